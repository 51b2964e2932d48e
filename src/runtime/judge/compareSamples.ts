// Reads the samples of a run for a comparison; people may have edited them by hand.
import { basename } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { SampleRecord } from "../../core/records/records.ts";
import { readSamples } from "../files/readRun.ts";

/** @throws HumanError where the run has none, or a line is no sample. */
export function readComparedSamples(folder: string): SampleRecord[] {
  const samples = readSamples(folder);
  if (samples.length > 0) return samples;
  throw new HumanError(`${basename(folder)} has no samples to compare.`, {
    remedy: "Finish the run, or evaluate it: pinch eval RUN-FOLDER.",
  });
}
