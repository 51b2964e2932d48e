// Made-up runs whose records say everything that a run of today writes.

import { defaultEvaluation, defaultTraining } from "../../../src/core/mixture/defaults.ts";
import type { EvaluationSpec, MixtureForm, TrainingSpec } from "../../../src/core/mixture/mixtureFile.ts";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";

export interface Changes {
  readonly minute?: number;
  readonly seed?: number;
  readonly file?: string;
  readonly budget?: number;
  readonly form?: MixtureForm;
  readonly train?: Partial<TrainingSpec>;
  readonly evaluate?: Partial<EvaluationSpec>;
  readonly model?: string;
  readonly modelHash?: string;
  /** Hash of the training file by language, and of the evaluation file. */
  readonly trainData?: Readonly<Record<string, string>>;
  readonly evalData?: Readonly<Record<string, string>>;
  readonly versions?: Readonly<Record<string, string>>;
  readonly followed?: number;
}

export const spread = (percent: number): MixtureForm => ({
  kind: "spread",
  base: "en",
  spread: { percent },
  over: "all",
});
export const alone = (language: string): MixtureForm => ({ kind: "monolingual", language });

/** `base`, a language's code for its monolingual mixture, or anything else for a spread of 10 %. */
export function madeUp(mixture: string, changes: Changes = {}): RunSummary {
  const { minute = 1, seed = 7, budget = 600, followed = 0.5 } = changes;
  const tuned = mixture !== "base";
  const form = changes.form ?? (mixture.length === 2 ? alone(mixture) : spread(10));
  const counts: Record<string, number> = !tuned
    ? {}
    : form.kind === "monolingual"
      ? { [form.language]: budget }
      : { en: budget - 60, fi: 60 };
  const trainData = Object.fromEntries(
    Object.keys(counts).map(language => [language, changes.trainData?.[language] ?? `train ${language}`]),
  );
  const evalData = { en: "eval en", fi: "eval fi", ...changes.evalData };
  const record: RunRecord = {
    version: 1,
    status: "done",
    mixture,
    seed,
    started: `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`,
    ended: null,
    pid: 1,
    error: null,
    configuration: {
      file: changes.file ?? "/study/a.mixture.yaml",
      model: changes.model ?? "pinch/starter",
      budget,
      form: tuned ? form : null,
      train: tuned ? { ...defaultTraining, ...changes.train } : null,
      ...(!tuned && { weights: "float" as const }),
      evaluate: { ...defaultEvaluation, ...changes.evaluate },
    },
    counts,
    lock: {
      model: changes.modelHash ?? "model",
      data: Object.fromEntries([
        ...Object.entries(trainData).map(([language, hash]) => [`data/train/${language}.jsonl`, hash]),
        ...Object.entries(evalData).map(([language, hash]) => [`data/eval/${language}.jsonl`, hash]),
      ]),
      languageData: { train: trainData, eval: evalData },
      examples: [],
      versions: { pinch: "1.0.0", "training rules": "1", "scoring rules": "2", ...changes.versions },
      device: "cpu",
    },
    timings: null,
    peakMemoryBytes: null,
  };
  const value = { value: followed, n: 100, interval: [followed - 0.1, followed + 0.1] as const };
  return {
    folder: `${mixture}-s${seed}-${minute}`,
    record,
    metrics: { version: 1, languages: { en: { followed: value }, fi: { followed: value } } },
  };
}

/** As a Pinch from before hashes by language and rules were kept wrote it; `less`: edited by hand besides. */
export function asOlder(run: RunSummary, less: "nothing" | "lock" = "nothing"): RunSummary {
  const { lock, configuration } = run.record;
  const { weights: _weights, ...kept } = configuration;
  if (lock === null || less === "lock")
    return { ...run, record: { ...run.record, configuration: kept, lock: null } };
  const { languageData: _languageData, versions: _versions, ...locked } = lock;
  return {
    ...run,
    record: { ...run.record, configuration: kept, lock: { ...locked, versions: { pinch: "0.9.0" } } },
  };
}
