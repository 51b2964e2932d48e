// What crosses between the runtime and its host about data files: what is in them, without the rows themselves.

export interface IndexRequest {
  /** Path of the mixture file. */
  readonly file: string;
  /** Unsaved text of the editor; absent: the file is read. */
  readonly text?: string;
  /** Folder that the index is kept in between sessions. */
  readonly cache: string;
  /** Folder of the built-in model. */
  readonly starter: string;
}

export interface IndexedLanguage {
  /** Canonical tag. */
  readonly language: string;
  readonly path: string; // absolute
  /** Rows without a fault. */
  readonly rows: number;
  readonly bytes: number;
  /** Unicode code points of all prompts and responses. */
  readonly characters: number;
  /** Of an example as the mixture file's model sees it, its template included; null without a usable model or a row. */
  readonly tokens: { readonly perExample: number; readonly sampled: number } | null;
  /** Rows that a run would refuse. */
  readonly faults: number;
  /** The first of them, or why the file can't be read; null: the file is sound. */
  readonly problem: DataProblem | null;
}

export interface DataProblem {
  readonly message: string;
  readonly remedy: string;
}

/** Of the training files. Rows without ids count by their place in the file, as in a run. */
export interface Parallelism {
  /** Ids that every language has. */
  readonly shared: number;
  /** By language: ids that another language has and this one lacks. */
  readonly missing: Readonly<Record<string, number>>;
}

export interface IndexedData {
  readonly train: readonly IndexedLanguage[];
  readonly eval: readonly IndexedLanguage[];
  readonly parallel: Parallelism;
}
