// What crosses between the extension host and the Mixture view, the composer: one union per direction.
import type { Severity } from "../common/diagnostic.ts";
import type { Example } from "../core/dataset/example.ts";
import type { MixtureForm } from "../core/mixture/mixtureFile.ts";

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

/** What is known of a language that has data. */
export interface LanguageItem {
  /** Canonical. */
  readonly tag: string;
  /** Training examples; null: not counted, 0: none. */
  readonly rows: number | null;
  /** Whether there are evaluation prompts in it. */
  readonly evaluated: boolean;
  /** How it is scored, where it can't be told from another language; absent: it can. */
  readonly toldApart?: string;
  /** Mean tokens of an example under the file's model; null: not known. */
  readonly tokens: number | null;
}

/** A mixture, or one member of a sweep. */
export interface MixturePoint {
  /** For example `curve@10%`. */
  readonly name: string;
  /** What differs from the other members, as it is written: `10%`, `2`, `fi`; empty without a sweep. */
  readonly label: string;
  readonly form: MixtureForm;
  /** Realised examples per language in the order of the form; null where the data could not be counted. */
  readonly counts: Readonly<Record<string, number>> | null;
}

/** What stands under one key of `mixtures`. */
export interface MixtureItem {
  readonly key: string;
  /** One, or the members of a sweep in their order. */
  readonly points: readonly MixturePoint[];
  readonly sweep: boolean;
  /** The text has a mistake here: what is shown is of the last text without. */
  readonly stale: boolean;
  /** Languages that can be taken out one by one. */
  readonly removable: readonly string[];
}

export interface MixtureViewState {
  /** Null: no mixture file was found or opened yet. `id` tells files apart. */
  readonly file: { readonly id: string; readonly name: string } | null;
  readonly hasWorkspace: boolean;
  /** Why nothing can be run here, in a sentence; empty: it can. */
  readonly whyNoRun: string;
  readonly running: boolean;
  readonly problems: readonly ProblemItem[];
  /** True when the text has errors. */
  readonly stale: boolean;
  /** False when the text is no YAML, so that nothing in it can be changed from here. */
  readonly editable: boolean;
  readonly model: string;
  readonly budget: number | null;
  /** The first, with which previews are drawn. */
  readonly seed: number;
  /** In the order of their tags. */
  readonly languages: readonly LanguageItem[];
  readonly mixtures: readonly MixtureItem[];
}

/** A change to the mixture file that the view asks for: one gesture, one step to undo. */
export type MixtureChange =
  | { readonly kind: "setBudget"; readonly budget: number }
  | {
      readonly kind: "moveLanguage";
      readonly key: string;
      readonly point: number;
      readonly language: string;
      readonly examples: number;
      /** Languages whose amounts stay. */
      readonly locked: readonly string[];
    }
  /** The amount of a spread or the temperature, as it is typed; of one point of a sweep. */
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
  /** Once more under another name, after itself. */
  | { readonly kind: "copyMixture"; readonly key: string; readonly name: string }
  /** Whether a spread comes on top of the budget. */
  | { readonly kind: "setGrow"; readonly key: string; readonly grow: boolean };

/** Which examples are shown: so many of one language, as a run with this seed draws them. */
export interface PreviewQuery {
  readonly mixture: string;
  readonly language: string;
}

export interface PreviewPage {
  readonly seed: number;
  /** In the order in which the run goes through them. */
  readonly examples: readonly Pick<Example, "id" | "prompt" | "response">[];
  /** Examples of this language in the mixture. */
  readonly total: number;
}

/** What the view asks the extension host. */
export interface MixtureHostCalls {
  /** `refused`: why the text was left as it was, in a sentence; null: it was changed. `state`: what it came to. */
  change(change: MixtureChange): { readonly refused: string | null; readonly state: MixtureViewState };
  /** null: the same mixture was asked for again since. */
  preview(query: PreviewQuery): PreviewPage | null;
}

export type ToMixtureView =
  | { readonly type: "state"; readonly state: MixtureViewState }
  /** The view has the focus again, after the editor needed it to undo. */
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
