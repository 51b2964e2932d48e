// Identifies the language of a text in an open set: by script first, then by combining several models.
import { sameLanguage } from "../../core/language/alike.ts";
import { hanScript } from "../../core/language/hanScript.ts";
import { noLanguage } from "../../core/language/identifiable.ts";
import {
  dominantScript,
  type ScriptCode,
  scriptsOf,
  type Word,
  weightOf,
  wordsOf,
} from "../../core/language/scripts.ts";
import { decide, type Identified, seemsForeign, undetermined } from "./decide.ts";
import { withoutEnglish } from "./englishTerms.ts";
import { loadModels, type Models } from "./models.ts";
import { isNoLanguage, isSoleLanguage, soleLanguages } from "./noLanguage.ts";
import { passagesOf } from "./passages.ts";
import { belongs, pooledText } from "./pooledText.ts";

export interface LanguageIdentifier {
  /**
   * @param wanted Language that the text should be in. The other evaluated languages never matter. A text
   * that might be in it is assumed to be, the more so the shorter it is: `Paris.` is correct in many
   * languages.
   */
  identify(text: string, wanted?: string): Identified;
}

export interface OwnIdentifier extends LanguageIdentifier {
  /**
   * Reports whether the quickest model is sure enough of another language for `identify` to examine the text.
   */
  seemsForeign(text: string, wanted: string): boolean;
}

// Minimum share of words in the script of the wanted language: terms and names in another script, above all
// English ones, are part of many languages' sentences.
const leastOwnScript = 0.4;
// The remaining words no longer form sentences, so they are judged as leniently as this number of words.
const wordsOfAMix = 3;
// Minimum share of a response's words, counted by passages, for a language to be that of the response.
const leastShare = 0.5;
// Maximum number of cached responses: runs of one evaluation often give the same ones.
const maxKept = 20_000;

/** @param evaluated BCP-47 tags used to name languages; they do not influence the decision */
export async function createIdentifier(evaluated: readonly string[]): Promise<OwnIdentifier> {
  const models = await loadModels();
  const kept = new Map<string, Identified>();
  return {
    identify(text, wanted) {
      const key = wanted === undefined ? text : `${wanted}\0${text}`;
      const before = kept.get(key);
      if (before !== undefined) return before;
      if (kept.size >= maxKept) kept.clear();
      const { language, confidence } = identifyText(models, text, wanted);
      const own = [...(wanted === undefined ? [] : [wanted]), ...evaluated];
      const found = { language: own.find(tag => sameLanguage(language, tag)) ?? language, confidence };
      kept.set(key, found);
      return found;
    },
    seemsForeign: (text, wanted) => seemsForeign(models, text, wanted),
  };
}

function identifyText(models: Models, text: string, wanted: string | undefined): Identified {
  const given = text.normalize("NFC");
  const words = wordsOf(given);
  if (words.length === 0) return { language: noLanguage, confidence: 1 };
  const passages = passagesOf(given, words);
  const shares = new Map<string, { words: number; confidence: number }>();
  let all = 0;
  for (const { start, end, words: own } of passages) {
    // Formulas are recognised by the text around them.
    const from = passages.length === 1 ? 0 : start;
    const part = given.slice(from, passages.length === 1 ? given.length : end);
    const at = own.map(word => ({ ...word, start: word.start - from, end: word.end - from }));
    const { language, confidence } = identifyPassage(models, part, at, wanted);
    if (language === noLanguage) continue;
    const weight = own.reduce((sum, word) => sum + weightOf(word), 0);
    const share = shares.get(language) ?? { words: 0, confidence: 0 };
    shares.set(language, {
      words: share.words + weight,
      confidence: share.confidence + weight * confidence,
    });
    all += weight;
  }
  let best: { readonly language: string; readonly words: number; readonly confidence: number } | null = null;
  for (const [language, share] of shares) {
    const isWanted =
      wanted !== undefined && sameLanguage(language, wanted) && share.words >= leastShare * all;
    if (isWanted || best === null || share.words > best.words) best = { language, ...share };
    if (isWanted) break;
  }
  if (best === null) return { language: noLanguage, confidence: 1 };
  return { language: best.language, confidence: best.confidence / all };
}

function isElsewhere({ language }: Identified, wanted: string): boolean {
  return !sameLanguage(language, wanted) && !sameLanguage(wanted, "en");
}

/** @param text Passage that contains `words` */
function identifyPassage(
  models: Models,
  text: string,
  words: readonly Word[],
  wanted: string | undefined,
): Identified {
  const script = scriptOf(words, wanted);
  if (script === null) return { language: noLanguage, confidence: 1 };
  if (isSoleLanguage(script)) return soleLanguage(text, script, wanted);
  const own = words.filter(word => belongs(word, script));
  const pooled = pooledText(text, words, script, models);
  const found = decide(models, pooled, own.length, wanted);
  if (script === "Latn" && wanted !== undefined && isElsewhere(found, wanted)) {
    const left = withoutEnglish(text, own);
    if (left !== null) {
      const again = decide(models, pooledText(text, words, script, models, left), wordsOfAMix, wanted);
      if (sameLanguage(again.language, wanted)) return again;
    }
  }
  if (isNoLanguage(text, own, found.confidence)) return { language: noLanguage, confidence: 1 };
  return found;
}

function scriptOf(words: readonly Word[], wanted: string | undefined): ScriptCode | null {
  const dominant = dominantScript(words);
  if (wanted === undefined) return dominant;
  const own = scriptsOf(wanted);
  // Ideographs in a Japanese sentence are not Chinese.
  if (dominant === null || dominant === "Jpan" || own.includes(dominant)) return dominant;
  const inOwn = words.filter(word => own.some(script => belongs(word, script)));
  const share = sum(inOwn) / sum(words);
  return share >= leastOwnScript ? dominantScript(inOwn) : dominant;
}

function sum(words: readonly Word[]): number {
  return words.reduce((total, word) => total + weightOf(word), 0);
}

function soleLanguage(text: string, script: ScriptCode, wanted: string | undefined): Identified {
  if (script !== "Hani") return { language: soleLanguages[script] ?? undetermined, confidence: 1 };
  const han = hanScript(text);
  // Japanese and Korean use only ideographs in texts as short as a name, but never simplified ones.
  const other = wanted !== undefined && scriptsOf(wanted).length > 1 && scriptsOf(wanted).includes("Hani");
  if (other && han !== "Hans" && [...text].length <= maxIdeographsAlone)
    return { language: wanted, confidence: 1 };
  return { language: han === null ? "zh" : `zh-${han}`, confidence: 1 };
}
const maxIdeographsAlone = 8;
