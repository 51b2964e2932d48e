// Chooses what a run is compared with: for each language the monolingual run of it, or one run for all.
import { displayName } from "../language/tags.ts";
import type { RunRecord } from "../run/records.ts";

/** A finished run with samples that may serve as a baseline. */
export interface Candidate {
  /** Name of the run folder. */
  readonly folder: string;
  readonly record: Pick<RunRecord, "mixture" | "seed" | "started" | "counts"> & {
    readonly configuration: Pick<RunRecord["configuration"], "file" | "budget" | "model" | "evaluate">;
    readonly lock: Pick<NonNullable<RunRecord["lock"]>, "model"> | null;
  };
}

export interface ChosenBaseline {
  readonly baseline: Candidate;
  /** The run is compared with itself: 50 by construction. */
  readonly itself: boolean;
  /** What a reader has to know of the choice. */
  readonly notes: readonly string[];
}

/** Tuned on this language alone, with the whole budget. */
function isMonolingual({ record }: Candidate, language: string): boolean {
  const used = Object.entries(record.counts).filter(([, count]) => count > 0);
  const [only] = used;
  return used.length === 1 && only?.[0] === language && only[1] === record.configuration.budget;
}

/** The monolingual run of `language` in the same mixture file; null where there is none. */
export function monolingualBaseline(
  run: Candidate,
  language: string,
  candidates: readonly Candidate[],
): ChosenBaseline | null {
  if (isMonolingual(run, language)) return { baseline: run, itself: true, notes: [] };
  const { file } = run.record.configuration;
  const fitting = candidates.filter(
    other => other.record.configuration.file === file && isMonolingual(other, language),
  );
  return nearest(run, fitting);
}

/** The run of a mixture, for all languages; the same mixture file's where there is one. null: there is no such run. */
export function namedBaseline(
  run: Candidate,
  mixture: string,
  candidates: readonly Candidate[],
): ChosenBaseline | null {
  if (run.record.mixture === mixture) return { baseline: run, itself: true, notes: [] };
  const named = candidates.filter(other => other.record.mixture === mixture);
  const own = named.filter(other => other.record.configuration.file === run.record.configuration.file);
  return nearest(run, own.length > 0 ? own : named);
}

/** This run and no other. */
export function givenBaseline(run: Candidate, baseline: Candidate, itself: boolean): ChosenBaseline {
  return { baseline, itself, notes: itself ? [] : differences(run, baseline) };
}

/** Of the same seed where there is one, else of the nearest; of several the newest. */
function nearest(run: Candidate, candidates: readonly Candidate[]): ChosenBaseline | null {
  const distance = ({ record }: Candidate): number => Math.abs(record.seed - run.record.seed);
  const budgetApart = ({ record }: Candidate): number =>
    Math.abs(record.configuration.budget - run.record.configuration.budget);
  const [baseline] = [...candidates].sort(
    (a, b) =>
      budgetApart(a) - budgetApart(b) ||
      distance(a) - distance(b) ||
      a.record.seed - b.record.seed ||
      (a.record.started < b.record.started ? 1 : -1),
  );
  return baseline === undefined
    ? null
    : { baseline, itself: false, notes: [...seedNote(run, baseline), ...differences(run, baseline)] };
}

/** Without the folder's name: it is one note where many languages have such a baseline. */
function seedNote(run: Candidate, { record }: Candidate): string[] {
  if (record.seed === run.record.seed) return [];
  return [
    `A baseline with the run's seed ${run.record.seed} is missing: the nearest, of seed ${record.seed}, is taken.`,
  ];
}

/** What makes two runs differ besides their mixtures. */
function differences(run: Candidate, { folder, record }: Candidate): string[] {
  const [own, other] = [run.record.configuration, record.configuration];
  const notes: string[] = [];
  if (own.budget !== other.budget)
    notes.push(`The baseline ${folder} has a budget of ${other.budget} examples, the run ${own.budget}.`);
  const [model, otherModel] = [run.record.lock?.model, record.lock?.model];
  if (own.model !== other.model)
    notes.push(`The baseline ${folder} is a tuned ${other.model}, the run a tuned ${own.model}.`);
  else if (model !== undefined && otherModel !== undefined && model !== otherModel)
    notes.push(
      `The baseline ${folder} was made with other files of ${own.model}: weights, tokenizer or chat template differ.`,
    );
  const changed = (["maxNewTokens", "temperature", "topP"] as const).filter(
    key => own.evaluate[key] !== other.evaluate[key],
  );
  if (changed.length > 0) {
    const listed = changed.map(key => `${key} ${other.evaluate[key]} instead of ${own.evaluate[key]}`);
    notes.push(`The baseline ${folder} was evaluated with ${listed.join(", ")}.`);
  }
  return notes;
}

/** For a language that has no baseline. */
export function missingBaseline(language: string): string {
  return `${displayName(language)} (${language}) is left out: there is no finished monolingual run of it with the whole budget beside the run.`;
}
