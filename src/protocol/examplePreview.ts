// Messages about examples as a model sees them: between runtime, host, command line and the preview page.
import type { Purpose } from "../core/dataset/layouts.ts";
import type { DatasetOptions } from "../core/dataset/rows.ts";

export interface PreviewRequest {
  /** Path of the mixture file, whose model determines template and tokens. */
  readonly file: string;
  /** Unsaved text of the editor; if absent, the file is read. */
  readonly text?: string;
  readonly what: PreviewedRow | PreviewedMixture;
  /** Folder of the built-in model. */
  readonly starter: string;
}

/** One row of a data file, as shown in the editor. */
export interface PreviewedRow extends Omit<DatasetOptions, "file"> {
  readonly kind: "row";
  /** JSON text of the row. */
  readonly row: string;
  readonly purpose: Purpose;
}

/** The first examples of a mixture, in the order of a run with the file's first seed. */
export interface PreviewedMixture {
  readonly kind: "mixture";
  /** Full name, or the key of a sweep for its first member. */
  readonly mixture: string;
  /** Canonical tag; null for all its languages. */
  readonly language: string | null;
  readonly count: number;
}

export interface PreviewedToken {
  /** Several ids if a character is split into pieces. */
  readonly ids: readonly number[];
  readonly text: string;
  /** True for the model's special tokens, such as the end of a turn. */
  readonly special: boolean;
  /** True if its prediction counts: in training, or in evaluation for the likelihood of the reference. */
  readonly loss: boolean;
}

export interface PreviewedExample {
  readonly id: string;
  readonly language: string;
  readonly tokens: readonly PreviewedToken[];
  readonly tokenCount: number;
  readonly lossCount: number;
  /** Maximum number of tokens, if a run would refuse the example as too long; otherwise null. */
  readonly limit: number | null;
}

export interface Preview {
  readonly model: string;
  readonly template: "own" | "plain";
  /** Notes for the user about the template. */
  readonly notes: readonly string[];
  /** Details of a mixture; null for a row. */
  readonly drawn: {
    readonly mixture: string;
    readonly seed: number;
    readonly counts: Readonly<Record<string, number>>;
  } | null;
  readonly purpose: Purpose;
  readonly examples: readonly PreviewedExample[];
}

/** Message to the page. */
export interface ToPreviewView {
  readonly title: string;
  /** Language of the mixture that is shown; null for all. */
  readonly language: string | null;
  readonly preview: Preview;
}

export type FromPreviewView =
  | { readonly type: "ready" }
  /** Language of the mixture to show; null for all. */
  | { readonly type: "language"; readonly language: string | null };
