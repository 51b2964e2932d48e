// Combines the models' answers to a probability for each language: a log-linear pool.
import { isBreakless, type ScriptCode } from "../../core/language/scripts.ts";
import { alphabets } from "./alphabets.ts";
import type { Evidence, Models, Scores } from "./models.ts";

/** Text in one script, with counts of its letters and words. */
export interface PooledText {
  readonly evidence: Evidence;
  readonly script: ScriptCode;
  readonly letters: number;
  /** Lower-case words in this script, except names, which are capitalised inside a sentence. */
  readonly words: readonly string[];
}

/** Probabilities that sum to 1, most likely first; empty if no model knows anything in the text. */
export type Posterior = readonly { readonly name: string; readonly probability: number }[];

export const features = [
  "fastText",
  "fastTextAlone",
  "noFastText",
  "eldGap",
  "eldGapLong",
  "eldLead",
  "eldLeadLong",
  "noEld",
  "noEldTop",
  "noEldLead",
  "cld",
  "cldOdds",
  "cldLong",
  "noCld",
  "noCldOdds",
  "eldAndCld",
  "eldAndFastText",
  "fastTextAndCld",
  "foreignLetters",
  "noAlphabet",
  "rare",
  "francGap",
  "francGapLong",
  "noFranc",
] as const;
type Feature = (typeof features)[number];
type Weights = Readonly<Record<Feature, number>>;
const ofFranc = 3;

// Weights fitted by scripts/fitIdentifier.ts, without and with franc, which takes ten times as long as the
// others.
const quickWeights: Weights = weights([
  0.42, 0.24, 2.28, 1.24, 3.56, 0.62, 1.38, 2.07, -0.93, 0.7, 0.39, 0.3, 0.32, -0.03, 0.13, -0.14, 1.09,
  -0.86, -2.24, -2.44, -0.92, 0.0, 0.0, 0.0,
]);
const fullWeights: Weights = weights([
  0.38, 0.23, 0.84, 1.13, 3.22, 0.69, 1.51, 2.06, -0.66, 0.49, 0.44, 0.26, 0.26, -0.18, 0.13, -0.22, 1.09,
  -0.9, -2.3, -2.69, -0.65, -0.08, 1.3, -1.1,
]);

function weights(values: readonly number[]): Weights {
  return Object.fromEntries(features.map((feature, i) => [feature, values[i] ?? 0])) as Weights;
}

// Languages whose Wikipedias are large or full of words from other languages, and languages of which there
// are few texts.
// biome-ignore format: a table
const rare = new Set(
  ("ceb war eo ia io ie jbo vo la nds lmo pms vec scn nap eml mwl cbk pfl wa co sc an ast bar gsw frr li vls lb hif min " +
    "sco kw gv br rm ilo pam bcl su jv qu nah gn kv").split(" "),
);

const leastChance = 1e-4;
const maxLogLetters = 5;
const maxForeign = 3;
const likely = 0.5;
// Minimum score in any model for a language to be a candidate.
const possible = 1e-3;
const firstOfEld = 12;
const firstOfFranc = 12;

export function candidatesOf({ fastText, eld, cld }: Evidence, franc: Scores | null): string[] {
  const found = new Set<string>();
  for (const [name, chance] of fastText) if (chance > possible) found.add(name);
  for (const name of best(eld, firstOfEld)) found.add(name);
  if (franc !== null) for (const name of best(franc, firstOfFranc)) found.add(name);
  if (cld.name !== "") found.add(cld.name);
  return [...found];
}

function best(scores: Scores, most: number): string[] {
  const names = [...scores].sort((a, b) => b[1] - a[1]);
  return names.slice(0, most).map(([name]) => name);
}

