// A whole run on a tiny model: what it writes, that it repeats byte for byte, and that a fault ends it honestly.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import type { MetricsRecord, SampleRecord, StepEvent } from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { loadExperiment, requireValid } from "../../src/runtime/experiment/experiment.ts";
import { readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { writeSafetensors } from "../../src/runtime/model/safetensors.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { evaluate } from "../../src/runtime/recipes/evaluate.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { readChatRequest } from "../../src/runtime/serving/chatRequest.ts";
import { ServedModels } from "../../src/runtime/serving/servedModels.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-recipe-"));
after(() => rmSync(root, { recursive: true, force: true }));

// Words of the tiny tokenizer's vocabulary.
const words = { en: ["one", "two", "three"], fi: ["yksi", "kaksi", "kolme"] };
const model = join(import.meta.dirname, "fixtures", "models", "tied");

/** The tiny model with one weight that is no number. */
function brokenModel(): string {
  const folder = join(root, "broken-model");
  cpSync(model, folder, { recursive: true });
  const opened = openModel(model);
  const tensors = [...opened.tensors.values()].map(({ name, shape }) => {
    const data = opened.readTensor(name);
    return {
      name,
      dtype: "F32" as const,
      shape,
      data: name === "model.norm.weight" ? data.fill(Number.NaN) : data,
    };
  });
  writeSafetensors(join(folder, "model.safetensors"), tensors);
  return folder;
}

function workspace(name: string, train: string, modelFolder = model): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [language, list] of Object.entries(words)) {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      id: `e${i}`,
      prompt: list[i % 3],
      response: `${list[(i + 1) % 3]} ${list[i % 3]}`,
    }));
    writeFileSync(join(folder, `train-${language}.jsonl`), rows.map(row => JSON.stringify(row)).join("\n"));
    const evaluation = rows.slice(0, 3).map(({ id, prompt, response }) => ({
      id,
      prompt,
      reference: response,
      checks: [{ kind: "answer", accepts: [response] }],
    }));
    writeFileSync(
      join(folder, `eval-${language}.jsonl`),
      evaluation.map(row => JSON.stringify(row)).join("\n"),
    );
  }
  const file = join(folder, "tiny.mixture.yaml");
  writeFileSync(
    file,
    `version: 1\nmodel: ${JSON.stringify(modelFolder)}\nseed: 5\nbudget: 12\ndata:\n  train: train-{language}.jsonl\n  eval: eval-{language}.jsonl\nmixtures:\n  half: { base: en, spread: 50%, over: all }\ntrain: ${train}\nevaluate: { maxNewTokens: 6 }\n`,
  );
  return file;
}

const steps: StepEvent[] = [];
function context(signal = new AbortController().signal): RecipeContext {
  return { progress: () => undefined, step: event => steps.push(event), log: () => undefined, signal };
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), "utf8")) as T;
const lora = "{ lora: { rank: 4, alpha: 8 }, epochs: 4, batchTokens: 64, learningRate: 0.02 }";

