// Messages between the extension host and the Mixture view (the composer): one union per direction.
import type { Severity } from "../common/diagnostic.ts";
import type { Example } from "../core/dataset/example.ts";
import type { MixtureForm } from "../core/mixture/mixtureFile.ts";

/** A problem in the mixture file or its data, as a line that can be clicked. */
export interface ProblemItem {
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  /** Name of the data file with the problem; absent for the mixture file itself. */
  readonly file?: string;
  /** Zero-based. */
  readonly line: number;
}

/** Facts about a language that has data. */
export interface LanguageItem {
  /** Canonical tag. */
  readonly tag: string;
  /** Number of training examples; null when not counted, 0 when there are none. */
  readonly rows: number | null;
  /** True if there are evaluation prompts in it. */
  readonly evaluated: boolean;
  /** Scoring note when the language cannot be told from another one; absent otherwise. */
  readonly toldApart?: string;
  /** Mean tokens of an example for the file's model; null when unknown. */
  readonly tokens: number | null;
}

/** A mixture, or one member of a sweep. */
export interface MixturePoint {
  /** Full name, for example `curve@10%`. */
  readonly name: string;
  /** Varying value as written, such as `10%`, `2` or `fi`; empty without a sweep. */
  readonly label: string;
  readonly form: MixtureForm;
  /** DrawnMixture examples per language in the order of the form; null when the data could not be counted. */
  readonly counts: Readonly<Record<string, number>> | null;
}

/** The entry under one key of `mixtures`. */
export interface MixtureItem {
  readonly key: string;
  /** One point, or the members of a sweep in order. */
  readonly points: readonly MixturePoint[];
  readonly sweep: boolean;
  /** True if the text has a mistake here: the view shows the last valid text. */
  readonly stale: boolean;
  /** Languages that can be removed individually. */
  readonly removable: readonly string[];
}

export interface MixtureViewState {
  /** Null when no mixture file has been found or opened yet. `id` distinguishes files. */
  readonly file: { readonly id: string; readonly name: string } | null;
  readonly hasWorkspace: boolean;
  /** Sentence that says why nothing can be run here; empty if it can. */
  readonly whyNoRun: string;
  readonly running: boolean;
  readonly problems: readonly ProblemItem[];
  /** True when the text has errors. */
  readonly stale: boolean;
  /** False when the text is not valid YAML and cannot be edited from the view. */
  readonly editable: boolean;
  readonly model: string;
  readonly budget: number | null;
  /** First seed of the file, used for previews. */
  readonly seed: number;
  /** Sorted by tag. */
  readonly languages: readonly LanguageItem[];
  readonly mixtures: readonly MixtureItem[];
}

/** A change to the mixture file requested by the view: one gesture is one undo step. */
export type MixtureChange =
  | { readonly kind: "setBudget"; readonly budget: number }
  | {
      readonly kind: "moveLanguage";
      readonly key: string;
      readonly point: number;
      readonly language: string;
      readonly examples: number;
      /** Languages whose amounts stay unchanged. */
      readonly locked: readonly string[];
    }
  /** The amount of a spread or the temperature, as typed, for one point of a sweep. */
  | { readonly kind: "setValue"; readonly key: string; readonly point: number; readonly value: string }
  | { readonly kind: "addPoint"; readonly key: string; readonly value: string }
  | { readonly kind: "removePoint"; readonly key: string; readonly point: number }
  | { readonly kind: "setForm"; readonly key: string; readonly form: MixtureForm["kind"] }
  | { readonly kind: "setBase"; readonly key: string; readonly language: string }
  | { readonly kind: "addLanguage"; readonly key: string; readonly language: string }
  | { readonly kind: "removeLanguage"; readonly key: string; readonly language: string }
  | { readonly kind: "addMixture"; readonly name: string; readonly form: MixtureForm }
  | { readonly kind: "removeMixture"; readonly key: string }
  | { readonly kind: "renameMixture"; readonly key: string; readonly name: string }
  /** Inserts a copy under another name after the original. */
  | { readonly kind: "copyMixture"; readonly key: string; readonly name: string }
  /** Sets whether a spread is added to the budget. */
  | { readonly kind: "setGrow"; readonly key: string; readonly grow: boolean };

/** Selects the examples to show: a number of examples in one language, as a run with this seed draws them. */
export interface PreviewQuery {
  readonly mixture: string;
  readonly language: string;
}

export interface PreviewPage {
  readonly seed: number;
  /** Examples in the order in which the run uses them. */
  readonly examples: readonly Pick<Example, "id" | "prompt" | "response">[];
  /** Number of examples of this language in the mixture. */
  readonly total: number;
}

/** Requests from the view to the extension host. */
export interface MixtureHostCalls {
  /** `refused` says why the text was left unchanged; null if it was changed. `state` is the result. */
  change(change: MixtureChange): { readonly refused: string | null; readonly state: MixtureViewState };
  /** Returns null when the same mixture has been requested again since. */
  preview(query: PreviewQuery): PreviewPage | null;
}

export type ToMixtureView =
  | { readonly type: "state"; readonly state: MixtureViewState }
  /** Returns the focus to the view, after the editor needed it to undo. */
  | { readonly type: "focus" };

export type FromMixtureView =
  | { readonly type: "ready" }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "openFile" }
  | { readonly type: "openProblem"; readonly index: number }
  | { readonly type: "openMixture"; readonly key: string }
  | { readonly type: "run"; readonly mixture: string | null }
  | { readonly type: "stop" }
  | { readonly type: "newStudy" }
  | { readonly type: "openExample" };
