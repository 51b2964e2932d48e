// Messages between the extension host and the results panel: one union per direction.

import type { HumanCheck } from "../core/rating/raterAgreement.ts";
import type { PairOutcome, PairVerdict } from "../core/records/comparison.ts";
import type { MetricKey, Outcome, SampleRecord } from "../core/records/records.ts";
import type { DifferencesTable } from "../core/results/differences.ts";
import type { ResultsTable } from "../core/results/resultsTable.ts";
import type { SideBySide } from "../core/results/sideBySide.ts";
import type { StudyResult } from "../core/study/studyResult.ts";

/** Runs of one experiment, which differ only in their mixtures. */
export interface ResultsGroup {
  /** Name of its newest run folder. */
  readonly id: string;
  readonly label: string;
}

export interface ResultsViewState {
  readonly groups: readonly ResultsGroup[];
  readonly group: string | null;
  /** Groups whose runs are in the table as well, each marked with what differs. */
  readonly beside: readonly string[];
  /** All available choices. */
  readonly all: { readonly languages: readonly string[]; readonly mixtures: readonly string[] };
  /** Null until a run has been evaluated. */
  readonly table: ResultsTable | null;
  /** Runs that are not in the table, with the reason ("pinch: failed"). */
  readonly missing: readonly string[];
  readonly running: boolean;
  /** One entry for each judge and kind of baseline: the details behind a metric of the table. */
  readonly sideBySide: readonly SideBySide[];
  /** False in an untrusted workspace. */
  readonly canCompare: boolean;
}

/** Parts hidden from table and figures. New parts are shown, except other experiments. */
export interface HiddenParts {
  readonly languages: readonly string[];
  readonly mixtures: readonly string[];
  /** Experiments added to the one shown, identified by a run folder of each; absent for none. */
  readonly beside?: readonly string[];
}

export type ExportFormat = "png" | "svg" | "csv" | "json" | "md";

export interface FigureName {
  readonly id: string;
  readonly title: string;
  /** False if only numbers are available. */
  readonly picture: boolean;
}

/** Destination of an export: a file or the clipboard. */
export type ExportTarget = "file" | "clipboard";

export interface SamplesQuery {
  /** Run folders shown side by side; the filter applies to the first one's samples. */
  readonly folders: readonly string[];
  /** Null for all languages. */
  readonly language: string | null;
  readonly outcome: Outcome | "all";
  /** Identified language of the response; null for any. */
  readonly responseLanguage: string | null;
  /** Text to find in prompt, response, reference or id, ignoring case; empty for all. */
  readonly text: string;
}

export interface SamplesFound {
  /** Number of samples that match the whole query. */
  readonly total: number;
  /** Number of samples in this language, ignoring the other filters. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Sorted by descending count. */
  readonly responseLanguages: readonly { readonly tag: string; readonly count: number }[];
  /** All languages of the run's prompts. */
  readonly languages: readonly string[];
  /**
   * Invalid lines of the first run's samples.jsonl, and the number of the first; null when there are none.
   */
  readonly unreadable: { readonly count: number; readonly first: number } | null;
}

/** One prompt with the response of each run; null when a run has no response to it. */
export interface SampleRow {
  readonly sample: SampleRecord | null;
  readonly beside: readonly (SampleRecord | null)[];
}

/** One rater's verdict on two runs' responses to one prompt. */
export interface SampleRating {
  readonly language: string;
  readonly id: string;
  readonly picked: "run" | "baseline" | "tie";
}

/** Manual ratings of one run against another. */
export interface SampleRatings {
  /** Ratings by the user of this window. */
  readonly own: readonly SampleRating[];
  /** Agreement between people and the automatic verdict; null when there is nothing to compare yet. */
  readonly check: HumanCheck | null;
  readonly judge: string;
}

export type PairFilter = PairOutcome | "all" | "flipped" | "unread";

export interface PairsQuery {
  /** Names of the run folder and of the comparison within it. */
  readonly folder: string;
  readonly comparison: string;
  readonly language: string;
  readonly filter: PairFilter;
  readonly offset: number;
}

