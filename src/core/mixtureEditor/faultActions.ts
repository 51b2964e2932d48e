// Actions for a fault other than editing the mixture file: adding data, or opening a row.
import type { DatasetToDownload, Diagnostic, SourceRange } from "../../common/diagnostic.ts";

export type FaultAction =
  | { readonly kind: "addDataset"; readonly title: string }
  | {
      readonly kind: "downloadDataset";
      readonly title: string;
      readonly download: DatasetToDownload;
      readonly range: SourceRange;
    }
  | { readonly kind: "open"; readonly title: string; readonly file: string; readonly range: SourceRange };

const missingData = new Set(["language-without-data", "no-data"]);

export function actionsFor(fault: Diagnostic): FaultAction[] {
  const open = (fault.related ?? []).map(
    ({ message, file, range }): FaultAction => ({ kind: "open", title: `Open ${message}`, file, range }),
  );
  const { download, range } = fault;
  if (download !== undefined) {
    const title = fault.code === "hub-unpinned" ? "Download dataset and pin its commit" : "Download dataset";
    return [...open, { kind: "downloadDataset", title, download, range }];
  }
  if (!missingData.has(fault.code) || fault.file !== undefined) return open;
  return [...open, { kind: "addDataset", title: "Add Dataset…" }];
}
