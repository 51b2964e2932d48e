// Reads the samples of a run for a comparison; people may have edited them by hand.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { runFiles, type SampleRecord } from "../../core/run/records.ts";
import { readJsonLines } from "../files/jsonLines.ts";
import { isJsonObject } from "../model/jsonFile.ts";

const texts = ["language", "id", "prompt", "response"] as const;
const verdicts = ["languageCorrect", "checksPassed"] as const;

/** @throws HumanError where the run has none, or a line lacks what is compared. */
export function readComparedSamples(folder: string): SampleRecord[] {
  const path = join(folder, runFiles.samples);
  const samples = existsSync(path) ? readJsonLines(path) : [];
  if (samples.length === 0)
    throw new HumanError(`${basename(folder)} has no samples to compare.`, {
      remedy: "Finish the run, or evaluate it: pinch eval RUN-FOLDER.",
    });
  return samples.map((value, index) => {
    const fault = faultOf(value);
    if (fault === null) return value as SampleRecord;
    throw new HumanError(`${path}: sample ${index + 1} ${fault}.`, {
      remedy: "The file was changed by hand: restore it, or evaluate the run again with pinch eval.",
    });
  });
}

function faultOf(value: unknown): string | null {
  if (!isJsonObject(value)) return "is no JSON object";
  for (const name of texts) if (typeof value[name] !== "string") return `has no text "${name}"`;
  for (const name of verdicts) {
    const verdict = value[name];
    if (verdict !== null && typeof verdict !== "boolean")
      return `has a "${name}" that is neither true, false nor null`;
  }
  return null;
}
