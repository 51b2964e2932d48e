// Made-up studies whose truth is known: mixtures with no difference, over prompts, languages and seeds.
import { type Random, seededRandom } from "../src/common/random.ts";
import type { SampleRecord } from "../src/core/records/records.ts";
import { normalCdf, normalQuantile } from "../src/core/statistics/distributions.ts";

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
const ofPrompts = promptShared ** 2 + promptLanguage ** 2;

export interface Likelihood {
  readonly nats: number; // per token
  readonly tokens: number;
}

export interface MadeUpStudy {
  /** By mixture, then seed: the samples of all languages. */
  readonly mixtures: readonly (readonly (readonly SampleRecord[])[])[];
  /** Of the seeds that were drawn: rate by mixture, seed and language, over all prompts. */
  readonly ofModels: readonly (readonly (readonly number[])[])[];
  /** Of one run, by language and prompt. */
  readonly likelihoods: readonly (readonly Likelihood[])[];
}

/** Studies of one shape. A sample is one of two for each prompt, so that nothing is made anew. */
export class Studies {
  readonly languages: readonly string[];
  /** Likelihood per token over all prompts and seeds. */
  readonly likelihood: number;
  readonly #samples: readonly (readonly (readonly [SampleRecord, SampleRecord])[])[];
  readonly #facts: number;
  readonly #centre: number;

  constructor(readonly shape: StudyShape) {
    const { prompts, languages, rate, wordings, seedShared, seedLanguage, likelihoodSpread } = shape;
    this.languages = Array.from({ length: languages }, (_, l) => `l${l}`);
    this.likelihood = Math.exp(likelihoodSpread ** 2 / 2);
    this.#facts = Math.ceil(prompts / wordings);
    this.#centre = normalQuantile(rate) * Math.sqrt(1 + ofPrompts + seedShared ** 2 + seedLanguage ** 2);
    this.#samples = this.languages.map(language =>
      Array.from({ length: prompts }, (_, i) => {
        const group = wordings > 1 ? `f${i % this.#facts}` : undefined;
        return [sampleOf(language, i, group, false), sampleOf(language, i, group, true)] as const;
      }),
    );
  }

  /** The same for the same key. */
  draw(mixtures: number, key: string): MadeUpStudy {
    const { seeds, seedShared, seedLanguage, likelihoodSpread } = this.shape;
    const random = seededRandom("coverage", key);
    const draws = normals(random);
    const shared = Array.from({ length: this.#facts }, () => promptShared * draws());
    const ease = this.languages.map(() => shared.map(fact => fact + promptLanguage * draws()));
    const ofModels: number[][][] = [];
    const samples = Array.from({ length: mixtures }, () => {
      const rates: number[][] = [];
      ofModels.push(rates);
      return Array.from({ length: seeds }, () => {
        const moved = seedShared * draws();
        const levels = this.languages.map(() => this.#centre + moved + seedLanguage * draws());
        rates.push(levels.map(level => normalCdf(level / Math.sqrt(1 + ofPrompts))));
        return this.#answers(levels, ease, random);
      });
    });
    const likelihoods =
      seeds > 1
        ? []
        : this.#samples.map(own =>
            own.map(() => ({
              nats: Math.exp(likelihoodSpread * draws()),
              tokens: 5 + Math.floor(15 * random()),
            })),
          );
    return { mixtures: samples, ofModels, likelihoods };
  }

  #answers(levels: readonly number[], ease: readonly (readonly number[])[], random: Random): SampleRecord[] {
    const answers: SampleRecord[] = [];
    this.#samples.forEach((own, l) => {
      const [level = 0, facts = []] = [levels[l], ease[l]];
      const shares = facts.map(each => quickCdf(level + each));
      own.forEach(([failed, passed], i) => {
        answers.push(random() < (shares[i % facts.length] ?? 0) ? passed : failed);
      });
    });
    return answers;
  }
}

function sampleOf(language: string, i: number, group: string | undefined, passed: boolean): SampleRecord {
  return {
    language,
    id: `p${i}`,
    ...(group !== undefined && { group }),
    prompt: `prompt ${i}`,
    response: "",
    reference: null,
    tags: {},
    tokens: 1,
    stopped: true,
    responseLanguage: language,
    languageCorrect: passed,
    checksPassed: passed,
    answeredIn: null,
    outcome: passed ? "followed" : "wrongAnswer",
    nll: null,
    nllTokens: 0,
  };
}

/** Box and Muller's, both of each pair. */
function normals(random: Random): () => number {
  let kept: number | null = null;
  return () => {
    if (kept !== null) {
      const second = kept;
      kept = null;
      return second;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

const farthest = 8;
const places = 4096;
const table = Float64Array.from({ length: places + 1 }, (_, i) =>
  normalCdf(((2 * i) / places - 1) * farthest),
);

/** From a table, to six digits: more than a simulation shows. */
function quickCdf(z: number): number {
  const at = ((z / farthest + 1) / 2) * places;
  if (at <= 0) return 0;
  if (at >= places) return 1;
  const low = Math.floor(at);
  const [from = 0, to = 1] = [table[low], table[low + 1]];
  return from + (at - low) * (to - from);
}
