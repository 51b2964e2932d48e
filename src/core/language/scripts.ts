// Determines the dominant script of a text, its words with their scripts, and the scripts
// that a language uses.

/** ISO 15924 code; Hans and Hant are Hani, and a text with kana is Jpan. */
export type ScriptCode = string;

/** A run of letters of one script. */
export interface Word {
  /** Start of the word, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Script of the letters; `Zyyy` if it is not listed here. */
  readonly script: ScriptCode;
  readonly letters: number;
  /** True if a letter is in upper or title case. */
  readonly upper: boolean;
}

/** Characters of scripts written without spaces between words. */
export const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

const scriptTests: readonly (readonly [ScriptCode, RegExp])[] = [
  ["Latn", /\p{Script=Latin}/u],
  ["Cyrl", /\p{Script=Cyrillic}/u],
  ["Arab", /\p{Script=Arabic}/u],
  ["Hani", /\p{Script=Han}/u],
  ["Deva", /\p{Script=Devanagari}/u],
  ["Hebr", /\p{Script=Hebrew}/u],
  ["Kana", /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ["Kore", /\p{Script=Hangul}/u],
  ["Grek", /\p{Script=Greek}/u],
  ["Beng", /\p{Script=Bengali}/u],
  ["Thai", /\p{Script=Thai}/u],
  ["Taml", /\p{Script=Tamil}/u],
  ["Telu", /\p{Script=Telugu}/u],
  ["Knda", /\p{Script=Kannada}/u],
  ["Mlym", /\p{Script=Malayalam}/u],
  ["Gujr", /\p{Script=Gujarati}/u],
  ["Guru", /\p{Script=Gurmukhi}/u],
  ["Orya", /\p{Script=Oriya}/u],
  ["Sinh", /\p{Script=Sinhala}/u],
  ["Ethi", /\p{Script=Ethiopic}/u],
  ["Armn", /\p{Script=Armenian}/u],
  ["Geor", /\p{Script=Georgian}/u],
  ["Khmr", /\p{Script=Khmer}/u],
  ["Laoo", /\p{Script=Lao}/u],
  ["Mymr", /\p{Script=Myanmar}/u],
  ["Tibt", /\p{Script=Tibetan}/u],
];
const scriptCodes: readonly ScriptCode[] = ["Zyyy", ...scriptTests.map(([code]) => code)];

// Class of a character in one byte: an index into scriptCodes, or one of these.
const unknown = 255;
const notALetter = 64;
const mark = 65;
const upperBit = 128;
// Cache of classes; characters beyond the basic plane are rare and not cached.
const known = new Uint8Array(0x10000).fill(unknown);

function classify(character: string): number {
  // Kana's long vowel mark and similar characters belong to several scripts.
  if (/[\p{M}\p{Script=Inherited}]/u.test(character)) return mark;
  if (!/\p{L}/u.test(character)) return notALetter;
  if (/\p{Script=Common}/u.test(character)) return mark;
  const script = 1 + scriptTests.findIndex(([, test]) => test.test(character));
  return /[\p{Lu}\p{Lt}]/u.test(character) ? script | upperBit : script;
}

function classOf(point: number): number {
  const before = known[point];
  if (before !== undefined && before !== unknown) return before;
  const found = classify(String.fromCodePoint(point));
  if (point < known.length) known[point] = found;
  return found;
}

/**
 * Returns the words of a text, in order. Marks belong to the letters before them; a change
 * of script ends a word.
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  let end = 0;
  let script = 0;
  let letters = 0;
  let upper = false;
  const finish = (): void => {
    if (start >= 0) words.push({ start, end, script: scriptCodes[script] ?? "Zyyy", letters, upper });
    start = -1;
  };
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0;
    const next = at + (point > 0xffff ? 2 : 1);
    const found = classOf(point);
    if (found === notALetter) finish();
    else if (found === mark) {
      if (start >= 0) end = next;
    } else {
      const own = found & ~upperBit;
      if (start >= 0 && own !== script) finish();
      if (start < 0) {
        start = at;
        script = own;
        letters = 0;
        upper = false;
      }
      letters++;
      end = next;
      upper ||= (found & upperBit) !== 0;
    }
    at = next;
  }
  finish();
  return words;
}

// Weight of a one-letter word: the `x` of a formula is hardly a word, while `a`, `y` and `и` are. A letter
// with a vowel sign is a syllable.
const weightOfALetter = 0.25;
// Weight of one letter in scripts without spaces between words.
const letterWeights: Readonly<Record<ScriptCode, number>> = {
  Hani: 0.6,
  Kana: 0.4,
  Thai: 0.25,
  Laoo: 0.25,
  Khmr: 0.25,
  Mymr: 0.25,
  Tibt: 0.25,
};
// Share of kana among ideographs and kana above which a text counts as Japanese.
const japaneseKanaShare = 0.1;

/** Returns true if words in this script are not separated by spaces. */
export function isBreakless(script: ScriptCode): boolean {
  return script in letterWeights;
}

/** Returns the weight of a word: 1, or the sum of its letters' weights in scripts without spaces. */
export function weightOf({ script, letters, start, end }: Word): number {
  const weight = letterWeights[script];
  if (weight !== undefined) return weight * letters;
  return end - start === 1 ? weightOfALetter : 1;
}

/** Returns the script with the most words; null if there are no words. */
export function dominantScript(words: readonly Word[]): ScriptCode | null {
  const totals = new Map<ScriptCode, number>();
  for (const word of words) {
    totals.set(word.script, (totals.get(word.script) ?? 0) + weightOf(word));
  }
  const kana = totals.get("Kana") ?? 0;
  const han = totals.get("Hani") ?? 0;
  if (kana > 0) {
    totals.delete("Kana");
    if (kana / (kana + han) >= japaneseKanaShare) {
      totals.delete("Hani");
      totals.set("Jpan", kana + han);
    }
  }
  let best: ScriptCode | null = null;
  for (const [script, total] of totals) {
    if (best === null || total > (totals.get(best) ?? 0)) best = script;
  }
  return best;
}

const scriptsByTag = new Map<string, readonly ScriptCode[]>();

/**
 * Returns scripts that a response in this language may be written in, by the tag itself or
 * by Unicode's likely subtags.
 */
export function scriptsOf(tag: string): readonly ScriptCode[] {
  const before = scriptsByTag.get(tag);
  if (before !== undefined) return before;
  const scripts = possibleScripts(tag);
  scriptsByTag.set(tag, scripts);
  return scripts;
}

// Second script of languages that are written in two; CLDR considers the other one likely.
const alsoWrittenIn: Readonly<Record<string, ScriptCode>> = { sr: "Latn", ku: "Arab", uz: "Cyrl" };

function possibleScripts(tag: string): readonly ScriptCode[] {
  const locale = new Intl.Locale(tag);
  const script = locale.maximize().script ?? "Latn";
  const other = locale.script === undefined ? alsoWrittenIn[locale.language] : undefined;
  switch (script) {
    case "Hans":
    case "Hant":
      return ["Hani"];
    case "Jpan":
      return ["Jpan", "Hani"];
    case "Kore":
      return ["Kore", "Hani"];
    default:
      return other === undefined ? [script] : [script, other];
  }
}

/**
 * Returns the script that a tag requires: explicitly (`sr-Latn`), for Chinese also by
 * region (`zh-TW` is traditional), for Central Kurdish always; null if any script of the
 * language is accepted. Hans and Hant are distinguished.
 */
export function writtenScript(tag: string): ScriptCode | null {
  const { language, script, region } = new Intl.Locale(tag);
  if (script !== undefined) return script;
  if (language === "ckb") return "Arab";
  if (language === "kmr") return "Latn";
  return language === "zh" && region !== undefined ? (new Intl.Locale(tag).maximize().script ?? null) : null;
}
