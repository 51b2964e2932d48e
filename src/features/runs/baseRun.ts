// Whether the untuned model must be scored again, or an earlier score still stands.
import type { MixtureFile } from "../../core/mixture/mixtureFile.ts";
import { baseMixtureName } from "../../core/run/records.ts";
import type { StoredRun } from "./runStore.ts";

/**
 * The newest scored run of the untuned model with the same file, model and evaluation.
 * Whether the data changed since is the caller's question: `lock.data` names the files.
 */
export function earlierBase(
  runs: readonly StoredRun[],
  file: string,
  parsed: MixtureFile,
): StoredRun | undefined {
  return runs.find(
    ({ record, metrics }) =>
      record.mixture === baseMixtureName &&
      record.status === "done" &&
      metrics !== null &&
      record.configuration.file === file &&
      record.configuration.model === parsed.model &&
      JSON.stringify(record.configuration.evaluate) === JSON.stringify(parsed.evaluate),
  );
}
