// The local files that a source of data stands for.
import type { Diagnostic, SourceRange } from "../../common/diagnostic.ts";
import { type DataSource, isOfHub, namesLanguages } from "../../core/mixture/dataSource.ts";
import { findHubFiles } from "./hubSourceFiles.ts";
import { duplicateFault, findLanguageFiles, unreadFault } from "./languageFiles.ts";

export interface SourceFile {
  readonly path: string; // absolute
  /** Canonical tag; null: each row names its own, in the source's column. */
  readonly language: string | null;
}

export interface SourceFiles {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Downloads nothing. @param range Where the source is written in the mixture file. */
export function findSourceFiles(source: DataSource, mixtureFile: string, range: SourceRange): SourceFiles {
  if (isOfHub(source)) return findHubFiles(source, range);
  if (!namesLanguages(source)) return refused(source, "Files with a column of languages", range);
  const { files, duplicates, unread } = findLanguageFiles(source.file, mixtureFile);
  const left = unreadFault(unread, range);
  return {
    files: [...files].map(([language, path]) => ({ path, language })),
    diagnostics: [
      ...duplicates.map(duplicate => duplicateFault(duplicate, range)),
      ...(left === null ? [] : [left]),
    ],
  };
}

function refused({ file }: DataSource, what: string, range: SourceRange): SourceFiles {
  const message = `${file} can't be read: ${what} are not read yet.`;
  const remedy = "Write the rows as JSON Lines, one file per language.";
  return { files: [], diagnostics: [{ severity: "error", code: "not-read-yet", message, remedy, range }] };
}
