// What crosses between the extension host and the panels: one union per direction and view.
import type { PairOutcome, PairVerdict } from "../core/comparison/records.ts";
import type { HumanCheck } from "../core/rating/agreement.ts";
import type { ResultsTable } from "../core/results/resultsTable.ts";
import type { SideBySide } from "../core/results/sideBySide.ts";
import type { MetricKey, Outcome, SampleRecord } from "../core/run/records.ts";

// ---- Results panel

/** All runs of one mixture file. */
export interface ResultsGroup {
  /** Path of the mixture file, as run.json has it. */
  readonly id: string;
  readonly label: string;
}

export interface ResultsViewState {
  readonly groups: readonly ResultsGroup[];
  readonly group: string | null;
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

export interface SamplesQuery {
  readonly folder: string;
  readonly language: string;
  readonly outcome: Outcome | "all";
  readonly offset: number;
}

export interface SamplesPage {
  readonly query: SamplesQuery;
  readonly samples: readonly SampleRecord[];
  /** Samples that match the query, over all pages. */
  readonly total: number;
  /** Samples in this language by outcome, whatever the filter. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly pageSize: number;
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
  readonly query: PairsQuery;
  readonly pairs: readonly PairVerdict[];
  /** Pairs that match the query, over all pages. */
  readonly total: number;
  /** Pairs in this language, whatever the filter. */
  readonly counts: Readonly<Record<PairFilter, number>>;
  readonly pageSize: number;
}

export type ToResultsView =
  | { readonly type: "state"; readonly state: ResultsViewState }
  | { readonly type: "samples"; readonly page: SamplesPage }
  | { readonly type: "samplesFailed"; readonly query: SamplesQuery; readonly message: string }
  | { readonly type: "pairs"; readonly page: PairsPage }
  | { readonly type: "pairsFailed"; readonly query: PairsQuery; readonly message: string }
  /** Runs were just compared, or pairs rated: these scores are what is wanted. */
  | { readonly type: "showSideBySide"; readonly metric: MetricKey };

export type FromResultsView =
  /** `group`: what was shown before the view was hidden or the window reloaded. */
  | { readonly type: "ready"; readonly group: string | null }
  | { readonly type: "chooseGroup"; readonly group: string }
  | { readonly type: "samples"; readonly query: SamplesQuery }
  | { readonly type: "openSamplesFile"; readonly folder: string }
  | { readonly type: "pairs"; readonly query: PairsQuery }
  | { readonly type: "compare" }
  | { readonly type: "rate"; readonly folder: string | null; readonly comparison: string | null }
  | { readonly type: "run" };

/** What the results view keeps through hiding and reloading. */
export interface ResultsViewMemory {
  readonly group: string | null;
  readonly metric: MetricKey | null;
  readonly cell: { readonly folder: string; readonly mixture: string; readonly language: string } | null;
  readonly outcome: Outcome | "all";
  readonly offset: number;
  readonly pairFilter: PairFilter;
  readonly shareLanguage: string | null;
}

// ---- Rating panel

/** One pair as a rater sees it: nothing in it tells which mixture wrote which response. */
export interface BlindPair {
  readonly language: string;
  readonly id: string;
  readonly prompt: string;
  readonly left: string; // response
  readonly right: string; // response
}

export type Picked = "left" | "right" | "tie";

export type RatingViewState =
  | {
      readonly phase: "choose";
      /** Every language with pairs: how many there are, and how many the rater has rated before. */
      readonly languages: readonly { readonly tag: string; readonly pairs: number; readonly rated: number }[];
      readonly rater: string;
      /** Pairs of one sitting, if all languages are chosen. */
      readonly total: number;
    }
  | {
      readonly phase: "rate";
      readonly pair: BlindPair;
      readonly done: number;
      readonly total: number;
      readonly canUndo: boolean;
      /** More than one is left: this one can be skipped. */
      readonly canSkipLanguage: boolean;
    }
  | {
      readonly phase: "done";
      readonly done: number;
      readonly canUndo: boolean;
      /** Only now are the names told. */
      readonly mixture: string;
      readonly baseline: string;
      readonly judge: string;
      readonly check: HumanCheck | null;
    };

export type ToRatingView =
  | { readonly type: "state"; readonly state: RatingViewState; readonly memory: RatingViewMemory }
  | { readonly type: "failed"; readonly message: string };

export type FromRatingView =
  | { readonly type: "ready"; readonly memory: RatingViewMemory | null }
  | { readonly type: "start"; readonly languages: readonly string[] }
  | { readonly type: "rate"; readonly language: string; readonly id: string; readonly picked: Picked }
  | { readonly type: "undo" }
  | { readonly type: "skipLanguage"; readonly language: string }
  | { readonly type: "chooseLanguages" }
  | { readonly type: "showResults" };

/** What a window needs to open the panel again where it was. */
export interface RatingViewMemory {
  /** Folder of the comparison, as a URI. */
  readonly comparison: string;
  /** null: not chosen yet. */
  readonly languages: readonly string[] | null;
}

// ---- Live charts

/** A run that can be shown, newest first. */
export interface LiveRunItem {
  /** URI of its folder. */
  readonly id: string;
  readonly label: string;
  readonly state: "running" | "waiting" | "ended";
  /** Status, step, loss and time left, in words. */
  readonly words: string;
  /** What is wrong with its folder or its events; null: nothing. */
  readonly fault: string | null;
}

export interface LiveViewState {
  readonly runs: readonly LiveRunItem[];
  /** Shown, in the order of their colours. */
  readonly chosen: readonly string[];
  /** A run that this window, or another, can be asked to stop. */
  readonly running: boolean;
  /** How much is waiting and left, in words; empty: nothing. */
  readonly queue: string;
}

/** `from`: place of the first of `points` in its curve; later points of the view's are dropped. */
export interface LivePatch {
  readonly from: number;
  readonly points: readonly (readonly [step: number, value: number])[];
}

export type ToLiveView =
  | { readonly type: "state"; readonly state: LiveViewState }
  /** `anew`: what was told of this run before counts no longer. Curves by name, see core/run/liveRun.ts. */
  | {
      readonly type: "curves";
      readonly run: string;
      readonly anew: boolean;
      readonly series: Readonly<Record<string, LivePatch>>;
    };

export type FromLiveView =
  | { readonly type: "ready"; readonly memory: LiveViewMemory | null }
  | { readonly type: "choose"; readonly runs: readonly string[] }
  | { readonly type: "stop" };

/** What the live view keeps through hiding and reloading. */
export interface LiveViewMemory {
  /** null: whatever runs. */
  readonly runs: readonly string[] | null;
  readonly raw: boolean;
  /** Language of the held-out chart; null: all. */
  readonly language: string | null;
  /** Tables that are open. */
  readonly tables: readonly string[];
}
