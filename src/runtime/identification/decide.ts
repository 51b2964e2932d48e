// Which language a passage in one script is in, by what the models say of it together.
import { alike, sameLanguage } from "../../core/language/alike.ts";
import { isBreakless, type ScriptCode, scriptsOf } from "../../core/language/scripts.ts";
import { primarySubtag } from "./codes.ts";
import { isAllEnglish } from "./englishTerms.ts";
import { kinIn } from "./kin.ts";
import { type Models, nameOf } from "./models.ts";
import { lettersOf, type PooledText, type Posterior, posterior } from "./pool.ts";
import { hasSwahiliWords } from "./swahili.ts";

export interface Identified {
  /**
   * BCP-47: the wanted or an evaluated language as it was given, or another one's tag; `und` when it can't be told,
   * `zxx` (no linguistic content) when there are no words. Regional variants of one language are not told apart.
   */
  readonly language: string;
  /** 0 to 1: an order, not a probability; from 0.9 on the models agree, or the script leaves no choice. */
  readonly confidence: number;
}

export const undetermined = "und";

// lid.176 needs no second opinion where it is so sure of so long a text: it is seldom wrong there.
const sureChance = 0.92;
const sureLetters = 24;
// Nor where eld says the same by far.
const agreedChance = 0.7;
const agreedLead = 0.1;
// Where it is the wanted language that both say, they need not be as sure.
const seemingChance = 0.5;
const confidenceOfTwo = 0.9;
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

/** Whether the quickest model is sure enough of another language than the wanted one. */
export function seemsForeign(models: Models, text: string, wanted: string): boolean {
  const [script] = scriptsOf(wanted);
  if (script === undefined) return true;
  const [name, chance] = likeliest(models.look(text, script).fastText);
  return chance >= seemingChance && !sameLanguage(name, wanted);
}

/** What the models say, but for the relatives that they don't know well enough. */
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

// Tags of languages that are written in several scripts say which it was.
const writtenTags: Readonly<Record<string, Readonly<Record<ScriptCode, string>>>> = {
  ku: { Arab: "ckb", Latn: "ku" },
  uz: { Cyrl: "uz-Cyrl", Latn: "uz" },
  sr: { Cyrl: "sr-Cyrl" },
};

function tagOf(name: string, script: ScriptCode): string {
  return writtenTags[alike(name)]?.[script] ?? name;
}
