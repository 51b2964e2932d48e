// Kept samples scored again: no model is there, and none is needed.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { settingDifferences } from "../../../src/core/experiments/settingDifferences.ts";
import type { MetricsRecord, SampleRecord } from "../../../src/core/records/records.ts";
import { ruleNames, scoringRules } from "../../../src/core/records/ruleVersions.ts";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { aggregate } from "../../../src/core/scoring/score.ts";
import type { RecipeContext } from "../../../src/runtime/context/context.ts";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { readSamples } from "../../../src/runtime/files/readRun.ts";
import {
  createRunFolder,
  endRun,
  readRunRecord,
  writeRunRecord,
} from "../../../src/runtime/files/runFolder.ts";
import { rescore } from "../../../src/runtime/recipes/rescore.ts";
import { tinyExperiment, tinyMixture, write } from "../experiment/tinyExperiment.ts";

const prompt = "What is the capital of France?";
const row = {
  id: "paris",
  prompt,
  reference: "The capital of France is Paris.",
  checks: [{ kind: "includes", all: ["Paris"] }],
  tags: { task: "capital" },
  group: "capital/FR",
};
/** As a run from before fidelity was measured has it, with what is out of date. */
const old: SampleRecord = {
  language: "en",
  id: "paris",
  prompt,
  response: "The capital of France is the city of Paris.",
  reference: null,
  tags: {},
  tokens: 9,
  stopped: true,
  responseLanguage: "fi",
  languageCorrect: false,
  checksPassed: false,
  answeredIn: null,
  outcome: "wrongLanguage",
  nll: 1.5,
  nllTokens: 7,
};

function context(warnings: string[] = []): RecipeContext {
  return {
    progress: () => undefined,
    step: () => undefined,
    log: (_level, message) => void warnings.push(message),
    signal: new AbortController().signal,
  };
}

async function runWith(samples: readonly SampleRecord[], mixture = tinyMixture, rows = [row]) {
  const made = tinyExperiment(mixture);
  write(made.folder, "data/eval/en.jsonl", rows.map(each => JSON.stringify(each)).join("\n"));
  const { run } = prepareRun(requireValid(await loadExperiment(made)), "english", 7, "cpu");
  const { folder } = createRunFolder(join(made.folder, "runs"), run);
  endRun(folder, { status: "done" });
  if (samples.length > 0)
    writeFileSync(
      join(folder, "samples.jsonl"),
      samples.map(sample => `${JSON.stringify(sample)}\n`).join(""),
    );
  rmSync(made.starter, { recursive: true });
  return { ...made, run: folder };
}

test("language, fidelity, checks and metrics are those of today; likelihoods stay", async () => {
  const english = "Paris is a big city.\nIch wohne in einem kleinen Haus nahe am Meer.";
  const { run, starter } = await runWith(
    [old, { ...old, language: "sw" }, { ...old, id: "paris/2", response: english }],
    tinyMixture,
    [row, { ...row, id: "paris/2" }],
  );
  const warnings: string[] = [];
  const request = { folders: [run], device: "cpu", starter, samples: true } as const;
  assert.deepEqual(await rescore(request, context(warnings)), [{ folder: run, status: "done", error: null }]);
  const [first, second, third] = readSamples(run);
  assert.deepEqual(first, {
    ...old,
    reference: row.reference,
    tags: row.tags,
    group: row.group,
    responseLanguage: "en",
    languageCorrect: true,
    checksPassed: true,
    outcome: "followed",
    lineAccuracy: 1,
    lpr: true,
    wpr: null,
    foreign: [],
  });
  assert.deepEqual(second, { ...old, language: "sw" }, "a prompt that is not there any more: as it was");
  assert.match(warnings.join(), /1 of 3 samples answer prompts that are not in the evaluation data/);
  assert.equal(third?.lpr, false);
  assert.deepEqual(
    third.foreign?.map(({ start, end, language }) => [english.slice(start, end), language]),
    [["Ich wohne in einem kleinen Haus nahe am Meer", "de"]],
  );
  const metrics = JSON.parse(readFileSync(join(run, "metrics.json"), "utf8")) as MetricsRecord;
  assert.equal(metrics.languages.en?.lpr?.value, 0.5);
  assert.equal(metrics.languages.en?.lineAccuracy?.value, 0.75);
  assert.equal(metrics.languages.en?.wpr, undefined, "not defined for Latin script");
  assert.equal(metrics.languages.en?.checksInLanguage?.n, 1, "the third is mostly German");
  assert.ok(metrics.languages.en?.nll !== undefined);
});

test("verdicts that were edited are mended; what the model wrote is not guessed", async () => {
  const edited = { ...old, outcome: "splendid", languageCorrect: "yes" } as unknown as SampleRecord;
  const { run, starter } = await runWith([edited]);
  const request = { folders: [run], device: "cpu", starter, samples: true } as const;
  assert.equal((await rescore(request, context()))[0]?.error, null);
  assert.equal(readSamples(run)[0]?.outcome, "followed");
  const unknown = await runWith([{ ...edited, id: "gone" }]);
  const [left] = await rescore({ ...request, folders: [unknown.run], starter: unknown.starter }, context());
  assert.match(
    left?.error?.message ?? "",
    /samples\.jsonl: its "languageCorrect" is not .*, in the answer to gone of en/,
  );
  const cut = await runWith([{ ...old, response: null as unknown as string }]);
  const [refused] = await rescore({ ...request, folders: [cut.run], starter: cut.starter }, context());
  assert.match(refused?.error?.message ?? "", /samples\.jsonl:1: its "response" is not text/);
});

