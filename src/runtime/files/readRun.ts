// Reads metrics, steps and samples of a run folder, and verifies that they are what the run wrote.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { type TrainedAmount, trainedAmount } from "../../core/experiments/trainedAmount.ts";
import { parseStepEvent } from "../../core/records/events.ts";
import { parseMetricsText } from "../../core/records/metricsRecord.ts";
import {
  type MetricsRecord,
  runFiles,
  type SampleRecord,
  type StepEvent,
} from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { type SamplePart, sampleFault } from "../../core/records/sampleRecord.ts";
import type { RunSummary } from "../../core/results/resultsTable.ts";
import { parseNumberedLines, wholeLines } from "../../node/jsonLines.ts";
import { readRunFile } from "../../node/plainFiles.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { changedFile, requireSameText } from "./fileHashes.ts";
import { listRunFolders, readRunRecord, readSettledRun } from "./runFolder.ts";
import { type RunIdentity, runFolderName, runHash } from "./runName.ts";

/**
 * Reads a file; null if it does not exist. @throws HumanError if it is not what the run of this record wrote
 */
function readOwnFile(folder: string, record: RunRecord, name: string): string | null {
  const path = join(folder, name);
  if (!existsSync(path)) {
    const missing = changedFile(folder, record, [name]);
    if (missing !== null) throw missing;
    return null;
  }
  const text = readRunFile(path, name.endsWith(".jsonl") ? "lines" : "record");
  requireSameText(folder, record, name, sha256OfText(text));
  return text;
}

/**
 * Reads the metrics; null until the run has been evaluated.
 *
 * @throws HumanError if the file is not in the format that an evaluation writes.
 */
export function readMetrics(folder: string, record = readRunRecord(folder)): MetricsRecord | null {
  const text = readOwnFile(folder, record, runFiles.metrics);
  if (text === null) return null;
  const parsed = parseMetricsText(text);
  if ("value" in parsed) return parsed.value;
  throw new HumanError(`${join(folder, runFiles.metrics)} can't be read: ${parsed.fault}.`, {
    remedy: parsed.remedy ?? `Recompute it from the stored responses: pinch eval ${folder} --samples.`,
  });
}

/** Reads the steps, also of a run in progress: a line that is still being written is omitted. */
export function readSteps(folder: string): StepEvent[] {
  const path = join(folder, runFiles.events);
  if (!existsSync(path)) return [];
  return wholeLines(readRunFile(path, "lines")).map(({ line, text }) => {
    const event = parseStepEvent(text);
    if (event !== null) return event;
    throw new HumanError(`${path}:${line}: it is not a step of a training.`, {
      remedy: "The file was changed by another program: restore it from a copy, or run the mixture again.",
    });
  });
}

function readTrained(folder: string, record: RunRecord): TrainedAmount | null {
  if (record.status !== "done") return null;
  const text = readOwnFile(folder, record, runFiles.events);
  return text === null ? null : trainedAmount(text, record);
}

/** Reads the input of a results table. */
export function readRunSummary(folder: string): RunSummary {
  const record = readSettledRun(folder);
  return {
    folder: basename(folder),
    record,
    metrics: readMetrics(folder, record),
    trained: readTrained(folder, record),
  };
}

const remedies: Readonly<Record<SamplePart, (folder: string) => string>> = {
  answer: folder =>
    `The file was changed by another program: restore it, or let the model answer again (pinch eval ${folder}).`,
  verdict: folder =>
    `The file was changed by another program: restore it, or score the responses again (pinch eval ${folder} --samples).`,
};

/**
 * Reads the samples; empty if the run was not evaluated.
 * @param needed With `answer`, the verdicts in the file are not checked.
 * @throws HumanError with file and line if a sample is not in the format that a run writes, or answers a
 * prompt for a second time
 */
export function readSamples(folder: string, needed: SamplePart = "verdict"): SampleRecord[] {
  const path = join(folder, runFiles.samples);
  const text = readOwnFile(folder, readRunRecord(folder), runFiles.samples);
  if (text === null) return [];
  const lineOf = new Map<string, Map<string, number>>(); // by language and id
  return parseNumberedLines(text, path).map(({ line, value }) => {
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

/**
 * Finds a finished run of the same configuration and lock in `out`; null if there is none. Its record is
 * compared, not its name: a run that was re-evaluated with other settings keeps the name of its folder.
 * @param passedOver Receives a warning about a run that would match, except that a file was changed.
 */
export function findEqualRun(
  out: string,
  run: RunIdentity,
  passedOver: (message: string) => void,
): string | null {
  const hash = runHash(run);
  const start = runFolderName(run).slice(0, -hash.length);
  for (const folder of listRunFolders(out)) {
    if (!basename(folder).startsWith(start)) continue;
    try {
      const record = readRunRecord(folder);
      if (record.status !== "done" || runHash(record) !== hash) continue;
      if (readMetrics(folder, record) === null) continue;
      const fault = changedFile(folder, record, Object.keys(record.files ?? {}));
      if (fault !== null) throw fault;
      return folder;
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      passedOver(`${basename(folder)} is not reused. ${error.message}`);
    }
  }
  return null;
}
