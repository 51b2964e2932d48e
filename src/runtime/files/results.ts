// Writes the results of a run folder: all samples, and the metrics computed from them.
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { earlyStopOf } from "../../core/records/earlyStop.ts";
import { type MetricsRecord, runFiles, type SampleRecord } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { sampleFault } from "../../core/records/sampleRecord.ts";
import { metricsDisagree } from "../../core/scoring/metricsAgree.ts";
import { aggregate } from "../../core/scoring/score.ts";
import { jsonText, writeFileAtomically } from "../../node/atomicWrite.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { hashesOf } from "./fileHashes.ts";
import { readSteps } from "./readRun.ts";
import { requireClaim } from "./runClaim.ts";
import { readRunRecord, writeRunRecord } from "./runFolder.ts";

/**
 * Writes samples.jsonl and metrics.json, and their hashes into run.json. If interrupted at any point, the run
 * has its previous results, the new ones, or samples whose scores can be recomputed.
 * @param change Other changes to the record.
 */
export function writeResults(
  folder: string,
  samples: readonly SampleRecord[],
  change: (record: RunRecord) => RunRecord = record => record,
): void {
  requireFinite(samples);
  requireClaim(folder);
  const texts = {
    [runFiles.samples]: samples.map(sample => `${JSON.stringify(sample)}\n`).join(""),
    [runFiles.metrics]: jsonText(aggregate(samples)),
  };
  const hashes = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, sha256OfText(text)] as const),
  );
  writeRunRecord(folder, { ...readRunRecord(folder), replacing: hashes });
  for (const [name, text] of Object.entries(texts)) writeFileAtomically(join(folder, name), text);
  const { replacing: _, ...record } = change(readRunRecord(folder));
  writeRunRecord(folder, { ...record, files: { ...record.files, ...hashes } });
}

/** JSON cannot represent NaN and infinities: they would be read back as null. */
function requireFinite(samples: readonly SampleRecord[]): void {
  const broken = samples.find(({ nll }) => nll !== null && !Number.isFinite(nll));
  if (broken === undefined) return;
  throw new HumanError(
    `The likelihood of the reference of ${broken.id} in ${broken.language} is ${broken.nll}: the model's weights or the device produce invalid numbers.`,
    { kind: "run", remedy: "Lower train.learningRate, or choose another device, and run the mixture again." },
  );
}

/** Records the hashes of what training wrote. From then on, the run counts as trained. */
export function recordTrained(folder: string): void {
  requireClaim(folder);
  const record = readRunRecord(folder);
  const hashes = hashesOf(folder, [runFiles.adapter, runFiles.model, runFiles.events]);
  writeRunRecord(folder, {
    ...record,
    files: { ...record.files, ...hashes },
    ...stopOf(record.configuration, folder),
  });
}

/** Part of a run's record on early stopping, from its events; empty without. */
export function stopOf(
  configuration: RunRecord["configuration"],
  folder: string,
): Pick<RunRecord, "earlyStop"> {
  const earlyStop = configuration.train?.earlyStopping && earlyStopOf(configuration, readSteps(folder));
  return earlyStop === undefined ? {} : { earlyStop };
}

/** @throws HumanError if a sample that was not rescored has a verdict that no run writes */
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

/** @throws HumanError if the metrics of a run do not match its samples */
export function requireAgreement(
  folder: string,
  metrics: MetricsRecord,
  samples: readonly SampleRecord[],
): void {
  const fault = metricsDisagree(metrics, samples);
  if (fault === null) return;
  throw new HumanError(`${join(folder, runFiles.metrics)} does not match ${runFiles.samples}: ${fault}.`, {
    remedy: `One of the two was changed: restore it, or score the responses of ${basename(folder)} again (pinch eval ${folder} --samples).`,
  });
}
