// Text search in samples: defines which texts are equal, and finds candidates in the bytes of a file.

/** Folds case and the encoding of accents. */
export function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Ranges of all characters that have case or a decomposition, except Hangul, whose forms are computed. */
const casedRanges: readonly (readonly [number, number])[] = [
  [0x41, 0x33ff],
  [0xa640, 0xabff],
  [0xf900, 0xffff],
  [0x10400, 0x11aff],
  [0x16100, 0x1613f],
  [0x16d60, 0x16eff],
  [0x1d100, 0x1d1ff],
  [0x1e900, 0x1e95f],
  [0x2f800, 0x2fa1f],
];

/** A letter of the search text, and the number of accents and other combining marks on it. */
interface Letter {
  readonly forms: readonly string[];
  readonly marks: number;
}

/** Maximum length of a combining mark in UTF-8 bytes. */
const markBytes = 4;

/**
 * Returns a pattern for JSON lines decoded as Latin-1 (one character per byte). It matches wherever the
 * `folded` form of a text may contain `wanted`, and in few other places; lines with numeric escapes always
 * match. Null when no such pattern exists.
 * @param wanted already folded
 */
export function candidatePattern(wanted: string): RegExp | null {
  table ??= writingTable();
  const { halves } = table;
  if ([...wanted].some(character => halves.has(character))) return null;
  const letters = lettersOf(wanted, table);
  if (letters.length === 0) return null;
  const source = letters.map(({ forms, marks }, i) => {
    // Bounded, because otherwise a text of such letters would be scanned to its end from each of them.
    const gap = marks > 0 && i < letters.length - 1 ? `[\\x80-\\xff]{0,${markBytes * marks}}?` : "";
    return `(?:${forms.map(bytePattern).join("|")})${gap}`;
  });
  return new RegExp(`${source.join("")}|\\\\u`, "g");
}

function lettersOf(wanted: string, known: Writings): Letter[] {
  const letters: { parts: readonly string[]; starters: readonly string[]; marks: number }[] = [];
  for (const character of wanted) {
    const parts = [...character.normalize("NFD")];
    const starters = parts.filter(part => !isMark(part));
    const last = letters.at(-1);
    if (starters.length > 0) letters.push({ parts, starters, marks: parts.length - starters.length });
    else if (last !== undefined) last.marks += parts.length;
  }
  return letters.map(({ parts, starters, marks }) => {
    const [only = ""] = starters;
    if (starters.length === 1) return { forms: writings(only, marks > 0 ? known.marked : known.bare), marks };
    return { forms: [...joinedForms(starters), ...joinedForms(parts)], marks };
  });
}

/** True if normalization may reorder the character: its combining class is not 0. */
function isMark(character: string): boolean {
  if (character < "\u0300") return false;
  // U+0334 has the lowest combining class, U+0301 one of the highest.
  return [`${character}\u0334`, `\u0301${character}`].some(pair => pair.normalize("NFD") !== pair);
}

/** Forms of a Hangul syllable or of a vowel of several signs: composed, decomposed, and partly composed. */
function joinedForms(parts: readonly string[]): string[] {
  const halves = parts.map((_, i) =>
    [parts.slice(0, i), parts.slice(i)].map(half => half.join("").normalize("NFC")),
  );
  return [...new Set([parts.join(""), ...halves.map(half => half.join(""))])];
}

/** Lists of characters by the base letter of their folded form. */
interface Writings {
  /** Characters that have no mark when folded. */
  readonly bare: ReadonlyMap<string, readonly string[]>;
  /** Characters with any mark or none. */
  readonly marked: ReadonlyMap<string, readonly string[]>;
  /** Parts of characters that normalization decomposes permanently: searching for one reads every line. */
  readonly halves: ReadonlySet<string>;
}
let table: Writings | null = null;

/** Returns the characters that match this one in a search. */
function writings(letter: string, by: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...new Set([letter, ...(by.get(keyOf(letter)) ?? [])])];
}

/** Takes about 10 ms; called once. */
function writingTable(): Writings {
  const bare = new Map<string, string[]>();
  const marked = new Map<string, string[]>();
  const halves = new Set<string>();
  for (const [from, to] of casedRanges) {
    for (let code = from; code <= to; code++) {
      const character = String.fromCodePoint(code);
      const parts = character.normalize("NFD");
      const lower = character.toLowerCase();
      if (lower === character && parts === character) continue;
      const [base = ""] = parts;
      add(marked, keyOf(base.toLowerCase()), character);
      // When folded, it has no mark of its own: the dot of İ becomes a separate character.
      const [first = "", second] = folded(character);
      if (first.normalize("NFD") === first) add(bare, keyOf(first), character);
      if (second !== undefined && !isMark(second)) for (const half of [first, second]) halves.add(half);
    }
  }
  return { bare, marked, halves };
}

function add(map: Map<string, string[]>, key: string, character: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [character]);
  else known.push(character);
}

/** A capital sigma becomes either form, depending on its position. */
function keyOf(letter: string): string {
  return letter === "ς" ? "σ" : letter;
}

const encoder = new TextEncoder();
/** JSON escape sequences, as patterns; other control characters are escaped by number. */
const escapes: Readonly<Record<string, string>> = {
  '"': '\\\\"',
  "\\": "\\\\\\\\",
  "/": "\\\\?/",
  "\b": "\\\\b",
  "\f": "\\\\f",
  "\n": "\\\\n",
  "\r": "\\\\r",
  "\t": "\\\\t",
};

function bytePattern(text: string): string {
  return [...text]
    .map(character => {
      const written = escapes[character];
      if (written !== undefined) return written;
      return [...encoder.encode(character)].map(byte => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
    })
    .join("");
}

/** Position of a line in a text. */
export interface LineSpan {
  readonly start: number;
  readonly length: number;
}

/** Returns the ascending indices of the lines that the pattern matches, in one pass over the text. */
export function matchingLines(text: string, lines: readonly LineSpan[], pattern: RegExp): number[] {
  const found: number[] = [];
  let place = 0;
  pattern.lastIndex = lines[0]?.start ?? 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const end = match.index + match[0].length;
    const behind = ({ start, length }: LineSpan): boolean => start + length < end;
    let line = lines[place];
    while (line !== undefined && behind(line)) line = lines[++place];
    if (line === undefined) break;
    // A match that began before the line does not count; the next one may.
    if (match.index >= line.start) {
      found.push(place);
      line = lines[++place];
      if (line === undefined) break;
      pattern.lastIndex = Math.max(line.start, end);
    } else pattern.lastIndex = Math.max(line.start, match.index + 1);
  }
  return found;
}
