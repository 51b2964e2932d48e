// Finds the local files of a data source.

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { SourceRange } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import { type DataSource, isOfHub, namesLanguages } from "../../core/mixture/dataSource.ts";
import { findHubFiles } from "./hubSourceFiles.ts";
import { duplicateFault, findLanguageFiles, unreadFault } from "./languageFiles.ts";
import type { LocateSource, SourceFiles } from "./sourceFile.ts";

/** Finds the files of a source without downloading anything. */
export function findSourceFiles(source: DataSource, mixtureFile: string, locate: LocateSource): SourceFiles {
  if (isOfHub(source)) return findHubFiles(source, locate);
  const range = locate();
  if (!namesLanguages(source)) return oneFile(source, mixtureFile, range);
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

/** A single file, either in one language or with rows that name their languages. */
function oneFile({ file, in: language }: DataSource, mixtureFile: string, range: SourceRange): SourceFiles {
  const path = resolve(dirname(resolve(mixtureFile)), file.replaceAll("\\", "/"));
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    return { files: [{ path, language: language ?? null }], diagnostics: [] };
  const near = closest(basename(path), namesIn(dirname(path)));
  return {
    files: [],
    diagnostics: [
      {
        severity: "error",
        code: "no-data",
        message: `There is no file ${file}.`,
        remedy: near === null ? "Correct the path." : `Did you mean ${near}?`,
        range,
      },
    ],
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
