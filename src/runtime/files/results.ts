// The results of a run folder: every sample, and the metrics that are made of them.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { metricsDisagree } from "../../core/evaluation/metricsAgree.ts";
import { aggregate } from "../../core/evaluation/score.ts";
import { type MetricsRecord, runFiles, type SampleRecord } from "../../core/run/records.ts";
import { type SamplePart, sampleFault } from "../../core/run/sampleRecord.ts";
import { writeFileAtomically, writeJsonAtomically } from "./atomicWrite.ts";
import { readNumberedLines } from "./jsonLines.ts";

/** Writes samples.jsonl and metrics.json. */
export function writeResults(folder: string, samples: readonly SampleRecord[]): void {
  writeFileAtomically(
    join(folder, runFiles.samples),
    samples.map(sample => `${JSON.stringify(sample)}\n`).join(""),
  );
  writeJsonAtomically(join(folder, runFiles.metrics), aggregate(samples));
}

const remedies: Readonly<Record<SamplePart, (folder: string) => string>> = {
  answer: folder =>
    `The file was changed by another program: restore it, or let the model answer again (pinch eval ${folder}).`,
  verdict: folder =>
    `The file was changed by another program: restore it, or score the responses again (pinch eval ${folder} --samples).`,
};

/**
 * Empty where the run was not evaluated.
 * @param needed `answer`: the verdicts in the file are of no account
 * @throws HumanError with file and line where a sample is not what a run writes, or answers a prompt for a second time
 */
export function readSamples(folder: string, needed: SamplePart = "verdict"): SampleRecord[] {
  const path = join(folder, runFiles.samples);
  if (!existsSync(path)) return [];
  const lineOf = new Map<string, Map<string, number>>(); // by language and id
  return readNumberedLines(path).map(({ line, value }) => {
    const found = sampleFault(value);
    if (found !== null && (found.part === "answer" || needed === "verdict"))
      throw new HumanError(`${path}:${line}: ${found.fault}.`, { remedy: remedies[found.part](folder) });
    const sample = value as SampleRecord; // checked above
    const own = lineOf.get(sample.language) ?? new Map<string, number>();
    const before = own.get(sample.id);
    if (before !== undefined)
      throw new HumanError(
        `${path}:${line}: it answers the prompt ${sample.id} of ${sample.language} a second time, after line ${before}.`,
        { remedy: remedies.answer(folder) },
      );
    lineOf.set(sample.language, own.set(sample.id, line));
    return sample;
  });
}

/** @throws HumanError where the verdict of a sample that was not scored anew is none that a run writes */
export function requireSound(folder: string, samples: readonly SampleRecord[]): void {
  for (const sample of samples) {
    const found = sampleFault(sample);
    if (found === null) continue;
    const { language, id } = sample;
    throw new HumanError(
      `${join(folder, runFiles.samples)}: ${found.fault}, in the answer to ${id} of ${language}.`,
      {
        remedy: `The evaluation data have no such prompt any more: restore the file, or let the model answer again (pinch eval ${folder}).`,
      },
    );
  }
}

/** @throws HumanError where the metrics of a run are not those of its samples */
export function requireAgreement(
  folder: string,
  metrics: MetricsRecord,
  samples: readonly SampleRecord[],
): void {
  const fault = metricsDisagree(metrics, samples);
  if (fault === null) return;
  throw new HumanError(`${join(folder, runFiles.metrics)} does not go with ${runFiles.samples}: ${fault}.`, {
    remedy: `One of the two was changed: restore it, or score the responses of ${basename(folder)} again (pinch eval ${folder} --samples).`,
  });
}
