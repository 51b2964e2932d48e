// Decides the language of a passage in one script, by combining the answers of several models.
import { alike, sameLanguage } from "../../core/language/alike.ts";
import { isBreakless, type ScriptCode, scriptsOf } from "../../core/language/scripts.ts";
import { isAllEnglish } from "./englishTerms.ts";
import { primarySubtag } from "./identifierCodes.ts";
import { kinIn } from "./kin.ts";
import { type Models, nameOf } from "./models.ts";
import { lettersOf, type PooledText, type Posterior, posterior } from "./pool.ts";
import { hasSwahiliWords } from "./swahili.ts";

export interface Identified {
  /**
   * BCP-47 tag: the wanted or an evaluated language exactly as given, or the tag of another one; `und` if it
   * can't be determined, `zxx` (no linguistic content) if there are no words. Regional variants of a language
   * are not distinguished.
   */
  readonly language: string;
  /** Confidence from 0 to 1, as a ranking rather than a probability. From 0.9, the models agree or the script leaves no choice. */
  readonly confidence: number;
}

export const undetermined = "und";

// Probability at which lid.176 needs no confirmation for a long text: it is seldom wrong then.
const sureChance = 0.92;
const sureLetters = 24;
// Probability at which the clear agreement of eld suffices.
const agreedChance = 0.7;
const agreedLead = 0.1;
// Probability at which agreement suffices if both name the wanted language.
const seemingChance = 0.5;
const confidenceOfTwo = 0.9;
// Minimum probability for fastText's answer to be trusted, as in the Language Confusion Benchmark.
const relativeChance = 0.3;
// Languages that only lid.176 distinguishes from their larger relatives.
const relatives = new Set("an ast bar co eml frr gsw li lij lmo nap oc pms sc scn sco vec vls wa".split(" "));
// Probability at which the quick pool is accepted without franc, which takes longer than all others together.
const clearChance = 0.8;
const francLetters = 8;
// Log-odds by which a wanted language may trail, by number of words. Chosen so that passages of 3 to 5 words
// are accepted and sentences in related languages are not (`npm run bench:identify`).
const allowances = [5, 5, 3.5, 2.75, 2.75, 1.25] as const;
// Number of words from which a language that only one model knows is accepted directly: this is rarely wrong.
const sentenceWords = 5;
const allowanceOfASentence = 1;
// eld does not know Swahili and lid.176 knows it poorly, so its closed-class words stand in for them.
const allowanceOfClosedClasses = 2;

/** Reports whether the quickest model is sure enough of a language other than the wanted one. */
export function seemsForeign(models: Models, text: string, wanted: string): boolean {
  const [script] = scriptsOf(wanted);
  if (script === undefined) return true;
  const [name, chance] = likeliest(models.look(text, script).fastText);
  return chance >= seemingChance && !sameLanguage(name, wanted);
}

/** Combines the models' answers, except for related languages that they don't know well enough. */
export function decide(
  models: Models,
  text: PooledText,
  words: number,
  wanted: string | undefined,
): Identified {
  const found = decideByModels(models, text, words, wanted);
  const kin = kinIn(text.words, primarySubtag(found.language), text.script);
  return kin === null ? found : { ...found, language: tagOf(kin, text.script) };
}

function decideByModels(
  models: Models,
  text: PooledText,
  words: number,
  wanted: string | undefined,
): Identified {
  const { evidence, script, letters } = text;
  const [sure, chance] = likeliest(evidence.fastText);
  const isLong = letters >= sureLetters && isWrittenIn(text, sure);
  if (isLong && (chance >= sureChance || (chance >= agreedChance && isFirstOfEld(text, sure))))
    return { language: tagOf(sure, script), confidence: chance };
  const isAgreed = wanted !== undefined && chance >= seemingChance && sameLanguage(sure, wanted);
  if (isAgreed && isWrittenIn(text, sure) && isFirstOfEld(text, sure))
    return { language: tagOf(sure, script), confidence: Math.max(chance, confidenceOfTwo) };
  const hasWords = words > sentenceWords;
  if (hasWords && chance >= relativeChance && relatives.has(sure))
    return { language: tagOf(sure, script), confidence: chance };
  const wantedName =
    wanted !== undefined && scriptsOf(wanted).includes(script) ? nameOf(primarySubtag(wanted), script) : null;
  // One or two words may occur in more languages than the few that the models suggest.
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

/** Reports whether the wanted language trails so little that the text may be in it. */
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
  if (wanted === "sw") {
    if (hasSwahiliWords(evidence.text)) allowance += allowanceOfClosedClasses;
    else if (words >= sentenceWords) allowance = 0;
  }
  return Math.log(own.probability) + allowance >= Math.log(rival.probability);
}

function isKnown({ known }: Models, name: string): boolean {
  return known.fastText.has(name) || known.eld.has(name) || known.cld.has(name) || known.franc.has(name);
}

function isKnownToSeveral({ known }: Models, name: string): boolean {
  return [known.fastText, known.eld, known.cld].filter(names => names.has(name)).length > 1;
}

// Tags of languages with several scripts include the script.
const writtenTags: Readonly<Record<string, Readonly<Record<ScriptCode, string>>>> = {
  ku: { Arab: "ckb", Latn: "ku" },
  uz: { Cyrl: "uz-Cyrl", Latn: "uz" },
  sr: { Cyrl: "sr-Cyrl" },
};

function tagOf(name: string, script: ScriptCode): string {
  return writtenTags[alike(name)]?.[script] ?? name;
}
