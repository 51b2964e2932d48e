// Which script a text is mostly written in, and which scripts a language uses.

/** ISO 15924 codes; Hans and Hant are Hani, and any kana makes a text Jpan. */
export type ScriptCode = string;

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

// From this many letters a word has its full weight of one; the `x` of a formula has a quarter.
const wordLetters = 4;
// Weight of one letter in the scripts that are written without spaces.
const letterWeights: Readonly<Record<ScriptCode, number>> = {
  Hani: 0.6,
  Kana: 0.4,
  Thai: 0.25,
  Laoo: 0.25,
  Khmr: 0.25,
  Mymr: 0.25,
  Tibt: 0.25,
};
// Share of kana among ideographs and kana from which a text counts as Japanese.
const japaneseKanaShare = 0.1;

/** The script with the most words, or null for a text without letters. */
export function dominantScript(text: string): ScriptCode | null {
  const totals = new Map<ScriptCode, number>();
  for (const run of text.match(/[\p{L}\p{M}]+/gu) ?? []) {
    let previous = "";
    let length = 0;
    for (const letter of run.match(/\p{L}/gu) ?? []) {
      const script = scriptTests.find(([, test]) => test.test(letter))?.[0] ?? "Zyyy";
      length = script === previous ? length + 1 : 1;
      previous = script;
      const weight = letterWeights[script] ?? (length > wordLetters ? 0 : 1 / wordLetters);
      totals.set(script, (totals.get(script) ?? 0) + weight);
    }
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

/** Scripts that a response in this language may be written in, by Unicode's likely subtags. */
export function scriptsOf(tag: string): readonly ScriptCode[] {
  const script = new Intl.Locale(tag).maximize().script ?? "Latn";
  switch (script) {
    case "Hans":
    case "Hant":
      return ["Hani"];
    case "Jpan":
      return ["Jpan", "Hani"];
    case "Kore":
      return ["Kore", "Hani"];
    default:
      return [script];
  }
}
