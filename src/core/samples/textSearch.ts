// Text looked for in samples: what counts as the same, and a pattern that finds candidates in the bytes of a file.

/** Case makes no difference, nor does how an accent is encoded. */
export function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Every character with a case or a decomposition lies in one of these, but for Hangul, whose forms are computed. */
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

/** A letter that is looked for, and how many accents and other marks stand on it. */
interface Letter {
  readonly forms: readonly string[];
  readonly marks: number;
}

/** Bytes of one in UTF-8, at most. */
const markBytes = 4;

/**
 * Matches, in JSON lines read as Latin-1 (a character for each byte), wherever `folded` of a text may hold `wanted`,
 * and in few other places. Lines with characters escaped by number always match. null: there is no such pattern.
 * @param wanted folded
 */
export function candidatePattern(wanted: string): RegExp | null {
  table ??= writingTable();
  const { halves } = table;
  if ([...wanted].some(character => halves.has(character))) return null;
  const letters = lettersOf(wanted, table);
  if (letters.length === 0) return null;
  const source = letters.map(({ forms, marks }, i) => {
    // Bounded: a text of such letters would be read to its end from each of them.
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

/** Reordered by normalization: its combining class is not 0. */
function isMark(character: string): boolean {
  if (character < "\u0300") return false;
  // U+0334 has the lowest class there is, U+0301 one of the highest.
  return [`${character}\u0334`, `\u0301${character}`].some(pair => pair.normalize("NFD") !== pair);
}

/** A Hangul syllable or a vowel of several signs: whole, in parts, and half put together. */
function joinedForms(parts: readonly string[]): string[] {
  const halves = parts.map((_, i) =>
    [parts.slice(0, i), parts.slice(i)].map(half => half.join("").normalize("NFC")),
  );
  return [...new Set([parts.join(""), ...halves.map(half => half.join(""))])];
}

/** Characters by the letter that they are, or stand on, when folded. */
interface Writings {
  /** Folded they have no mark. */
  readonly bare: ReadonlyMap<string, readonly string[]>;
  /** With any mark or none. */
  readonly marked: ReadonlyMap<string, readonly string[]>;
  /** Parts of characters that normalization takes apart for good: who looks for one reads every line. */
  readonly halves: ReadonlySet<string>;
}
let table: Writings | null = null;

/** Characters that may stand where this one is looked for. */
function writings(letter: string, by: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...new Set([letter, ...(by.get(keyOf(letter)) ?? [])])];
}

/** Takes some 10 ms, once. */
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
      // Folded it has no mark of its own: with İ the dot is a character by itself.
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

/** A capital sigma becomes one or the other by its place. */
function keyOf(letter: string): string {
  return letter === "ς" ? "σ" : letter;
}

const encoder = new TextEncoder();
/** As JSON writes them; other control characters are written by number. */
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

/** A line's place in a text. */
export interface LineSpan {
  readonly start: number;
  readonly length: number;
}

/** Places in `lines`, which rise, of those that the pattern matches in; it is looked for once in the whole text. */
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
    // A match that began in front of the line is none of it: the next may be.
    if (match.index >= line.start) {
      found.push(place);
      line = lines[++place];
      if (line === undefined) break;
      pattern.lastIndex = Math.max(line.start, end);
    } else pattern.lastIndex = Math.max(line.start, match.index + 1);
  }
  return found;
}
