// Recognises texts in no language, and lists scripts that have only one.
import type { ScriptCode, Word } from "../../core/language/scripts.ts";

/** The only language of each script in the open set. */
export const soleLanguages: Readonly<Record<ScriptCode, string>> = {
  Hani: "zh",
  Jpan: "ja",
  Kore: "ko",
  Grek: "el",
  Thai: "th",
  Laoo: "lo",
  Khmr: "km",
  Mymr: "my",
  Taml: "ta",
  Telu: "te",
  Knda: "kn",
  Mlym: "ml",
  Gujr: "gu",
  Guru: "pa",
  Orya: "or",
  Sinh: "si",
  Armn: "hy",
  Geor: "ka",
  Tibt: "bo",
};

export function isSoleLanguage(script: ScriptCode): boolean {
  return script in soleLanguages;
}

const mathematics = /[0-9=+×÷^√²³⁰-₉∑∫≤≥<>]/u;
const maxSymbolLetters = 2;
const betweenNames = /[,;\n•·|&/،、]/u;
// Confidence at which capitalised words are not taken for names, since German capitalises more than those.
const sure = 0.95;

/** Reports whether a text is a formula or a list of names, without a word of any language. */
export function isNoLanguage(text: string, words: readonly Word[], confidence: number): boolean {
  if (words.every(({ letters }) => letters <= maxSymbolLetters)) return mathematics.test(text);
  if (words.length < 2 || confidence >= sure || !words.every(({ upper }) => upper)) return false;
  return betweenNames.test(text.slice(words[0]?.start, words.at(-1)?.end));
}
