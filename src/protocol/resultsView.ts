// What crosses between the extension host and the results panel: one union per direction.

import type { HumanCheck } from "../core/rating/agreement.ts";
import type { PairOutcome, PairVerdict } from "../core/records/comparison.ts";
import type { MetricKey, Outcome, SampleRecord } from "../core/records/records.ts";
import type { DifferencesTable } from "../core/results/differences.ts";
import type { ResultsTable } from "../core/results/resultsTable.ts";
import type { SideBySide } from "../core/results/sideBySide.ts";
import type { StudyResult } from "../core/study/studyResult.ts";

/** Runs of one experiment: what differs between them is their mixtures. */
export interface ResultsGroup {
  /** Name of its newest run folder. */
  readonly id: string;
  readonly label: string;
}

export interface ResultsViewState {
  readonly groups: readonly ResultsGroup[];
  readonly group: string | null;
  /** Groups whose runs are in the table too, each marked with what differs. */
  readonly beside: readonly string[];
  /** What the chosen ones are chosen from. */
  readonly all: { readonly languages: readonly string[]; readonly mixtures: readonly string[] };
  /** Null: no run has been evaluated yet. */
  readonly table: ResultsTable | null;
  /** Runs that are not in the table, in words ("pinch: failed"). */
  readonly missing: readonly string[];
  readonly running: boolean;
  /** One for each judge and kind of baseline: what stands behind a metric of the table. */
  readonly sideBySide: readonly SideBySide[];
  /** False in a workspace that is not trusted. */
  readonly canCompare: boolean;
}

/** What is left out of table and figures; what is new is shown, but other experiments. */
export interface HiddenParts {
  readonly languages: readonly string[];
  readonly mixtures: readonly string[];
  /** Experiments that were put beside the one shown, by a run folder of each; absent: none. */
  readonly beside?: readonly string[];
}

export type ExportFormat = "png" | "svg" | "csv" | "json" | "md";

export interface FigureName {
  readonly id: string;
  readonly title: string;
  /** False: there are only numbers. */
  readonly picture: boolean;
}

/** Why something is rendered: to be saved as a file, or to lie on the clipboard. */
export type ExportTarget = "file" | "clipboard";

export interface SamplesQuery {
  /** Run folders beside each other; the first one's samples are filtered. */
  readonly folders: readonly string[];
  /** null: all. */
  readonly language: string | null;
  readonly outcome: Outcome | "all";
  /** Identified language of the response; null: any. */
  readonly responseLanguage: string | null;
  /** In prompt, response, reference or id, whatever the case; empty: all. */
  readonly text: string;
}

export interface SamplesFound {
  /** Samples that fit all of the query. */
  readonly total: number;
  /** Samples in this language, whatever the other filters. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** The most frequent first. */
  readonly responseLanguages: readonly { readonly tag: string; readonly count: number }[];
  /** All that the run was asked in. */
  readonly languages: readonly string[];
  /** Lines of the first run's samples.jsonl that are no samples, and the number of the first; null: there are none. */
  readonly unreadable: { readonly count: number; readonly first: number } | null;
}

/** One prompt with the responses of each run; null: that run has no answer to it. */
export interface SampleRow {
  readonly sample: SampleRecord | null;
  readonly beside: readonly (SampleRecord | null)[];
}

/** What one person said about two runs' answers to one prompt. */
export interface SampleRating {
  readonly language: string;
  readonly id: string;
  readonly picked: "run" | "baseline" | "tie";
}

/** Ratings by hand of one run against another. */
export interface SampleRatings {
  /** Of the person at this window. */
  readonly own: readonly SampleRating[];
  /** How often people and the automatic verdict agree; null: nothing to compare yet. */
  readonly check: HumanCheck | null;
  readonly judge: string;
}

export type PairFilter = PairOutcome | "all" | "flipped" | "unread";

export interface PairsQuery {
  /** Names of the run folder and of the comparison in it. */
  readonly folder: string;
  readonly comparison: string;
  readonly language: string;
  readonly filter: PairFilter;
  readonly offset: number;
}

