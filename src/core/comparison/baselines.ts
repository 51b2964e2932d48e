// Chooses the baseline of a run within its experiment: the monolingual run of each
// language, or one run for all.

import type { SettledRecord } from "../experiments/runSettings.ts";
import { differenceMark, differenceWords, settingDifferences } from "../experiments/settingDifferences.ts";
import { displayName } from "../language/tags.ts";
import type { RunRecord } from "../records/runRecord.ts";
import { apartNote } from "./markBaselines.ts";

/** A finished run with samples that may serve as a baseline. */
export interface Candidate {
  /** Name of the run folder. */
  readonly folder: string;
  readonly record: SettledRecord & Pick<RunRecord, "seed" | "started">;
}

export interface ChosenBaseline {
  readonly baseline: Candidate;
  /** Name of its mixture; for a run of another experiment, followed by the settings that differ. */
  readonly name: string;
  /** True if the run is its own baseline: its score is 50 by construction. */
  readonly itself: boolean;
  /** Remarks on the choice that readers need to know. */
  readonly notes: readonly string[];
}

/** Returns true if the run was tuned on this language alone, with the whole budget. */
function isMonolingual({ record }: Candidate, language: string): boolean {
  const used = Object.entries(record.counts).filter(([, count]) => count > 0);
  const [only] = used;
  return used.length === 1 && only?.[0] === language && only[1] === record.configuration.budget;
}

/** Returns the monolingual run of `language` in the run's experiment; null if there is none. */
export function monolingualBaseline(
  run: Candidate,
  language: string,
  candidates: readonly Candidate[],
): ChosenBaseline | null {
  if (isMonolingual(run, language)) return itself(run);
  return nearest(
    run,
    candidates.filter(other => isMonolingual(other, language) && isComparable(run, other)),
  );
}

/**
 * Returns the run of a mixture in the run's experiment, as the baseline for all languages;
 * null if there is none.
 */
export function namedBaseline(
  run: Candidate,
  mixture: string,
  candidates: readonly Candidate[],
): ChosenBaseline | null {
  if (run.record.mixture === mixture) return itself(run);
  return nearest(
    run,
    candidates.filter(other => other.record.mixture === mixture && isComparable(run, other)),
  );
}

/**
 * Returns the given run, whatever its experiment; if that is another one, name and notes
 * report the differences.
 */
export function givenBaseline(run: Candidate, baseline: Candidate, isItself: boolean): ChosenBaseline {
  if (isItself) return itself(baseline);
  const differences = settingDifferences(baseline.record, run.record);
  const { mixture } = baseline.record;
  if (differences.length === 0) return { baseline, name: mixture, itself: false, notes: [] };
  return {
    baseline,
    name: `${mixture} (${differenceMark(differences)})`,
    itself: false,
    notes: [apartNote(baseline.folder, differenceWords(differences))],
  };
}

function itself(run: Candidate): ChosenBaseline {
  return { baseline: run, name: run.record.mixture, itself: true, notes: [] };
}

function isComparable(run: Candidate, other: Candidate): boolean {
  return settingDifferences(other.record, run.record).length === 0;
}

/** Returns the candidate of the same seed, else of the nearest seed; the newest of several. */
function nearest(run: Candidate, candidates: readonly Candidate[]): ChosenBaseline | null {
  const distance = ({ record }: Candidate): number => Math.abs(record.seed - run.record.seed);
  const [baseline] = [...candidates].sort(
    (a, b) =>
      distance(a) - distance(b) ||
      a.record.seed - b.record.seed ||
      (a.record.started < b.record.started ? 1 : -1),
  );
  return baseline === undefined
    ? null
    : { baseline, name: baseline.record.mixture, itself: false, notes: seedNote(run, baseline) };
}

/** Returns a note about a differing seed. It omits the folder, so that many languages can share one note. */
function seedNote(run: Candidate, { record }: Candidate): string[] {
  if (record.seed === run.record.seed) return [];
  return [
    `No baseline has the run's seed ${run.record.seed}: the one with the nearest seed, ${record.seed}, is used.`,
  ];
}

/** Returns the note for a language without a baseline. */
export function missingBaseline(run: Candidate, language: string, candidates: readonly Candidate[]): string {
  const monolingual = candidates.filter(other => isMonolingual(other, language));
  const near = monolingual.length === 0 ? "" : ` ${apartWords(run, monolingual)}`;
  return `${displayName(language)} (${language}) is left out: no finished monolingual run of it with the run's settings is next to the run.${near}`;
}

/**
 * Describes the newest candidate whose settings rule it out:
 * `The newest, en-s7-1a2b3c4d, belongs to another experiment: budget 600 instead of 120.`
 */
export function apartWords(run: Candidate, candidates: readonly Candidate[]): string {
  const [newest] = [...candidates].sort((a, b) => (a.record.started < b.record.started ? 1 : -1));
  if (newest === undefined) return "";
  const differences = differenceWords(settingDifferences(newest.record, run.record));
  return `The newest, ${newest.folder}, belongs to another experiment: ${differences}.`;
}
