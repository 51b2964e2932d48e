// Tells which language a text is in, in an open set: by script, then by what several models say together.
import { alike, sameLanguage } from "../../core/language/alike.ts";
import { hanScript } from "../../core/language/hanScript.ts";
import { noLanguage } from "../../core/language/identifiable.ts";
import {
  dominantScript,
  isBreakless,
  type ScriptCode,
  scriptsOf,
  type Word,
  weightOf,
  wordsOf,
} from "../../core/language/scripts.ts";
import { primarySubtag } from "./codes.ts";
import { isEnglishWord } from "./englishWords.ts";
import { loadModels, type Models, nameOf } from "./models.ts";
import { isNoLanguage, isSoleLanguage, soleLanguages } from "./noLanguage.ts";
import { passagesOf } from "./passages.ts";
import { lettersOf, type PooledText, type Posterior, posterior } from "./pool.ts";
import { hasSwahiliWords } from "./swahili.ts";
import { belongs, pooledText } from "./text.ts";

export interface Identified {
  /**
   * BCP-47: the wanted or an evaluated language as it was given, or another one's tag; `und` when it can't be told,
   * `zxx` (no linguistic content) when there are no words. Regional variants of one language are not told apart.
   */
  readonly language: string;
  /** 0 to 1: an order, not a probability; from 0.9 on the models agree, or the script leaves no choice. */
  readonly confidence: number;
}

export interface LanguageIdentifier {
  /**
   * @param wanted the language that the text should be in. It never matters which others are evaluated. A text that
   *   might be in it is taken to be, the more so the shorter it is: `Paris.` is right in many languages.
   */
  identify(text: string, wanted?: string): Identified;
}

const undetermined = "und";

// A passage is in the wanted language's script from this share of its words on: terms and names of another script
// are part of many languages' sentences, English ones above all.
const leastOwnScript = 0.4;
// Latin script doesn't tell English terms from the sentence around them; a list of English words does, where it has
// so many of a sentence's words and leaves so many.
const leastEnglish = 0.25;
const leastMixed = 2;
// A text of so many English words that the models call English needs more than a wish to be anything else.
const mostlyEnglish = 0.75;
// What is left has lost its sentences: it is judged as leniently as so many words.
const wordsOfAMix = 3;
// biome-ignore format: a list
const shortEnglish = new Set((
  "a all an and any are as at be but by can did do for had has he her him his how i if in is it its may me my no nor " +
  "not of off on one or our out own per she so the to two up us use via was we who why you"
).split(" "));
// A response is in the language that has half of its words, counted by passages.
const leastShare = 0.5;
// lid.176 needs no second opinion where it is so sure of so long a text: it is seldom wrong there.
const sureChance = 0.92;
const sureLetters = 24;
// Nor where eld says the same by far.
const agreedChance = 0.7;
const agreedLead = 0.1;
// Below it fastText's own answer is not to be trusted; the Language Confusion Benchmark draws the line there, too.
const relativeChance = 0.3;
// Of the models lid.176 alone tells these from the larger languages that they are close to.
const relatives = new Set("an ast bar co eml frr gsw li lij lmo nap oc pms sc scn sco vec vls wa".split(" "));
// The quick pool needs none of franc, which takes longer than the rest together.
const clearChance = 0.8;
const francLetters = 8;
// Log-odds by which a wanted language may lie behind, by words: chosen so that pieces of 3 to 5 words are found and
// relatives' sentences are not (`npm run bench:identify`).
const allowances = [5, 5, 3.5, 2.75, 2.75, 1.25] as const;
// From here on what one model alone knows wins as it is: it wins seldom enough.
const sentenceWords = 5;
const allowanceOfASentence = 1;
// eld lacks Swahili and lid.176 knows it badly: its closed classes stand for them.
const allowanceOfClosedClasses = 2;
// Runs of one evaluation give many of the same responses.
const mostKept = 20_000;