/** Features of each candidate, in the order of `features`. */
export function featuresOf(
  { evidence, script, letters, words }: PooledText,
  candidates: readonly string[],
  known: Models["known"],
  franc: Scores | null,
): number[][] {
  const { fastText, eld, cld } = evidence;
  const long = Math.min(Math.log(Math.max(letters, 1)), maxLogLetters);
  // If eld knows only one language of a script, its answer carries no information.
  const eldSpeaks = eld.size > 1;
  const { first: eldFirst, top, lead } = leadOf(eldSpeaks ? eld : new Map());
  const odds = cld.name === "" ? 0 : logit(cld.probability);
  const francTop = franc === null ? 0 : Math.max(0, ...franc.values());
  const is = (condition: boolean): number => (condition ? 1 : 0);
  return candidates.map(name => {
    const chance = Math.log((fastText.get(name) ?? 0) + leastChance);
    const inEld = eldSpeaks && known.eld.has(name);
    const outsideEld = eldSpeaks && !inEld;
    const gap = inEld ? (eld.get(name) ?? 0) - top : 0;
    const isFirst = inEld && name === eldFirst;
    const said = cld.name === name;
    const unsaid = cld.name !== "" && !known.cld.has(name);
    const believed = (fastText.get(name) ?? 0) > likely;
    const foreign = foreignWords(words, name, script);
    const francKnows = franc?.has(name) === true;
    const francGap = francKnows ? (franc?.get(name) ?? 0) - francTop : 0;
    return [
      chance,
      outsideEld ? chance : 0,
      is(!known.fastText.has(name)),
      gap,
      gap * long,
      isFirst ? lead : 0,
      isFirst ? lead * long : 0,
      is(outsideEld),
      outsideEld ? top : 0,
      outsideEld ? lead * long : 0,
      is(said),
      said ? odds : 0,
      said ? long : 0,
      is(unsaid),
      unsaid ? odds : 0,
      is(said && isFirst),
      is(isFirst && believed),
      is(said && believed),
      Math.min(foreign ?? 0, maxForeign),
      is(foreign === null),
      is(rare.has(name)),
      francGap,
      francGap * long,
      is(franc !== null && !known.franc.has(name)),
    ];
  });
}

/** @returns null if no model has an answer */
export function posterior(
  text: PooledText,
  known: Models["known"],
  { withFranc, also = [] }: { readonly withFranc: boolean; readonly also?: readonly string[] },
): Posterior {
  const franc = withFranc ? text.evidence.franc : null;
  const candidates = [...new Set([...candidatesOf(text.evidence, franc), ...also])];
  const own = Object.values(withFranc ? fullWeights : quickWeights);
  const scores = featuresOf(text, candidates, known, franc).map(values =>
    values.reduce((sum, value, i) => sum + value * (own[i] ?? 0), 0),
  );
  const highest = Math.max(...scores);
  const shares = scores.map(score => Math.exp(score - highest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const all = candidates.map((name, i) => ({ name, probability: (shares[i] ?? 0) / total }));
  return all.sort((a, b) => b.probability - a.probability);
}

function leadOf(scores: Scores): { first: string; top: number; lead: number } {
  let first = "";
  let top = 0;
  let second = 0;
  for (const [name, score] of scores) {
    if (score > top) {
      second = top;
      first = name;
      top = score;
    } else if (score > second) second = score;
  }
  return { first, top, lead: top - second };
}

function logit(probability: number): number {
  const p = Math.min(Math.max(probability, leastChance), 1 - leastChance);
  return Math.log(p / (1 - p));
}

const letterSets = new Map<string, ReadonlySet<string> | null>();

/** Number of words with a letter that the language is not written with; null if its letters are unknown. */
function foreignWords(words: readonly string[], name: string, script: ScriptCode): number | null {
  const letters = lettersOf(name, script);
  if (letters === null) return isBreakless(script) ? 0 : null;
  let count = 0;
  for (const word of words) {
    for (const character of word) {
      if (letters.has(character) || !/\p{L}/u.test(character)) continue;
      count++;
      break;
    }
  }
  return count;
}

export function lettersOf(name: string, script: ScriptCode): ReadonlySet<string> | null {
  const key = `${script} ${name}`;
  const before = letterSets.get(key);
  if (before !== undefined) return before;
  const listed = alphabets[script]?.[name];
  const letters = listed === undefined ? null : new Set(listed);
  letterSets.set(key, letters);
  return letters;
}

export const francFeatures = features.slice(-ofFranc);
