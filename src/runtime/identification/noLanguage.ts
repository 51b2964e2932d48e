// Texts that are in no language, and scripts that have only one.
import type { ScriptCode, Word } from "../../core/language/scripts.ts";

/** The one language of a script in the open set. */
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
const mostSymbolLetters = 2;
const betweenNames = /[,;\n•·|&/،、]/u;
// German writes more than names with a capital.
const sure = 0.95;

/** A formula, or a list of names: no word of any language is in it. */
export function isNoLanguage(text: string, words: readonly Word[], confidence: number): boolean {
  if (words.every(({ letters }) => letters <= mostSymbolLetters)) return mathematics.test(text);
  if (words.length < 2 || confidence >= sure || !words.every(({ upper }) => upper)) return false;
  return betweenNames.test(text.slice(words[0]?.start, words.at(-1)?.end));
}
