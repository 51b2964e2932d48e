// Makes hidden characters visible: those that are invisible themselves but change how a text looks.

/** Source: Unicode 16, Bidi_Control and other invisible format characters that hide or reorder text. */
const names: Readonly<Record<number, string>> = {
  173: "SHY",
  1564: "ALM",
  8203: "ZWSP",
  8206: "LRM",
  8207: "RLM",
  8232: "LSEP",
  8233: "PSEP",
  8234: "LRE",
  8235: "RLE",
  8236: "PDF",
  8237: "LRO",
  8238: "RLO",
  8288: "WJ",
  8294: "LRI",
  8295: "RLI",
  8296: "FSI",
  8297: "PDI",
  65279: "BOM",
};

/**
 * Start of the Unicode pictures that replace control characters, including terminal escapes, except tab and
 * line ends.
 */
const pictures = 0x2400;
const deletePicture = "\u2421";

export interface TextPart {
  readonly text: string;
  /** Short name of a hidden character; set when `text` replaces one. */
  readonly hidden?: string;
}

/**
 * Splits text into parts that are safe to show: characters that are invisible, reorder text or control a
 * terminal become separate parts. Joiners (ZWJ, ZWNJ) are kept, because several scripts are written with
 * them.
 */
export function visibleParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") parts.push({ text: plain });
    plain = "";
  };
  for (const character of text) {
    const name = hiddenName(character.codePointAt(0) ?? 0);
    if (name === null) {
      plain += character;
      continue;
    }
    flush();
    parts.push({ text: name, hidden: name });
  }
  flush();
  return parts;
}

/** Plain-text form, with the names of hidden characters in angle brackets. */
export function visibleText(text: string): string {
  return visibleParts(text)
    .map(part => (part.hidden === undefined ? part.text : `\u27e8${part.text}\u27e9`))
    .join("");
}

/**
 * Shortens outside text for quotation in a sentence: one line, visible characters, at most `most` of them.
 */
export function quoted(text: string, most = 80): string {
  const beginning = text
    .trim()
    .slice(0, 4 * most)
    .replace(/\s+/gu, " ");
  const characters = [...beginning];
  const whole = characters.length <= most && text.trim().length <= 4 * most;
  return visibleText(characters.slice(0, most).join("")) + (whole ? "" : "…");
}

function hiddenName(code: number): string | null {
  if (code === 9 || code === 10 || code === 13) return null;
  if (code < 32) return String.fromCharCode(pictures + code);
  if (code === 127) return deletePicture;
  if (code >= 128 && code < 160) return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code >= 0xe0000 && code < 0xe0080) return `TAG ${String.fromCharCode(code - 0xe0000).trim()}`;
  return names[code] ?? null;
}
