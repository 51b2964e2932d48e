// The results of a run folder: every sample, and the metrics that are made of them.
import { join } from "node:path";
import { aggregate } from "../../core/evaluation/score.ts";
import { runFiles, type SampleRecord } from "../../core/run/records.ts";
import { writeFileAtomically, writeJsonAtomically } from "./atomicWrite.ts";

/** Writes samples.jsonl and metrics.json. */
export function writeResults(folder: string, samples: readonly SampleRecord[], seed: number): void {
  writeFileAtomically(
    join(folder, runFiles.samples),
    samples.map(sample => `${JSON.stringify(sample)}\n`).join(""),
  );
  writeJsonAtomically(join(folder, runFiles.metrics), aggregate(samples, { seed }));
}