export interface PairsPage {
  /** Of the first pair; that of the last page where the query asked for more than there is. */
  readonly offset: number;
  readonly pairs: readonly PairVerdict[];
  /** Pairs that match the query, over all pages. */
  readonly total: number;
  /** Pairs in this language, whatever the filter. */
  readonly counts: Readonly<Record<PairFilter, number>>;
  readonly pageSize: number;
}

export interface StudiesFound {
  readonly studies: readonly StudyResult[];
  /** Runs whose files can't be used, each with the reason and what to do. */
  readonly leftOut: readonly string[];
}

/** Two rows of the table: the first less the second. */
export interface DifferenceQuery {
  readonly mixture: string;
  readonly against: string;
  readonly metric: MetricKey;
}

export interface DifferenceFound {
  /** null: the two have no prompts in common. */
  readonly differences: DifferencesTable | null;
  /** Runs whose files can't be used, each with the reason and what to do. */
  readonly leftOut: readonly string[];
}

/** Run folders of two runs whose samples are rated against each other. */
export interface RatedTwo {
  readonly run: string;
  readonly baseline: string;
}

/** What the page asks the extension host. */
export interface ResultsHostCalls {
  /** With the first rows of what was found. null: a newer query came. */
  samples(query: SamplesQuery): { readonly found: SamplesFound; readonly rows: readonly SampleRow[] } | null;
  /** Further rows of what the query found. null: another query came since. */
  sampleRows(request: {
    readonly query: SamplesQuery;
    readonly from: number;
    readonly count: number;
  }): readonly SampleRow[] | null;
  /** Ratings so far. null: there are none. */
  sampleRatings(two: RatedTwo): SampleRatings | null;
  /** The ratings with this one. null: the person gave no name to keep it under. */
  rateSample(request: RatedTwo & { readonly rating: SampleRating }): SampleRatings | null;
  /** Opens the same two runs in the panel that hides which is which. */
  rateBlind(two: RatedTwo): void;
  pairs(query: PairsQuery): PairsPage;
  studies(): StudiesFound;
  difference(query: DifferenceQuery): DifferenceFound;
}

/** What the extension host asks the page. */
export interface ResultsPageCalls {
  /** What there is to export; `samples`: some are shown. */
  exportable(): { readonly figures: readonly FigureName[]; readonly samples: boolean };
  /** A figure as the content of a file: base64 of a PNG, else text. null: the page no longer shows it. */
  render(request: { readonly figure: string; readonly format: ExportFormat }): string | null;
}

export type ToResultsView =
  | { readonly type: "state"; readonly state: ResultsViewState }
  /** Runs were just compared, or pairs rated: these scores are what is wanted. */
  | { readonly type: "showSideBySide"; readonly metric: MetricKey };

export type FromResultsView =
  /** `group`: what was shown before the view was hidden or the window reloaded. */
  | { readonly type: "ready"; readonly group: string | null; readonly hidden: HiddenParts }
  | { readonly type: "chooseGroup"; readonly group: string }
  | { readonly type: "hide"; readonly hidden: HiddenParts }
  | { readonly type: "export" }
  | { readonly type: "openSamplesFile"; readonly folder: string }
  | { readonly type: "diffSamples"; readonly folders: readonly string[]; readonly language: string | null }
  | { readonly type: "compare" }
  | { readonly type: "rate"; readonly folder: string | null; readonly comparison: string | null }
  | { readonly type: "run" };

/** What the results view keeps through hiding and reloading. */
export interface ResultsViewMemory {
  readonly group: string | null;
  readonly metric: MetricKey | null;
  readonly cell: { readonly folder: string; readonly mixture: string; readonly language: string } | null;
  readonly outcome: Outcome | "all";
  readonly responseLanguage: string | null;
  /** Filter over the samples' texts. */
  readonly text: string;
  /** Every language of the cell's run, not only the cell's. */
  readonly everyLanguage: boolean;
  /** Run folders beside the cell's. */
  readonly beside: readonly string[];
  /** Of the pages of pairs. */
  readonly offset: number;
  readonly pairFilter: PairFilter;
  readonly shareLanguage: string | null;
  readonly hidden: HiddenParts;
  /** Mixtures whose difference is shown: the first less the second. */
  readonly difference: readonly [string, string] | null;
  readonly studiesOpen: boolean;
}
