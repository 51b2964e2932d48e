// Chooses what a run is compared with, in its experiment: for each language the monolingual run, or one run for all.

import type { SettledRecord } from "../experiments/runSettings.ts";
import { differenceMark, differenceWords, settingDifferences } from "../experiments/settingDifferences.ts";
import { displayName } from "../language/tags.ts";
import type { RunRecord } from "../records/records.ts";
import { apartNote } from "./markBaselines.ts";

/** A finished run with samples that may serve as a baseline. */
export interface Candidate {
  /** Name of the run folder. */
  readonly folder: string;
  readonly record: SettledRecord & Pick<RunRecord, "seed" | "started">;
}

export interface ChosenBaseline {
  readonly baseline: Candidate;
  /** Of its mixture; one of another experiment has what differs behind it. */
  readonly name: string;
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

/** The monolingual run of `language` of the run's experiment; null where there is none. */
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

/** The run of a mixture in the run's experiment, for all languages; null: there is no such run. */
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

/** This run and no other, whatever its experiment: where it is another one, name and notes say so. */
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

/** Of the same seed where there is one, else of the nearest; of several the newest. */
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

/** Without the folder's name: it is one note where many languages have such a baseline. */
function seedNote(run: Candidate, { record }: Candidate): string[] {
  if (record.seed === run.record.seed) return [];
  return [
    `A baseline with the run's seed ${run.record.seed} is missing: the nearest, of seed ${record.seed}, is taken.`,
  ];
}

/** For a language that has no baseline. */
export function missingBaseline(run: Candidate, language: string, candidates: readonly Candidate[]): string {
  const monolingual = candidates.filter(other => isMonolingual(other, language));
  const near = monolingual.length === 0 ? "" : ` ${apartWords(run, monolingual)}`;
  return `${displayName(language)} (${language}) is left out: there is no finished monolingual run of it, with the run's settings, beside the run.${near}`;
}

/** Which of them would do but for its settings: `The newest, en-s7-1a2b3c4d, has budget 600 instead of 120.` */
export function apartWords(run: Candidate, candidates: readonly Candidate[]): string {
  const [newest] = [...candidates].sort((a, b) => (a.record.started < b.record.started ? 1 : -1));
  if (newest === undefined) return "";
  const differences = differenceWords(settingDifferences(newest.record, run.record));
  return `The newest, ${newest.folder}, is of another experiment: ${differences}.`;
}
