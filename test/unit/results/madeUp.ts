// Made-up run folders for tests of tables and reports.
import { seededRandom } from "../../../src/common/random.ts";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";
import type { MetricsRecord, SampleRecord } from "../../../src/core/records/records.ts";
import type { RunStatus } from "../../../src/core/records/runRecord.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import type { MetricValue } from "../../../src/core/statistics/estimate.ts";

export function value(at: number, interval?: readonly [number, number], n = 100): MetricValue {
  return { value: at, n, interval: interval ?? [Math.max(0, at - 0.1), Math.min(1, at + 0.1)] };
}

export interface MadeUp {
  readonly mixture: string;
  /** Minute of the start, which orders runs. */
  readonly minute: number;
  readonly seed?: number;
  readonly status?: RunStatus;
  readonly counts?: Readonly<Record<string, number>>;
  readonly form?: MixtureForm;
  /** Per language; null = not evaluated. */
  readonly followed?: Readonly<Record<string, MetricValue>> | null;
  readonly metrics?: MetricsRecord;
}

export function madeUpRun(given: MadeUp): RunSummary {
  const seed = given.seed ?? 7;
  const followed = given.followed === undefined ? { en: value(0.5) } : given.followed;
  const languages = Object.fromEntries(
    Object.entries(followed ?? {}).map(([language, metric]) => [language, { followed: metric }]),
  );
  const metrics: MetricsRecord | null = followed === null ? null : { version: 1, languages };
  return {
    folder: `${given.mixture}-s${seed}-${given.minute}`,
    record: {
      version: 1,
      status: given.status ?? "done",
      mixture: given.mixture,
      seed,
      started: `2026-01-01T00:0${given.minute}:00Z`,
      ended: null,
      pid: 1,
      error: null,
      configuration: {
        file: "a.mixture.yaml",
        model: "pinch/starter",
        budget: 100,
        form: given.form ?? null,
        train: null,
        evaluate: { languages: "all", maxNewTokens: 32, metrics: ["checks"], temperature: 0, topP: 1 },
      },
      counts: given.counts ?? (given.mixture === "base" ? {} : { en: 100 }),
      lock: null,
      timings: null,
      peakMemoryBytes: null,
    },
    metrics: given.metrics ?? metrics,
  };
}

export function madeUpSample(fields: Partial<SampleRecord>): SampleRecord {
  return {
    language: "en",
    id: "a",
    prompt: "prompt",
    response: "response",
    reference: "reference",
    tags: {},
    tokens: 3,
    stopped: true,
    responseLanguage: "en",
    languageCorrect: true,
    checksPassed: true,
    answeredIn: null,
    outcome: "followed",
    nll: 1,
    nllTokens: 3,
    ...fields,
  };
}

/** 60 prompts in 6 languages, some prompts easy in all of them: each is followed with about the rate given. */
export function samplesOfLanguages(rate: number, seed: number): SampleRecord[] {
  const random = seededRandom("samples of languages", seed);
  const ease = Array.from({ length: 60 }, () => random());
  return ["en", "ar", "fi", "it", "ru", "sw"].flatMap(language =>
    ease.map((prompt, i) => {
      const followed = (random() < 0.5 ? prompt : random()) < rate;
      return madeUpSample({
        language,
        id: `p${i}`,
        outcome: followed ? "followed" : "wrongAnswer",
        checksPassed: followed,
        nll: null,
        nllTokens: 0,
      });
    }),
  );
}
