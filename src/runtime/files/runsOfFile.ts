// Reads the runs that one request evaluates again.
import { resolve } from "node:path";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { requirePlainFolder } from "../../node/plainFiles.ts";
import { readRunRecord } from "./runFolder.ts";

export interface RunsOfFile {
  /** Absolute path of the mixture file of all runs. */
  readonly file: string;
  readonly records: readonly { readonly folder: string; readonly record: RunRecord }[];
}

/**
 * @returns null if there are no folders
 * @throws Error if the runs are not all of one mixture file
 */
export function runsOfFile(folders: readonly string[]): RunsOfFile | null {
  for (const folder of folders) requirePlainFolder(folder);
  const records = folders.map(folder => ({ folder, record: readRunRecord(folder) }));
  const [file, other] = new Set(records.map(({ record }) => resolve(record.configuration.file)));
  if (file === undefined) return null;
  if (other !== undefined) throw new Error(`runs of ${file} and of ${other} in one request`);
  return { file, records };
}