/** @param evaluated BCP-47 tags by which languages are named; they decide nothing */
export async function createIdentifier(evaluated: readonly string[]): Promise<LanguageIdentifier> {
  const models = await loadModels();
  const kept = new Map<string, Identified>();
  return {
    identify(text, wanted) {
      const key = wanted === undefined ? text : `${wanted}\0${text}`;
      const before = kept.get(key);
      if (before !== undefined) return before;
      if (kept.size >= mostKept) kept.clear();
      const { language, confidence } = identifyText(models, text, wanted);
      const own = [...(wanted === undefined ? [] : [wanted]), ...evaluated];
      const found = { language: own.find(tag => sameLanguage(language, tag)) ?? language, confidence };
      kept.set(key, found);
      return found;
    },
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
    // What stands around a formula tells that it is one.
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

/** The words that no English list has, where they are enough beside English ones; null where they aren't. */
function withoutEnglish(text: string, words: readonly Word[]): readonly Word[] | null {
  const left = words.filter(({ start, end }) => !isEnglish(text.slice(start, end).toLowerCase()));
  const share = left.length / words.length;
  return left.length >= leastMixed && share >= leastOwnScript && 1 - share >= leastEnglish ? left : null;
}

function isAllEnglish(text: string): boolean {
  const words = wordsOf(text);
  const english = words.filter(({ start, end }) => isEnglish(text.slice(start, end).toLowerCase()));
  return words.length > 1 && english.length >= mostlyEnglish * words.length;
}

function isEnglish(word: string): boolean {
  return word.length <= 3 ? shortEnglish.has(word) : isEnglishWord(word);
}

/** @param text a passage, in which `words` lie */
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
      const again = decide(models, pooledText(text, left, script, models), wordsOfAMix, wanted);
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
  // Ideographs in a Japanese sentence are no Chinese.
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
  // Japanese and Korean are written in ideographs alone where a text is as short as a name; never in simplified ones.
  const other = wanted !== undefined && scriptsOf(wanted).length > 1 && scriptsOf(wanted).includes("Hani");
  if (other && han !== "Hans" && [...text].length <= mostIdeographsAlone)
    return { language: wanted, confidence: 1 };
  return { language: han === null ? "zh" : `zh-${han}`, confidence: 1 };
}
const mostIdeographsAlone = 8;

function decide(models: Models, text: PooledText, words: number, wanted: string | undefined): Identified {
  const { evidence, script, letters } = text;
  const [sure, chance] = likeliest(evidence.fastText);
  const isLong = letters >= sureLetters && isWrittenIn(text, sure);
  if (isLong && (chance >= sureChance || (chance >= agreedChance && isFirstOfEld(text, sure))))
    return { language: tagOf(sure, script), confidence: chance };
  const hasWords = words > sentenceWords;
  if (hasWords && chance >= relativeChance && relatives.has(sure))
    return { language: tagOf(sure, script), confidence: chance };
  const wantedName =
    wanted !== undefined && scriptsOf(wanted).includes(script) ? nameOf(primarySubtag(wanted), script) : null;
  // On one or two words the models' few guesses are not all the languages that have them.
  const isShort = !hasWords && wantedName !== null && isKnown(models, wantedName);
  const also = isShort ? [wantedName] : [];
  const quick = posterior(text, models.known, { withFranc: false, also });
  const leads = quick[0];
  const isDoubtful = wantedName !== null && !hasWords && leads?.name !== wantedName;
  const clear = letters < francLetters || ((leads?.probability ?? 0) >= clearChance && !isDoubtful);
  const all = clear ? quick : posterior(text, models.known, { withFranc: true, also });
  const [first] = all;
  if (first === undefined) return { language: undetermined, confidence: 0 };
  const count = isBreakless(script) ? Math.round(text.letters * weightOfLetter) : words;
  if (wantedName !== null && isAllowed(models, text, all, wantedName, count)) {
    const probability = all.find(({ name }) => name === wantedName)?.probability ?? 0;
    return { language: wanted ?? tagOf(wantedName, script), confidence: probability };
  }
  return { language: tagOf(first.name, script), confidence: first.probability };
}
const weightOfLetter = 0.25;

function likeliest(scores: ReadonlyMap<string, number>): readonly [string, number] {
  let best: readonly [string, number] = ["", 0];
  for (const each of scores) if (each[1] > best[1]) best = each;
  return best;
}

function isFirstOfEld({ evidence }: PooledText, name: string): boolean {
  const own = evidence.eld.get(name) ?? 0;
  for (const [other, score] of evidence.eld) if (other !== name && score > own - agreedLead) return false;
  return evidence.eld.size > 1 && own > 0;
}

function isWrittenIn({ words, script }: PooledText, name: string): boolean {
  const letters = lettersOf(name, script);
  if (letters === null) return true;
  return words.every(word =>
    [...word].every(character => letters.has(character) || !/\p{L}/u.test(character)),
  );
}

/** Whether the wanted language lies so little behind that the text may be in it. */
function isAllowed(
  models: Models,
  { evidence }: PooledText,
  all: Posterior,
  wanted: string,
  words: number,
): boolean {
  const own = all.find(({ name }) => name === wanted);
  const rival = all.find(({ name }) => name !== wanted);
  if (own === undefined) return false;
  if (rival === undefined || own.probability >= rival.probability) return true;
  let allowance: number = allowances[words] ?? allowanceOfASentence;
  if (words >= sentenceWords && !isKnownToSeveral(models, rival.name)) allowance = 0;
  if (rival.name === "en" && isAllEnglish(evidence.text)) allowance = 0;
  if (wanted === "sw" && hasSwahiliWords(evidence.text)) allowance += allowanceOfClosedClasses;
  return Math.log(own.probability) + allowance >= Math.log(rival.probability);
}

function isKnown({ known }: Models, name: string): boolean {
  return known.fastText.has(name) || known.eld.has(name) || known.cld.has(name) || known.franc.has(name);
}

function isKnownToSeveral({ known }: Models, name: string): boolean {
  return [known.fastText, known.eld, known.cld].filter(names => names.has(name)).length > 1;
}

// Tags of languages that are written in several scripts say which it was.
const writtenTags: Readonly<Record<string, Readonly<Record<ScriptCode, string>>>> = {
  ku: { Arab: "ckb", Latn: "ku" },
  uz: { Cyrl: "uz-Cyrl", Latn: "uz" },
  sr: { Cyrl: "sr-Cyrl" },
};

function tagOf(name: string, script: ScriptCode): string {
  return writtenTags[alike(name)]?.[script] ?? name;
}
