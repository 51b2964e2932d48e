// Exports the samples of a run folder in the format of another tool, along with its verdicts if it was
// compared.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { formatDiagnostic } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { alpacaOutputs, type ExportedFile, harnessSamples } from "../../core/interchange/exported.ts";
import { readOutputs } from "../../core/interchange/outputs.ts";
import { runFiles } from "../../core/records/records.ts";
import { writeFolderAtomically } from "../../node/atomicFolder.ts";
import { writeFileAtomically } from "../../node/atomicWrite.ts";
import { readRunFile, requirePlainFolder } from "../../node/plainFiles.ts";
import { readSamples } from "./readRun.ts";
import { readRunRecord } from "./runFolder.ts";
import { exportedVerdicts } from "./verdictFiles.ts";

export type SampleFormat = "alpaca-eval" | "lm-eval";

/**
 * Writes a new or empty folder, completely or not at all.
 * @throws HumanError with file and line of an invalid sample.
 */
export async function exportSamples(
  folder: string,
  format: SampleFormat,
  out: string,
): Promise<{ readonly name: string; readonly bytes: number }[]> {
  requirePlainFolder(folder);
  const record = readRunRecord(folder);
  const path = join(folder, runFiles.samples);
  if (!existsSync(path))
    throw new HumanError(`${basename(folder)} has no samples: it was not evaluated.`, {
      remedy: "Evaluate it first: pinch eval RUN-FOLDER.",
    });
  const { diagnostics } = readOutputs(readRunFile(path, "lines"), path);
  const faults = diagnostics.filter(({ severity }) => severity === "error");
  if (faults.length > 0)
    throw new HumanError(faults.map(fault => formatDiagnostic(fault, path)).join("\n"), {
      remedy:
        "The samples were changed by hand: restore the file, or evaluate the run again with pinch eval.",
    });
  const samples = readSamples(folder);
  const generator = record.configuration.imported?.generator ?? basename(folder);
  const files: ExportedFile[] =
    format === "alpaca-eval"
      ? [alpacaOutputs(samples, generator), ...exportedVerdicts(folder)]
      : harnessSamples(samples, generator, record.ended ?? record.started);
  await writeFolderAtomically(out, async temporary => {
    for (const { name, text } of files) writeFileAtomically(join(temporary, name), text);
  });
  return files.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text).length }));
}