export interface PairsPage {
  /** Index of the first pair; that of the last page if the query was beyond the end. */
  readonly offset: number;
  readonly pairs: readonly PairVerdict[];
  /** Number of pairs that match the query, over all pages. */
  readonly total: number;
  /** Number of pairs in this language, ignoring the filter. */
  readonly counts: Readonly<Record<PairFilter, number>>;
  readonly pageSize: number;
}

export interface StudiesFound {
  readonly studies: readonly StudyResult[];
  /** Runs whose files cannot be used, each with the reason and the remedy. */
  readonly leftOut: readonly string[];
}

/** Two rows of the table: the first minus the second. */
export interface DifferenceQuery {
  readonly mixture: string;
  readonly against: string;
  readonly metric: MetricKey;
}

export interface DifferenceFound {
  /** Null when the two have no prompts in common. */
  readonly differences: DifferencesTable | null;
  /** Runs whose files cannot be used, each with the reason and the remedy. */
  readonly leftOut: readonly string[];
}

/** Run folders of two runs whose samples are rated against each other. */
export interface RatedTwo {
  readonly run: string;
  readonly baseline: string;
}

/** Requests from the page to the extension host. */
export interface ResultsHostCalls {
  /** Includes the first rows found. Null when a newer query has arrived. */
  samples(query: SamplesQuery): { readonly found: SamplesFound; readonly rows: readonly SampleRow[] } | null;
  /** Further rows of the query's result. Null when another query has arrived since. */
  sampleRows(request: {
    readonly query: SamplesQuery;
    readonly from: number;
    readonly count: number;
  }): readonly SampleRow[] | null;
  /** Ratings so far; null when there are none. */
  sampleRatings(two: RatedTwo): SampleRatings | null;
  /** All ratings, including this one; null when the user gave no name to store it under. */
  rateSample(request: RatedTwo & { readonly rating: SampleRating }): SampleRatings | null;
  /** Opens the same two runs in the panel that hides which is which. */
  rateBlind(two: RatedTwo): void;
  pairs(query: PairsQuery): PairsPage;
  studies(): StudiesFound;
  difference(query: DifferenceQuery): DifferenceFound;
}

/** Requests from the extension host to the page. */
export interface ResultsPageCalls {
  /** Exportable parts; `samples` is true if any are shown. */
  exportable(): { readonly figures: readonly FigureName[]; readonly samples: boolean };
  /** Content of a figure's file: base64 for a PNG, otherwise text; null when it is no longer shown. */
  render(request: { readonly figure: string; readonly format: ExportFormat }): string | null;
}

export type ToResultsView =
  | { readonly type: "state"; readonly state: ResultsViewState }
  /** Sent after a comparison or a rating, to show these scores. */
  | { readonly type: "showSideBySide"; readonly metric: MetricKey };

export type FromResultsView =
  /** `group` is the one shown before the view was hidden or the window reloaded. */
  | { readonly type: "ready"; readonly group: string | null; readonly hidden: HiddenParts }
  | { readonly type: "chooseGroup"; readonly group: string }
  | { readonly type: "hide"; readonly hidden: HiddenParts }
  | { readonly type: "export" }
  | { readonly type: "openSamplesFile"; readonly folder: string }
  | { readonly type: "diffSamples"; readonly folders: readonly string[]; readonly language: string | null }
  | { readonly type: "compare" }
  | { readonly type: "rate"; readonly folder: string | null; readonly comparison: string | null }
  | { readonly type: "run" };

/** State that the results view keeps while hidden and across reloads. */
export interface ResultsViewMemory {
  readonly group: string | null;
  readonly metric: MetricKey | null;
  readonly cell: { readonly folder: string; readonly mixture: string; readonly language: string } | null;
  readonly outcome: Outcome | "all";
  readonly responseLanguage: string | null;
  /** Text filter of the samples. */
  readonly text: string;
  /** True to show all languages of the cell's run instead of the cell's language. */
  readonly everyLanguage: boolean;
  /** Run folders shown next to the cell's. */
  readonly beside: readonly string[];
  /** Offset into the list of pairs. */
  readonly offset: number;
  readonly pairFilter: PairFilter;
  readonly shareLanguage: string | null;
  readonly hidden: HiddenParts;
  /** Mixtures whose difference is shown: the first minus the second. */
  readonly difference: readonly [string, string] | null;
  readonly studiesOpen: boolean;
}
