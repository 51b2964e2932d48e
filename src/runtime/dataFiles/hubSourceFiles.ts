// Finds the files in the Hugging Face cache that belong to a source on the Hub. Downloads nothing.
import type { Diagnostic, SourceRange } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import { type DataSource, toDownload } from "../../core/mixture/dataSource.ts";
import { hubSourceText, isCommit, parseHubSource } from "../../core/sources/hubSource.ts";
import { hubCacheFolder } from "../../node/hubFolders.ts";
import { findDataset } from "../hub/findDataset.ts";
import type { LocateSource, SourceFiles } from "./sourceFile.ts";

/** Maximum number of names in a list. */
const maxNamed = 5;

/** Reports whether a diagnostic means that a dataset, or the requested part of it, is not in the cache. */
export function isCacheFault({ code }: Diagnostic): boolean {
  return code === "hub-not-downloaded" || code === "hub-choice";
}

export function findHubFiles(source: DataSource, locate: LocateSource): SourceFiles {
  const written = parseHubSource(source.file);
  if (written === null || !isCommit(written.revision)) return { files: [], diagnostics: [] }; // an error of the text
  const { config, split } = source;
  const part = { ...(config !== undefined && { config }), ...(split !== undefined && { split }) };
  const chosen = { ...part, ...(written.path !== null && { path: written.path }) };
  const found = findDataset({ id: written.id, commit: written.revision, ...chosen }, hubCacheFolder());
  if ("code" in found) {
    const { code, message, remedy, of, choices } = found;
    const asked = of === "config" ? config : of === "split" ? split : undefined;
    const meant = asked === undefined ? null : closest(asked, choices);
    const nearest = meant === null ? "" : ` Did you mean ${meant}?`;
    const range = locate(asked === undefined || of === "path" ? "file" : of);
    const download = code === "hub-not-downloaded" ? { download: toDownload(source) } : {};
    return {
      files: [],
      diagnostics: [
        {
          severity: "error",
          code,
          message: message + nearest,
          remedy,
          range,
          ...(meant !== null && { meant }),
          ...download,
        },
      ],
    };
  }
  return {
    files: found.files.map(({ path, language, name }) => ({
      path,
      language: language ?? source.in ?? null,
      place: hubSourceText({ ...written, path: name }),
    })),
    diagnostics: found.unread.length === 0 ? [] : [unread(found.unread, written.id, locate("file"))],
  };
}

function unread(
  names: readonly string[],
  id: string,
  range: SourceRange,
): SourceFiles["diagnostics"][number] {
  const named = names.slice(0, maxNamed).join(", ");
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : "";
  return {
    severity: "warning",
    code: "unread-files",
    message: `${named}${more} of ${id} ${names.length === 1 ? "is" : "are"} skipped: no language has this name.`,
    remedy: "If these are not languages, ignore this; otherwise list each as a separate source.",
    range,
  };
}
