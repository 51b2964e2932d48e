// Simulates studies with a known truth: mixtures without a difference, over prompts, languages and seeds.
import { type Random, seededRandom } from "../src/common/random.ts";
import type { SampleRecord } from "../src/core/records/records.ts";
import { normalCdf, normalQuantile } from "../src/core/statistics/distributions.ts";

export interface StudyShape {
  readonly prompts: number;
  readonly languages: number;
  readonly seeds: number;
  /** Pass rate of the prompts; the probit mean is derived from it. */
  readonly rate: number;
  /** Number of wordings of one fact: prompts that vary together. */
  readonly wordings: number;
  /**
   * On the probit scale: standard deviation by seed for all languages of a run, and for each one separately.
   */
  readonly seedShared: number;
  readonly seedLanguage: number;
  /** Standard deviation of the logarithm of a likelihood. */
  readonly likelihoodSpread: number;
}

/**
 * On the probit scale, relative to a residual of 1: effects of a prompt in all languages and in one, shared
 * by the wordings of a fact.
 */
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
  /** True rates of the drawn seeds by mixture, seed and language, over all prompts. */
  readonly ofModels: readonly (readonly (readonly number[])[])[];
  /** Likelihoods of one run, by language and prompt. */
  readonly likelihoods: readonly (readonly Likelihood[])[];
}

/** Studies of one shape. Each prompt has two prepared samples, so that draws create no objects. */
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

  /** Deterministic: the same key gives the same study. */
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

/** Box-Muller transform that returns both values of each pair. */
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

/** Table lookup with six correct digits, more than a simulation resolves. */
function quickCdf(z: number): number {
  const at = ((z / farthest + 1) / 2) * places;
  if (at <= 0) return 0;
  if (at >= places) return 1;
  const low = Math.floor(at);
  const [from = 0, to = 1] = [table[low], table[low + 1]];
  return from + (at - low) * (to - from);
}
