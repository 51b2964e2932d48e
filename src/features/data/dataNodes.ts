// Node types of the Datasets view: a dataset, one of its languages, or a source that a mixture file names.
import type * as vscode from "vscode";
import type { Dataset } from "../../core/sources/datasets.ts";
import type { IndexedData, IndexedLanguage } from "../../protocol/data.ts";
import type { SourceNode } from "./namedSources.ts";

export interface DatasetNode {
  readonly kind: "dataset";
  readonly dataset: Dataset;
  /** With `{language}`. */
  readonly pattern: vscode.Uri;
  /** undefined: it is being read. */
  readonly data: IndexedData | undefined;
  /** Why it could not be read. */
  readonly failure: string | undefined;
}

export interface LanguageNode {
  readonly kind: "language";
  readonly indexed: IndexedLanguage;
  /** Ids that other languages of the dataset have. */
  readonly missing: number;
}

export type DataNode = DatasetNode | LanguageNode | SourceNode;

export function languagesOf({ dataset, data }: DatasetNode): readonly IndexedLanguage[] {
  return data?.[readAs(dataset.purpose)] ?? [];
}

/** Data that are called `dev` may serve for evaluation too, where no row needs a reference. */
export function readAs(purpose: Dataset["purpose"]): "train" | "eval" {
  return purpose === "train" ? "train" : "eval";
}