test("a run leaves adapter, events, samples and metrics; again, the same bytes", async () => {
  const file = workspace("repeat", lora);
  const request = {
    file,
    mixture: "half",
    seed: 5,
    out: join(root, "runs"),
    device: "cpu",
    starter: "",
    start: { kind: "new" },
  } as const;
  const first = await run(request, context());
  assert.deepEqual([first.status, first.error], ["done", null]);
  const record = json<RunRecord>(first.folder, "run.json");
  assert.deepEqual(record.counts, { en: 9, fi: 3 });
  assert.equal(record.lock?.examples.length, 12);
  assert.equal(new Set(record.lock?.examples.map(example => example.split("/")[1])).size, 12, "each id once");
  const losses = readFileSync(join(first.folder, "events.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map(line => (JSON.parse(line) as StepEvent).loss);
  assert.ok(
    (losses.at(-1) ?? Number.NaN) < (losses[0] ?? 0) / 2,
    `loss ${losses[0]} fell to ${losses.at(-1)}`,
  );
  const metrics = json<MetricsRecord>(first.folder, "metrics.json");
  assert.equal(metrics.languages.fi?.followed?.n, 3);
  assert.ok((metrics.languages.en?.nll?.value ?? 9) < 3);

  const second = await run(request, context());
  assert.notEqual(second.folder, first.folder);
  for (const path of ["adapter/adapter_model.safetensors", "samples.jsonl", "metrics.json"]) {
    assert.deepEqual(readFileSync(join(second.folder, path)), readFileSync(join(first.folder, path)), path);
  }
  const base = await run({ ...request, mixture: "base" }, context());
  const folders = [base.folder, first.folder];
  const samplesOf = (folder: string): string => readFileSync(join(folder, "samples.jsonl"), "utf8");
  const before = folders.map(samplesOf);
  assert.notEqual(before[0], before[1]);
  for (const folder of folders) writeFileSync(join(folder, "samples.jsonl"), "");
  const broken = join(request.out, "broken");
  cpSync(second.folder, broken, { recursive: true });
  rmSync(join(broken, "adapter"), { recursive: true });
  const again = { folders: [broken, ...folders], device: "cpu", starter: "" } as const;
  const [failed, ...outcomes] = await evaluate(again, context());
  assert.match(failed?.error?.message ?? "", /did not finish/);
  assert.deepEqual(
    outcomes.map(({ folder, error }) => [folder, error]),
    folders.map(folder => [folder, null]),
  );
  assert.deepEqual(folders.map(samplesOf), before, "base and adapter over one loaded base");
  await assertServed(file, folders);
});

/** A server answers with the responses that the evaluation generated, whichever model is asked first. */
async function assertServed(file: string, folders: readonly string[]): Promise<void> {
  const experiment = requireValid(await loadExperiment({ file, starter: "" }));
  const graphs = new GraphFolder(experiment.model);
  const place = { experiment, tokenizer: loadTokenizer(experiment.model), graphs, device: "cpu" } as const;
  const [first, ...others] = folders.map(folder => ({ folder, record: readRunRecord(folder) })).reverse();
  assert.ok(first);
  const models = new ServedModels(place, first, ...others);
  assert.deepEqual(models.ids, ["base", basename(first.folder)]);
  for (const folder of folders) {
    const { mixture } = json<RunRecord>(folder, "run.json");
    const model = mixture === "base" ? "base" : basename(folder);
    for (const line of readFileSync(join(folder, "samples.jsonl"), "utf8").trim().split("\n")) {
      const { prompt, response, tokens } = JSON.parse(line) as SampleRecord;
      const body = { model, messages: [{ role: "user", content: prompt }], max_tokens: 6 };
      const texts: string[] = [];
      const { signal } = new AbortController();
      const answer = await models.answer(readChatRequest(body), text => texts.push(text), signal);
      assert.deepEqual([answer.text, answer.newTokens], [response, tokens], `${model}: ${prompt}`);
      assert.equal(texts.at(-1) ?? "", response);
    }
  }
  await models.release();
  graphs.remove();
}

test("full training writes a whole model, and another seed other weights", async () => {
  const file = workspace("full", "{ method: full, epochs: 1, batchTokens: 64, learningRate: 0.01 }");
  const out = join(root, "full-runs");
  const weights = [];
  for (const seed of [5, 6]) {
    const { folder, status } = await run(
      { file, mixture: "half", seed, out, device: "cpu", starter: "", start: { kind: "new" } },
      context(),
    );
    assert.equal(status, "done");
    weights.push(readFileSync(join(folder, "model", "model.safetensors")));
  }
  assert.notDeepEqual(weights[0], weights[1]);
});

test("a loss that is no number, and a cancel, end the run as what they are", async () => {
  const file = workspace("failing", lora, brokenModel());
  const out = join(root, "failed-runs");
  const request = {
    file,
    mixture: "half",
    seed: 5,
    out,
    device: "cpu",
    starter: "",
    start: { kind: "new" },
  } as const;
  const failed = await run(request, context());
  assert.equal(failed.status, "failed");
  assert.match(failed.error?.message ?? "", /loss became/);
  assert.match(failed.error?.remedy ?? "", /learningRate/);
  assert.equal(json<RunRecord>(failed.folder, "run.json").status, "failed");

  const stop = new AbortController();
  const stopping = { ...context(stop.signal), step: () => stop.abort() };
  const cancelled = await run({ ...request, file: workspace("cancelled", lora) }, stopping);
  assert.equal(cancelled.status, "cancelled");
  assert.equal(json<RunRecord>(cancelled.folder, "run.json").status, "cancelled");
  assert.ok(!readdirSync(cancelled.folder).includes("adapter"));
});
