// What crosses about examples as a model sees them: between runtime, host, command line and the preview's page.
import type { Purpose } from "../core/dataset/layouts.ts";
import type { DatasetOptions } from "../core/dataset/rows.ts";

export interface PreviewRequest {
  /** Path of the mixture file: its model decides template and tokens. */
  readonly file: string;
  /** Unsaved text of the editor; absent: the file is read. */
  readonly text?: string;
  readonly what: PreviewedRow | PreviewedMixture;
  /** Folder of the built-in model. */
  readonly starter: string;
}

/** One row of a data file, as it stands in the editor. */
export interface PreviewedRow extends Omit<DatasetOptions, "file"> {
  readonly kind: "row";
  /** The JSON of the row. */
  readonly row: string;
  readonly purpose: Purpose;
}

/** The first examples of a mixture in the order of a run with the file's first seed. */
export interface PreviewedMixture {
  readonly kind: "mixture";
  /** Full name, or the key of a sweep: its first member. */
  readonly mixture: string;
  /** Canonical tag; null: of all its languages. */
  readonly language: string | null;
  readonly count: number;
}

export interface PreviewedToken {
  /** Several where a character is cut into pieces. */
  readonly ids: readonly number[];
  readonly text: string;
  /** One of the model's own marks, such as the end of a turn. */
  readonly special: boolean;
  /** Its prediction counts in training; in evaluation, in the likelihood of the reference. */
  readonly loss: boolean;
}

export interface PreviewedExample {
  readonly id: string;
  readonly language: string;
  readonly tokens: readonly PreviewedToken[];
  readonly tokenCount: number;
  readonly lossCount: number;
  /** Set where a run would refuse it as too long: the most tokens that it may have. */
  readonly limit: number | null;
}

export interface Preview {
  readonly model: string;
  readonly template: "own" | "plain";
  /** What a person should know about the template. */
  readonly notes: readonly string[];
  /** Of a mixture; null for a row. */
  readonly drawn: {
    readonly mixture: string;
    readonly seed: number;
    readonly counts: Readonly<Record<string, number>>;
  } | null;
  readonly purpose: Purpose;
  readonly examples: readonly PreviewedExample[];
}

/** What the page is sent. */
export interface ToPreviewView {
  readonly title: string;
  readonly preview: Preview;
}

export type FromPreviewView =
  | { readonly type: "ready" }
  /** Of the mixture that is shown; null: all. */
  | { readonly type: "language"; readonly language: string | null };
