// Node types of the Datasets view: a dataset, one of its languages, or a source that a mixture file names.
import type * as vscode from "vscode";
import type { Dataset } from "../../core/sources/datasets.ts";
import type { IndexedData, IndexedLanguage } from "../../protocol/data.ts";
import type { SourceNode } from "./namedSources.ts";

export interface DatasetNode {
  readonly kind: "dataset";
  readonly dataset: Dataset;
  /** Path pattern with `{language}`. */
  readonly pattern: vscode.Uri;
  /** Undefined while the dataset is being read. */
  readonly data: IndexedData | undefined;
  /** Reason why the dataset could not be read. */
  readonly failure: string | undefined;
}

export interface LanguageNode {
  readonly kind: "language";
  readonly indexed: IndexedLanguage;
  /** Ids that other languages of the dataset have and this one lacks. */
  readonly missing: number;
}

export type DataNode = DatasetNode | LanguageNode | SourceNode;

export function languagesOf({ dataset, data }: DatasetNode): readonly IndexedLanguage[] {
  return data?.[readAs(dataset.purpose)] ?? [];
}

/**
 * Purpose for which data are read. Data named `dev` are read for evaluation, where a row may lack a
 * reference.
 */
export function readAs(purpose: Dataset["purpose"]): "train" | "eval" {
  return purpose === "train" ? "train" : "eval";
}
