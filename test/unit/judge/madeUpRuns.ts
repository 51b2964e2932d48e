// Run folders as a finished run leaves them, with the samples that a test wants.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { outcomeOf } from "../../../src/core/scoring/score.ts";
import type { HostedContext } from "../../../src/runtime/context/context.ts";

export interface MadeUpRun {
  readonly mixture: string;
  readonly seed?: number;
  readonly counts?: Readonly<Record<string, number>>;
  readonly file?: string;
  readonly model?: string;
  readonly modelHash?: string;
  readonly status?: RunRecord["status"];
  readonly maxNewTokens?: number;
  /** By language: responses in the order of prompts p0, p1 … */
  readonly responses: Readonly<Record<string, readonly (string | Partial<SampleRecord>)[]>>;
}

export function madeUpSample(
  language: string,
  index: number,
  of: string | Partial<SampleRecord>,
): SampleRecord {
  const given: Partial<SampleRecord> = typeof of === "string" ? { response: of } : of;
  const { languageCorrect = true, checksPassed = null } = given;
  return {
    language,
    id: `p${index}`,
    prompt: `${language} prompt ${index}`,
    response: "",
    reference: null,
    tags: {},
    tokens: 3,
    stopped: true,
    responseLanguage: language,
    languageCorrect,
    checksPassed,
    answeredIn: null,
    outcome: outcomeOf(languageCorrect, checksPassed),
    nll: null,
    nllTokens: 0,
    ...given,
  };
}

/** Writes a run folder into `runs` and gives its path. */
export function madeUpRun(runs: string, made: MadeUpRun): string {
  const { mixture, seed = 7, status = "done", file = "/a/b.mixture.yaml", model = "pinch/starter" } = made;
  const folder = join(runs, `${mixture}-s${seed}`);
  const counts = made.counts ?? {};
  const record = {
    version: 1,
    status,
    mixture,
    seed,
    started: "2026-01-01T00:00:00.000Z",
    ended: "2026-01-01T00:01:00.000Z",
    pid: 1,
    error: null,
    configuration: {
      file,
      model,
      budget: 8,
      form: null,
      train: null,
      evaluate: {
        languages: "all",
        maxNewTokens: made.maxNewTokens ?? 48,
        metrics: ["language"],
        temperature: 0,
        topP: 1,
      },
    },
    counts,
    lock: { model: made.modelHash ?? "aa", data: {}, examples: [], versions: {}, device: "cpu" },
    timings: null,
    peakMemoryBytes: null,
  } satisfies RunRecord;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "run.json"), JSON.stringify(record));
  const samples = Object.entries(made.responses).flatMap(([language, list]) =>
    list.map((response, index) => madeUpSample(language, index, response)),
  );
  writeFileSync(join(folder, "samples.jsonl"), samples.map(sample => `${JSON.stringify(sample)}\n`).join(""));
  return folder;
}

export interface Told extends HostedContext {
  readonly logged: string[];
}

export function hostedContext(hooks: Partial<HostedContext> = {}): Told {
  const logged: string[] = [];
  return {
    progress: () => undefined,
    step: () => undefined,
    log: (level, message) => logged.push(`${level} ${message}`),
    signal: new AbortController().signal,
    askHost: () => Promise.reject(new Error("no host in this test")),
    ...hooks,
    logged,
  };
}
