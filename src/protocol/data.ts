// Messages about data files between the runtime and its host: their contents, without the rows themselves.
import type { ImportNote } from "../core/dataset/importNotes.ts";

export interface IndexRequest {
  /** Path of the mixture file. */
  readonly file: string;
  /** Unsaved text of the editor; if absent, the file is read. */
  readonly text?: string;
  /** Folder in which the index is kept between sessions. */
  readonly cache: string;
  /** Folder of the built-in model. */
  readonly starter: string;
}

export interface IndexedLanguage {
  /** Canonical tag. */
  readonly language: string;
  readonly path: string; // absolute
  /** Number of valid rows. */
  readonly rows: number;
  readonly bytes: number;
  /** Number of Unicode code points in all prompts and responses. */
  readonly characters: number;
  /** Tokens per example for the file's model, with the template; null without a usable model or a row. */
  readonly tokens: { readonly perExample: number; readonly sampled: number } | null;
  /** Number of rows that a run would refuse. */
  readonly faults: number;
  /** The first fault, or the reason why the file cannot be read; null when the file is valid. */
  readonly problem: DataProblem | null;
}

export interface DataProblem {
  readonly message: string;
  readonly remedy: string;
}

/**
 * Overlap of ids in the training files, or in the evaluation files if there are no others. As in a run, rows
 * without ids are identified by their position in the file.
 */
interface Parallelism {
  /** Number of ids that every language has. */
  readonly shared: number;
  /** Number of ids, by language, that it lacks and another language has. */
  readonly missing: Readonly<Record<string, number>>;
}

export interface IndexedData {
  readonly train: readonly IndexedLanguage[];
  readonly eval: readonly IndexedLanguage[];
  readonly dev: readonly IndexedLanguage[];
  readonly parallel: Parallelism;
}

export interface DownloadRequest {
  /** `org/name`, or `org/name/file.gguf`. */
  readonly id: string;
  /** A branch, tag or commit; null for main. */
  readonly revision: string | null;
  /** Sent to the Hub only. Null for the token in the environment, if any. */
  readonly token: string | null;
}

export interface DownloadOutcome {
  /** Model as a mixture file names it. */
  readonly model: string;
  /** Snapshot folder in the Hugging Face cache. */
  readonly folder: string;
  readonly commit: string;
  readonly bytes: number;
  /** Why Pinch cannot use the model; null if it can. */
  readonly problem: DataProblem | null;
}

export interface HubDatasetRequest {
  /** `org/name`. */
  readonly id: string;
  /** A branch, tag or commit; null for main. */
  readonly revision: string | null;
  /** Sent to the Hub only. Null for the token in the environment, if any. */
  readonly token: string | null;
}

/** Choices that a dataset on the Hub offers. */
export interface HubDataset {
  readonly commit: string;
  readonly configs: readonly {
    readonly name: string;
    readonly isDefault: boolean;
    /** Splits of the config. */
    readonly splits: readonly string[];
    /** Canonical tag, if the config is named after a language. */
    readonly language: string | null;
  }[];
  /** Paths with `{language}` that match files named after languages. */
  readonly patterns: readonly string[];
}

export interface DatasetDownloadRequest extends HubDatasetRequest {
  /** Both may contain `{language}`; by default, the only one, or the preferred config. */
  readonly config?: string;
  readonly split?: string;
  /** Path in the repository, instead of config and split. */
  readonly path?: string;
}

export interface DatasetDownload {
  /** Dataset as a mixture file names it, with the commit. */
  readonly source: string;
  /** Snapshot folder in the Hugging Face cache. */
  readonly folder: string;
  /** Path of one of its files. */
  readonly firstFile: string;
  readonly commit: string;
  readonly files: number;
  readonly bytes: number;
  /** Canonical tags of files named after languages; empty when a column of the rows names them. */
  readonly languages: readonly string[];
  /** Paths that would match if their language part were a language. */
  readonly unread: readonly string[];
}

export interface ColumnsRequest {
  /** A JSON Lines, JSON, CSV, TSV or Parquet file. */
  readonly source: string;
}

export interface DatasetColumns {
  readonly format: DatasetFormat;
  /** Columns of the first rows, with some of their values as text. */
  readonly columns: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export type DatasetFormat = "jsonl" | "json" | "csv" | "tsv" | "parquet";

/** Meaning of the columns of a file. */
export interface ColumnMapping {
  /** Column of the prompt text, or of chat turns: then `response` is null. */
  readonly prompt: string;
  /** Column appended to the prompt after a blank line, unless empty. */
  readonly input: string | null;
  readonly response: string | null;
  /** Column of the system message; null or absent for none. */
  readonly system?: string | null;
  /** Column of earlier exchanges, a list of pairs as in Alpaca. */
  readonly history?: string | null;
  /** Null to build ids from the file's name and the row's number. */
  readonly id: string | null;
  readonly language:
    | { readonly kind: "column"; readonly column: string }
    | { readonly kind: "fixed"; readonly tag: string }
    | { readonly kind: "detect" };
}

export interface DatasetImportRequest extends ColumnsRequest {
  readonly mapping: ColumnMapping;
  /** Folder for the `<language>.jsonl` files, none of which may exist yet. */
  readonly out: string;
  /** Likely languages, preferred when a text is short. */
  readonly expected: readonly string[];
}

export interface DatasetImport {
  readonly out: string;
  /** Number of rows written, by language. */
  readonly rows: Readonly<Record<string, number>>;
  /** Notes on everything in the file that was skipped or changed. */
  readonly notes: readonly ImportNote[];
}

export interface ModelsRequest {
  /** Folders to search, besides the Hugging Face cache. */
  readonly folders: readonly string[];
  readonly starter: string;
}

export interface FoundModel {
  /** Model as a mixture file names it; an absolute path for local models. */
  readonly model: string;
  readonly kind: "builtIn" | "hub" | "folder" | "gguf";
  readonly path: string;
  readonly bytes: number;
  readonly architecture: string | null;
  readonly parameters: number | null;
  /** Predicted peak memory with the default settings; null when the model cannot be used. */
  readonly memory: { readonly lora: number; readonly generation: number } | null;
  /** Why the model cannot be used; null if it can. */
  readonly problem: DataProblem | null;
}