test("scores of a newer Pinch are not written over, and those by earlier rules are kept", async () => {
  const { run, starter } = await runWith([old]);
  const request = { folders: [run], device: "cpu", starter, samples: true } as const;
  writeFileSync(join(run, "metrics.json"), '{"version": 2}');
  const [refused] = await rescore(request, context());
  assert.match(refused?.error?.message ?? "", /metrics\.json is not overwritten: a newer Pinch wrote it/);
  assert.match(refused?.error?.remedy ?? "", /^Update Pinch/);
  assert.equal(readFileSync(join(run, "metrics.json"), "utf8"), '{"version": 2}');

  const before = await runWith([old]);
  const { lock, ...record } = readRunRecord(before.run);
  assert.ok(lock !== null);
  const versions = { ...lock.versions, [ruleNames.scoring]: "1" };
  writeRunRecord(before.run, { ...record, lock: { ...lock, versions } });
  writeFileSync(join(before.run, "metrics.json"), JSON.stringify(aggregate([old])));
  const kept = readFileSync(join(before.run, "samples.jsonl"), "utf8");
  const said: string[] = [];
  await rescore({ ...request, folders: [before.run], starter: before.starter }, context(said));
  assert.match(said.join(), /scores by earlier rules are kept in/);
  assert.equal(readFileSync(join(before.run, "earlier/scoring-rules-1/samples.jsonl"), "utf8"), kept);
  assert.notEqual(readFileSync(join(before.run, "samples.jsonl"), "utf8"), kept);
});

test("the native runtime is not loaded for it", () => {
  const loaded = Object.keys(createRequire(import.meta.url).cache).map(path => path.replaceAll("\\", "/"));
  assert.ok(loaded.some(path => path.includes("/node_modules/yaml/")));
  assert.deepEqual(
    loaded.filter(path => path.includes("onnxruntime") || path.includes("/runtime/ort/")),
    [],
  );
});

test("a prompt that was changed keeps its verdict; a run without samples says so", async () => {
  const changed = { ...old, prompt: "What was the capital of France?" };
  const { run, starter } = await runWith([changed]);
  const request = { folders: [run], device: "cpu", starter, samples: true } as const;
  await rescore(request, context());
  assert.deepEqual(readSamples(run), [changed]);
  const empty = await runWith([]);
  const [outcome] = await rescore({ ...request, folders: [empty.run], starter: empty.starter }, context());
  assert.match(outcome?.error?.message ?? "", /holds no samples/);
});

function recordOf(run: string): RunRecord {
  return JSON.parse(readFileSync(join(run, "run.json"), "utf8")) as RunRecord;
}

test("the record says what scored the run last, so that it is compared with its like", async () => {
  const { folder, run, starter } = await runWith([old], tinyMixture.replace("[en, sw]", "[en]"));
  const before = recordOf(run);
  assert.ok(before.lock?.languageData);
  const versions = { ...before.lock.versions, [ruleNames.scoring]: "1" };
  writeRunRecord(run, { ...before, lock: { ...before.lock, versions } });
  write(
    folder,
    "data/eval/en.jsonl",
    JSON.stringify({ ...row, checks: [{ kind: "includes", all: ["City"] }] }),
  );
  const request = { folders: [run], device: "cpu", starter, samples: true } as const;
  await rescore(request, context());
  const after = recordOf(run);
  assert.equal(after.lock?.versions[ruleNames.scoring], scoringRules);
  assert.notEqual(after.lock?.languageData?.eval.en, before.lock.languageData.eval.en);
  assert.deepEqual(after.lock?.languageData?.train, before.lock.languageData.train);
  assert.deepEqual(
    settingDifferences(after, before).map(({ key }) => key),
    ["data.eval"],
  );
});

test("a run of which some prompts are gone is partly as before: it is compared with neither", async () => {
  const { folder, run, starter } = await runWith([old, { ...old, id: "gone", prompt: "Where was it?" }]);
  const before = recordOf(run);
  write(folder, "data/eval/en.jsonl", `${JSON.stringify(row)}\n${JSON.stringify({ ...row, id: "new" })}`);
  await rescore({ folders: [run], device: "cpu", starter, samples: true }, context());
  const after = recordOf(run);
  assert.match(after.lock?.languageData?.eval.en ?? "", /^[0-9a-f]{64}, partly [0-9a-f]{64}$/);
  assert.deepEqual(
    settingDifferences(after, before).map(({ key }) => key),
    ["data.eval"],
  );
});

test("with the fastText model that the mixture file names", async () => {
  const model = join(import.meta.dirname, "..", "..", "fixtures", "fastText", "hs.ftz");
  const mixture = `${tinyMixture}  identifier: ${JSON.stringify(model)}\n`;
  const { run, starter } = await runWith([{ ...old, response: "ingshthe owndthe eanding theing" }], mixture);
  await rescore({ folders: [run], device: "cpu", starter, samples: true }, context());
  assert.equal(readSamples(run)[0]?.responseLanguage, "en");
  assert.match(
    readFileSync(join(run, "run.json"), "utf8"),
    /hs\.ftz": "[0-9a-f]{64}"/,
    "its hash is in the lock",
  );
});
