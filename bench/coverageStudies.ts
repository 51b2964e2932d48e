// Made-up studies whose truth is known: two mixtures with no difference, over prompts, languages and seeds.
import { type Random, seededRandom } from "../src/common/random.ts";
import type { SampleRecord } from "../src/core/run/records.ts";

export interface StudyShape {
  readonly prompts: number;
  readonly languages: number;
  readonly seeds: number;
  /** Share of the prompts' outcomes; a probit of the mean. */
  readonly rate: number;
  /** Wordings of one fact: prompts that vary together. */
  readonly wordings: number;
  /** Of the probit: how much seeds move all languages of a run, and each by itself. */
  readonly seedShared: number;
  readonly seedLanguage: number;
  /** Of the logarithm of a likelihood. */
  readonly likelihoodSpread: number;
}

/** Of the probit, beside a chance of 1: what a prompt is in all languages, and in one; a fact in all its wordings. */
const promptShared = 0.9;
const promptLanguage = 1.2;

export interface MadeUpStudy {
  /** By mixture, then seed. */
  readonly mixtures: readonly (readonly (readonly SampleRecord[])[])[];
  /** Rate of each language over all prompts and seeds. */
  readonly rate: number;
  /** Of the seeds that were drawn: rate by mixture, seed and language, over all prompts. */
  readonly ofModels: readonly (readonly (readonly number[])[])[];
  /** Likelihood per token, of each mixture over all prompts and seeds. */
  readonly likelihood: number;
}

export function madeUpStudy(shape: StudyShape, mixtures: number, key: string): MadeUpStudy {
  const { prompts, languages, seeds, rate, wordings, seedShared, seedLanguage, likelihoodSpread } = shape;
  const random = seededRandom("coverage", key);
  const ofPrompts = promptShared ** 2 + promptLanguage ** 2;
  const ofSeeds = seedShared ** 2 + seedLanguage ** 2;
  const centre = probit(rate) * Math.sqrt(1 + ofPrompts + ofSeeds);
  const facts = Math.ceil(prompts / wordings);
  const shared = Array.from({ length: facts }, () => promptShared * normal(random));
  const own = Array.from({ length: languages }, () =>
    Array.from({ length: facts }, () => promptLanguage * normal(random)),
  );
  const ofModels: number[][][] = [];
  const samples = Array.from({ length: mixtures }, (_, m) => {
    ofModels[m] = [];
    return Array.from({ length: seeds }, () => {
      const moved = seedShared * normal(random);
      const rates: number[] = [];
      ofModels[m]?.push(rates);
      return Array.from({ length: languages }, (__, l) => {
        const level = centre + moved + seedLanguage * normal(random);
        rates.push(normalShare(level / Math.sqrt(1 + ofPrompts)));
        return Array.from({ length: prompts }, (___, i) => {
          const fact = i % facts;
          const ease = (shared[fact] ?? 0) + (own[l]?.[fact] ?? 0);
          const passed = level + ease + normal(random) > 0;
          const nll = Math.exp(likelihoodSpread * normal(random));
          return sampleOf(`l${l}`, i, wordings > 1 ? `f${fact}` : undefined, passed, nll, random);
        });
      }).flat();
    });
  });
  return { mixtures: samples, rate, ofModels, likelihood: Math.exp(likelihoodSpread ** 2 / 2) };
}

function sampleOf(
  language: string,
  i: number,
  group: string | undefined,
  passed: boolean,
  nll: number,
  random: Random,
): SampleRecord {
  return {
    language,
    id: `p${i}`,
    ...(group !== undefined && { group }),
    prompt: `prompt ${i}`,
    response: "",
    reference: "reference",
    tags: {},
    tokens: 1,
    stopped: true,
    responseLanguage: language,
    languageCorrect: passed,
    checksPassed: passed,
    answeredIn: null,
    outcome: passed ? "followed" : "wrongAnswer",
    nll,
    nllTokens: 5 + Math.floor(15 * random()),
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The normal distribution, by Simpson's rule: to nine digits, which is more than a simulation shows. */
export function normalShare(z: number): number {
  const steps = 200;
  const width = z / steps;
  let sum = 1 + Math.exp((-z * z) / 2);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * Math.exp(-((i * width) ** 2) / 2);
  return 0.5 + ((width / 3) * sum) / Math.sqrt(2 * Math.PI);
}

function probit(rate: number): number {
  let low = -8;
  let high = 8;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < rate) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
