// Reads the runs that one request evaluates again.
import { resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
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
 * @throws HumanError if the runs are not all of one mixture file
 */
export function runsOfFile(folders: readonly string[]): RunsOfFile | null {
  for (const folder of folders) requirePlainFolder(folder);
  const records = folders.map(folder => ({ folder, record: readRunRecord(folder) }));
  const [file, other] = new Set(records.map(({ record }) => resolve(record.configuration.file)));
  if (file === undefined) return null;
  if (other !== undefined)
    throw new HumanError(`The runs belong to different mixture files: ${file} and ${other}.`, {
      remedy: "Name runs of one mixture file at a time.",
    });
  return { file, records };
}
