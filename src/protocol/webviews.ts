// What crosses between the extension host and each webview: one union per direction and view.
import type { Severity } from "../common/diagnostic.ts";
import type { Amount, MixtureForm } from "../core/mixture/mixtureFile.ts";
import type { ResultsTable } from "../core/results/resultsTable.ts";
import type { MetricKey, Outcome, SampleRecord } from "../core/run/records.ts";

// ---- Mixture view

/** One fault of the mixture file or of its data, as a line that can be clicked. */
export interface ProblemItem {
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  /** Name of the data file at fault; absent: the mixture file itself. */
  readonly file?: string;
  /** Zero-based. */
  readonly line: number;
}

export interface MixtureCard {
  /** Name of the mixture, or of one member of a sweep. */
  readonly name: string;
  /** Key in the file. */
  readonly key: string;
  readonly form: MixtureForm;
  /** Realised examples per language in the order of the form; null where the data could not be counted. */
  readonly counts: Readonly<Record<string, number>> | null;
  /** Languages that can be taken out one by one. */
  readonly removable: readonly string[];
  /** How the spread is written (`40`, `10%`); null where the mixture has none or is a sweep. */
  readonly amount: string | null;
}

export interface MixtureViewState {
  /** Null: no mixture file was found or opened yet. */
  readonly file: { readonly name: string; readonly folder: string } | null;
  readonly hasWorkspace: boolean;
  readonly canRun: boolean;
  readonly running: boolean;
  readonly problems: readonly ProblemItem[];
  /** True when the text has errors, so that `mixtures` and `budget` are of the last text without. */
  readonly stale: boolean;
  readonly model: string;
  readonly budget: number | null;
  /** Languages with training data, canonical tags; empty when none was found. */
  readonly languages: readonly string[];
  readonly mixtures: readonly MixtureCard[];
}

/** A change to the mixture file that the view asks for. */
export type MixtureChange =
  | { readonly kind: "addLanguage"; readonly key: string; readonly language: string }
  | { readonly kind: "removeLanguage"; readonly key: string; readonly language: string }
  | { readonly kind: "setSpread"; readonly key: string; readonly amount: string }
  | { readonly kind: "setBudget"; readonly budget: number }
  | { readonly kind: "addMixture"; readonly name: string; readonly form: MixtureForm }
  | { readonly kind: "removeMixture"; readonly key: string };

export type ToMixtureView =
  | { readonly type: "state"; readonly state: MixtureViewState }
  /** A change was refused; shown beside the control that asked for it. */
  | { readonly type: "refused"; readonly change: MixtureChange; readonly message: string }
  | { readonly type: "accepted"; readonly change: MixtureChange };

export type FromMixtureView =
  | { readonly type: "ready" }
  | { readonly type: "change"; readonly change: MixtureChange }
  | { readonly type: "openFile" }
  | { readonly type: "openProblem"; readonly index: number }
  | { readonly type: "openMixture"; readonly key: string }
  | { readonly type: "run"; readonly mixture: string | null }
  | { readonly type: "stop" }
  | { readonly type: "newFile" };

export type { Amount, MixtureForm };

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

export type ToResultsView =
  | { readonly type: "state"; readonly state: ResultsViewState }
  | { readonly type: "samples"; readonly page: SamplesPage }
  | { readonly type: "samplesFailed"; readonly query: SamplesQuery; readonly message: string };

export type FromResultsView =
  /** `group`: what was shown before the view was hidden or the window reloaded. */
  | { readonly type: "ready"; readonly group: string | null }
  | { readonly type: "chooseGroup"; readonly group: string }
  | { readonly type: "samples"; readonly query: SamplesQuery }
  | { readonly type: "openSamplesFile"; readonly folder: string }
  | { readonly type: "run" };

/** What the results view keeps through hiding and reloading. */
export interface ResultsViewMemory {
  readonly group: string | null;
  readonly metric: MetricKey | null;
  readonly cell: { readonly folder: string; readonly mixture: string; readonly language: string } | null;
  readonly outcome: Outcome | "all";
  readonly offset: number;
  readonly shareLanguage: string | null;
}
