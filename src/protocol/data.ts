// What crosses between the runtime and its host about data files: what is in them, without the rows themselves.
import type { ImportNote } from "../core/dataset/importNotes.ts";

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

/** Of the training files, or of the evaluation's where there are no others. Rows without ids count by their place in the file, as in a run. */
export interface Parallelism {
  /** Ids that every language has. */
  readonly shared: number;
  /** By language: ids that another language has and this one lacks. */
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
  /** A branch, tag or commit; null: main. */
  readonly revision: string | null;
  /** Sent to the Hub only; null: that of the environment, or none. */
  readonly token: string | null;
}

export interface DownloadOutcome {
  /** As a mixture file names it. */
  readonly model: string;
  /** Of the snapshot, in the Hugging Face cache. */
  readonly folder: string;
  readonly commit: string;
  readonly bytes: number;
  /** Why Pinch can't use it; null: it can. */
  readonly problem: DataProblem | null;
}

export interface HubDatasetRequest {
  /** `org/name`. */
  readonly id: string;
  /** A branch, tag or commit; null: main. */
  readonly revision: string | null;
  /** Sent to the Hub only; null: that of the environment, or none. */
  readonly token: string | null;
}

/** What a dataset of the Hub offers to choose from. */
export interface HubDataset {
  readonly commit: string;
  readonly configs: readonly {
    readonly name: string;
    readonly isDefault: boolean;
    /** Its splits. */
    readonly splits: readonly string[];
    /** Canonical tag, where it is named by one. */
    readonly language: string | null;
  }[];
  /** Paths with `{language}` that stand for files named by languages. */
  readonly patterns: readonly string[];
}

export interface DatasetDownloadRequest extends HubDatasetRequest {
  /** Each may hold `{language}`; absent: the only one, or of configs the preferred one. */
  readonly config?: string;
  readonly split?: string;
  /** In the repository, instead of config and split. */
  readonly path?: string;
}

export interface DatasetDownload {
  /** As a mixture file names it, with the commit. */
  readonly source: string;
  /** Of the snapshot, in the Hugging Face cache. */
  readonly folder: string;
  /** Path of one of its files. */
  readonly firstFile: string;
  readonly commit: string;
  readonly files: number;
  readonly bytes: number;
  /** Canonical tags of files that are named by languages; empty: a column of the rows names them. */
  readonly languages: readonly string[];
  /** What matches but for the language: no language is called so. */
  readonly unread: readonly string[];
}

export interface ColumnsRequest {
  /** A file of JSON Lines, JSON, CSV, TSV or Parquet. */
  readonly source: string;
}

export interface DatasetColumns {
  readonly format: DatasetFormat;
  /** Of the first rows, with some of their values as text. */
  readonly columns: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export type DatasetFormat = "jsonl" | "json" | "csv" | "tsv" | "parquet";

/** What the columns of a file stand for. */
export interface ColumnMapping {
  /** Text; or turns of a chat: then `response` is null. */
  readonly prompt: string;
  /** Follows the prompt after a blank line where it isn't empty. */
  readonly input: string | null;
  readonly response: string | null;
  /** What stands before the conversation; null or absent: nothing does. */
  readonly system?: string | null;
  /** Earlier exchanges, a list of pairs as Alpaca has it. */
  readonly history?: string | null;
  /** null: ids are made of the file's name and the row's number. */
  readonly id: string | null;
  readonly language:
    | { readonly kind: "column"; readonly column: string }
    | { readonly kind: "fixed"; readonly tag: string }
    | { readonly kind: "detect" };
}

export interface DatasetImportRequest extends ColumnsRequest {
  readonly mapping: ColumnMapping;
  /** Folder that `<language>.jsonl` are written in; none of them may be there. */
  readonly out: string;
  /** Languages that are likely: preferred where a text is short. */
  readonly expected: readonly string[];
}

export interface DatasetImport {
  readonly out: string;
  /** Rows written, by language. */
  readonly rows: Readonly<Record<string, number>>;
  /** Whatever of the file is not written, or otherwise than it was read. */
  readonly notes: readonly ImportNote[];
}

export interface ModelsRequest {
  /** Folders to look in, besides the Hugging Face cache. */
  readonly folders: readonly string[];
  readonly starter: string;
}

export interface FoundModel {
  /** As a mixture file names it; absolute where it is a path. */
  readonly model: string;
  readonly kind: "builtIn" | "hub" | "folder" | "gguf";
  readonly path: string;
  readonly bytes: number;
  readonly architecture: string | null;
  readonly parameters: number | null;
  /** Predicted peaks with the defaults of a mixture file; null where it can't be used. */
  readonly memory: { readonly lora: number; readonly generation: number } | null;
  /** Why it can't be used; null: it can. */
  readonly problem: DataProblem | null;
}
