// Reads the samples of a run for a comparison. Users may have edited them.
import { basename } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { SampleRecord } from "../../core/records/records.ts";
import { readSamples } from "../files/readRun.ts";

/** @throws HumanError if the run has none, or a line is not a sample. */
export function readComparedSamples(folder: string): SampleRecord[] {
  const samples = readSamples(folder);
  if (samples.length > 0) return samples;
  throw new HumanError(`${basename(folder)} has no samples to compare.`, {
    remedy: "Finish the run, or evaluate it: pinch eval RUN-FOLDER.",
  });
}
