// Recipe that rescores existing samples without generating anything or loading a model.
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import type { EvaluationRow } from "../../core/dataset/example.ts";
import { longResponses } from "../../core/fidelity/scoredPart.ts";
import { transcriptOf } from "../../core/prompt/chat.ts";
import { parseMetricsText } from "../../core/records/metricsRecord.ts";
import { runFiles, type SampleRecord } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { samplesMissing } from "../../core/scoring/metricsAgree.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import type { EvaluateRequest, RunOutcome } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { withScores } from "../evaluation/recordEvaluation.ts";
import {
  labelsOf,
  type RowsByLanguage,
  responseScorer,
  type ScoreResponse,
} from "../evaluation/scoreResponse.ts";
import { loadExperiment, requireEvaluation } from "../experiment/experiment.ts";
import { evaluationRowsOf } from "../experiment/prepareRun.ts";
import { keepEarlierScores } from "../files/earlierScores.ts";
import { readSamples } from "../files/readRun.ts";
import { requireSound, writeResults } from "../files/results.ts";
import { claimFolder, releaseClaim } from "../files/runClaim.ts";
import { runsOfFile } from "../files/runsOfFile.ts";
import { identifierPath } from "../identification/identifierFile.ts";

export interface Rescored {
  readonly samples: readonly SampleRecord[];
  /**
   * Number of samples whose prompt is not in the evaluation data, or no longer; their scores stay unchanged.
   */
  readonly unknown: number;
  /** Languages in which exactly the current rows have samples. */
  readonly whole: ReadonlySet<string>;
}

/** Recomputes language, fidelity and checks of every sample from the current rows. Likelihoods stay. */
export function rescoreSamples(
  samples: readonly SampleRecord[],
  rows: RowsByLanguage,
  score: ScoreResponse,
): Rescored {
  const byLanguage = new Map(
    [...rows].map(([language, own]) => [language, new Map(own.map(row => [row.id, row]))]),
  );
  let unknown = 0;
  const whole = new Set(rows.keys());
  const answered = new Set<EvaluationRow>();
  const scored = samples.map(sample => {
    const row = byLanguage.get(sample.language)?.get(sample.id);
    if (row === undefined || transcriptOf(row) !== sample.prompt) {
      unknown++;
      whole.delete(sample.language);
      return sample;
    }
    answered.add(row);
    // Drops scores of earlier rules, which must not appear next to current ones as if they were comparable.
    const { group: _before, lines: _lines, words: _words, ...kept } = sample;
    return { ...kept, ...labelsOf(row), ...score(row, sample.response) };
  });
  for (const [language, own] of rows) if (!own.every(row => answered.has(row))) whole.delete(language);
  return { samples: scored, unknown, whole };
}

/** Replaces samples.jsonl and metrics.json of existing runs of one mixture file. */
export async function rescore(request: EvaluateRequest, context: RecipeContext): Promise<RunOutcome[]> {
  const runs = runsOfFile(request.folders);
  if (runs === null) return [];
  const { file, records } = runs;
  const experiment = requireEvaluation(await loadExperiment({ file, starter: request.starter }));
  const rows = evaluationRowsOf(experiment);
  const score = await responseScorer(rows, identifierPath(experiment.config.evaluate, experiment.path));
  return records.map(({ folder, record }, i) => {
    throwIfCancelled(context.signal);
    context.progress({
      phase: "score",
      done: i,
      total: records.length,
      secondsLeft: null,
      message: `Scoring ${basename(folder)}`,
    });
    try {
      claimFolder(folder);
      const kept = readSamples(folder, "answer");
      if (kept.length === 0)
        throw new HumanError(`${folder} holds no samples.`, {
          remedy: "Evaluate the run: pinch eval without --samples.",
        });
      requireAll(folder, record, kept);
      const { samples, unknown, whole } = rescoreSamples(kept, rows, score);
      requireSound(folder, samples);
      if (unknown > 0)
        context.log(
          "warn",
          `${basename(folder)}: ${unknown} of ${kept.length} samples answer prompts that are not in the evaluation data any more, and are left as they are.`,
        );
      const long = longResponses(kept);
      if (long !== null) context.log("warn", `${basename(folder)}: ${long}`);
      const earlier = keepEarlierScores(folder, record);
      if (earlier !== null)
        context.log("info", `${basename(folder)}: scores by earlier rules are kept in ${earlier}.`);
      writeResults(folder, samples, now => withScores(now, experiment, whole));
      return { folder, status: record.status, error: null };
    } catch (error) {
      const told = humanErrorOf(error);
      if (told === null) throw error;
      const { message, remedy } = told;
      return { folder, status: "failed", error: { message, remedy } };
    } finally {
      releaseClaim(folder);
    }
  });
}

/**
 * Samples with a hash are complete. Older ones are compared with what was scored, since a truncated file
 * would otherwise pass for a complete one.
 */
function requireAll(folder: string, record: RunRecord, samples: readonly SampleRecord[]): void {
  if (record.files?.[runFiles.samples] !== undefined) return;
  const path = join(folder, runFiles.metrics);
  const text = existsSync(path) ? readFileSync(path, "utf8") : null;
  const metrics = text === null ? null : parseMetricsText(text);
  if (metrics !== null && "fault" in metrics && metrics.remedy !== undefined)
    throw new HumanError(`${path} is not overwritten: ${metrics.fault}.`, { remedy: metrics.remedy });
  const fault = metrics === null || "fault" in metrics ? null : samplesMissing(metrics.value, samples);
  if (fault === null) return;
  throw new HumanError(`${join(folder, runFiles.samples)} is truncated: ${fault}.`, {
    remedy: `Restore it from a copy, or let the model answer again (pinch eval ${folder}).`,
  });
}
