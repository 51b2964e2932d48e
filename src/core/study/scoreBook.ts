// Scores in the form that studies use: one value per mixture, seed, language and prompt.
import type { PairOutcome } from "../records/comparison.ts";
import type { SampleRecord } from "../records/records.ts";
import { metricName } from "../scoring/metricNames.ts";
import type { Observation } from "../statistics/observations.ts";

/** Fields of a sample that scores need; keeping the texts would use too much memory. */
type ScoredSample = Pick<
  SampleRecord,
  "language" | "id" | "group" | "outcome" | "languageCorrect" | "checksPassed"
>;

export interface ScoredRun {
  readonly mixture: string;
  readonly seed: number;
  readonly samples: readonly ScoredSample[];
}

/** Verdicts of one judge on one run. */
export interface JudgedRun {
  readonly mixture: string;
  readonly seed: number;
  /** Languages in which the run is its own baseline: 50 by construction. */
  readonly itself: readonly string[];
  /** An outcome is null when the verdict could not be read; it counts in no score. */
  readonly verdicts: readonly {
    readonly language: string;
    readonly id: string;
    readonly outcome: PairOutcome | null;
  }[];
}

export interface ScoreBook {
  /** Part of file names. */
  readonly key: string;
  /** Name for axes and captions, without a unit: all scores are shares, shown in percent. */
  readonly name: string;
  /** True for side-by-side scores: above one half is a win, and colours diverge there. */
  readonly sideBySide: boolean;
  /** Empty when the mixture has no scores in this language. */
  observations(mixture: string, language: string): readonly Observation[];
  /** True if the mixture is the baseline of this language. */
  isBaseline(mixture: string, language: string): boolean;
}

export type SampleMetric = "followed" | "language";

/**
 * Excludes responses to rows without checks from `followed`, those in no language from `language`, and those
 * of a language that cannot be identified from both. Null when no response is left.
 */
export function metricBook(metric: SampleMetric, runs: readonly ScoredRun[]): ScoreBook | null {
  const cells = new Cells();
  for (const { mixture, seed, samples } of runs) {
    for (const { language, id, group, outcome, languageCorrect, checksPassed } of samples) {
      const hasChecks = checksPassed !== null && outcome !== "unscored";
      const followed = hasChecks ? outcome === "followed" : null;
      const holds = metric === "followed" ? followed : languageCorrect;
      if (holds === null) continue;
      cells.add(mixture, language, {
        cluster: id,
        ...(group !== undefined && { group }),
        stratum: language,
        seed,
        value: holds ? 1 : 0,
      });
    }
  }
  if (cells.isEmpty) return null;
  return {
    key: metric,
    name: metricName(metric),
    sideBySide: false,
    observations: (mixture, language) => cells.get(mixture, language),
    isBaseline: () => false,
  };
}

const worth: Readonly<Record<PairOutcome, number>> = { win: 1, tie: 0.5, loss: 0 };

/**
 * Side-by-side scores, ties counting half, against the monolingual model of each language.
 * @param runs provide the groups of the prompts, and the prompts of runs that are a baseline, each of which
 * scores one half
 */
export function sideBySideBook(
  key: string,
  judge: string,
  judged: readonly JudgedRun[],
  runs: readonly ScoredRun[],
): ScoreBook {
  const cells = new Cells();
  const baselines = new Set<string>();
  for (const { mixture, seed, itself, verdicts } of judged) {
    const own = runs.find(run => run.mixture === mixture && run.seed === seed)?.samples ?? [];
    const groups = new Map(own.map(({ language, id, group }) => [promptKey(language, id), group]));
    const add = (language: string, id: string, value: number): void => {
      const group = groups.get(promptKey(language, id));
      cells.add(mixture, language, {
        cluster: id,
        ...(group !== undefined && { group }),
        stratum: language,
        seed,
        value,
      });
    };
    for (const { language, id, outcome } of verdicts) if (outcome !== null) add(language, id, worth[outcome]);
    for (const language of itself) baselines.add(cellKey(mixture, language));
    for (const { language, id } of own) if (itself.includes(language)) add(language, id, 0.5);
  }
  return {
    key,
    name: `Side by side with the monolingual model of the language (${judge})`,
    sideBySide: true,
    observations: (mixture, language) => cells.get(mixture, language),
    isBaseline: (mixture, language) => baselines.has(cellKey(mixture, language)),
  };
}

function promptKey(language: string, id: string): string {
  return `${language}\u0000${id}`;
}

function cellKey(mixture: string, language: string): string {
  return `${mixture}\u0000${language}`;
}

class Cells {
  readonly #cells = new Map<string, Observation[]>();

  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  add(mixture: string, language: string, observation: Observation): void {
    const key = cellKey(mixture, language);
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, [observation]);
    else cell.push(observation);
  }

  get(mixture: string, language: string): readonly Observation[] {
    return this.#cells.get(cellKey(mixture, language)) ?? [];
  }
}
