// DoRA as a whole run: resumed, evaluated, tried, served, exported and started from. Its values are compared with
// PEFT's in adapterSettings.test.ts.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { isMagnitude, trainables } from "../../src/graph/nn/weights.ts";
import type { ExportRequest, RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { loadExperiment, requireValid } from "../../src/runtime/experiment/experiment.ts";
import { readSamples, readSteps } from "../../src/runtime/files/readRun.ts";
import { readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors, readTensorFloat32 } from "../../src/runtime/model/safetensors.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { evaluate } from "../../src/runtime/recipes/evaluate.ts";
import { exportRun } from "../../src/runtime/recipes/export.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { tryPrompt } from "../../src/runtime/recipes/tryPrompt.ts";
import { readChatRequest } from "../../src/runtime/serving/chatRequest.ts";
import { ServedModels } from "../../src/runtime/serving/servedModels.ts";
import { readAdapterConfig, readParameters } from "../../src/runtime/train/adapterFiles.ts";
import { Parameters } from "../../src/runtime/train/parameters.ts";
import { tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { logitsOf } from "./logits.ts";
import { batchOf, examples, fixtures, largestDifference, loadAdapter, setup } from "./parity.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-dora-"));
after(() => rmSync(root, { recursive: true, force: true }));
const weightsFile = "adapter_model.safetensors";
const adapterFile = join("adapter", weightsFile);
const bytes = (...path: string[]): Buffer => readFileSync(join(...path));

function context(hooks: Partial<RecipeContext> = {}): RecipeContext {
  const signal = new AbortController().signal;
  return { progress: () => undefined, step: () => undefined, log: () => undefined, signal, ...hooks };
}

async function trained(
  name: string,
  lora: string,
  { change = (text: string) => text, extra = {} as Partial<RunRequest>, hooks = context() } = {},
): Promise<RunOutcome> {
  const file = join(root, `${name}.mixture.yaml`);
  writeFileSync(file, change(tinyMixture({ epochs: 2, lora })));
  const out = join(root, name);
  const request = { file, mixture: "pinch", seed: 7, out, device: "cpu", starter: "" } as const;
  return run({ ...request, start: { kind: "new" } as const, ...extra }, hooks);
}

const dora = ", dora: true, dropout: 0.1";

test("magnitudes learn alike where layers are computed again", async () => {
  const initial = openSafetensors(join(fixtures, "adapters", "random", weightsFile));
  for (const dropout of [undefined, { rate: 0.3, seed: 7 }]) {
    const ends: string[] = [];
    for (const recomputation of [false, true]) {
      const one = await setup("models/tied", "lora", null, { dora: true }, { recomputation, dropout });
      const { parameters } = one.trainer;
      loadAdapter(parameters, initial);
      for (const { name } of parameters.slots)
        if (isMagnitude(name)) parameters.view(parameters.values, name).fill(1.5);
      for (const rows of [[0], [1]]) await one.trainer.step([batchOf(rows)], 0.01);
      ends.push(Buffer.from(parameters.values.buffer).toString("hex"));
      one.folder.remove();
    }
    assert.equal(ends[1], ends[0]);
  }
});

describe("a run with DoRA", () => {
  const exported = async (folder: string, format: ExportRequest["format"]): Promise<string> => {
    const out = join(mkdtempSync(join(root, "export-")), "out");
    const request = { folder, format, dtype: "float32", out, maxShardBytes: 5e9, starter: "" } as const;
    return (await exportRun(request, context())).folder;
  };

  let whole: RunOutcome;
  before(async () => {
    writeTinyWorkspace(root, { mixture: false });
    whole = await trained("whole", dora);
    assert.equal(whole.status, "done", JSON.stringify(whole.error));
  });

  test("starts from the lengths of the weights' rows, changes them, and gives the same answers again", async () => {
    const plain = await trained("plain", ", dropout: 0.1");
    assert.equal(readSteps(whole.folder)[0]?.loss, readSteps(plain.folder)[0]?.loss, "of the untuned model");
    assert.notEqual(readSteps(whole.folder)[2]?.loss, readSteps(plain.folder)[2]?.loss);
    const adapter = openSafetensors(join(whole.folder, adapterFile));
    const model = openModel(join(root, "model"));
    const layer = "model.layers.1.mlp.down_proj";
    const weight = model.readTensor(`${layer}.weight`);
    const tuned = readTensorFloat32(adapter, `base_model.model.${layer}.lora_magnitude_vector`);
    const columns = weight.length / tuned.length;
    const lengths = tuned.map((_, i) => Math.hypot(...weight.subarray(i * columns, (i + 1) * columns)));
    const difference = largestDifference(tuned, lengths);
    assert.ok(difference > 1e-4 && difference < 0.1, `${difference}`);

    const narrow = await trained("whole", `${dora}, targets: [q_proj, v_proj]`, {
      change: text => text.replace("rank: 4, alpha: 8, targets: all-linear,", "rank: 2, alpha: 8,"),
    });
    const low = await trained("whole", dora, { change: text => text.replace("rank: 4", "rank: 2") });
    const same = await trained("whole", ", dropout: 0.1");
    const folders = [whole.folder, narrow.folder, low.folder, same.folder];
    assert.equal(new Set(folders).size, folders.length);
    const before = folders.map(folder => bytes(folder, "samples.jsonl"));
    const outcomes = await evaluate({ folders, device: "cpu", starter: "" }, context());
    assert.deepEqual(
      outcomes.map(({ folder, error }) => [folder, error]),
      folders.map(folder => [folder, null]),
    );
    const texts = (data: Buffer): unknown[] =>
      data
        .toString()
        .trim()
        .split("\n")
        .map(line => (JSON.parse(line) as { response: string }).response);
    assert.deepEqual(
      folders.map(folder => texts(bytes(folder, "samples.jsonl"))),
      before.map(texts),
    );
    const { prompt = "", response = "" } = readSamples(whole.folder)[0] ?? {};
    const { answers } = await tryPrompt(
      { folders: [whole.folder], prompt, maxNewTokens: 4, device: "cpu", starter: "" },
      { ...context(), answerPart: () => undefined },
    );
    assert.equal(answers[0]?.text, response);
    await assertServed(folders);
  });

  /** A server of all has the answers of each. */
  async function assertServed(folders: readonly string[]): Promise<void> {
    const file = join(root, "whole.mixture.yaml");
    const experiment = requireValid(await loadExperiment({ file, starter: "" }));
    const graphs = new GraphFolder(experiment.model);
    const place = { experiment, tokenizer: loadTokenizer(experiment.model), graphs, device: "cpu" } as const;
    const [first, ...others] = folders.map(folder => ({ folder, record: readRunRecord(folder) }));
    assert.ok(first);
    const models = new ServedModels(place, first, ...others);
    const { signal } = new AbortController();
    for (const folder of [...folders].reverse())
      for (const { prompt, response } of readSamples(folder).slice(0, 3)) {
        const body = {
          model: basename(folder),
          messages: [{ role: "user", content: prompt }],
          max_tokens: 4,
        };
        assert.equal((await models.answer(readChatRequest(body), () => undefined, signal)).text, response);
      }
    await models.release();
    graphs.remove();
  }

  test("that was stopped goes on to the same bytes", async () => {
    const stop = new AbortController();
    const hooks = context({ signal: stop.signal, step: ({ step }) => step === 3 && stop.abort() });
    const stopped = await trained("stopped", dora, { hooks });
    assert.equal(stopped.status, "cancelled");
    const extra = { start: { kind: "resume", folder: stopped.folder } } as const;
    const resumed = await trained("stopped", dora, { extra });
    assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
    for (const file of [adapterFile, "samples.jsonl", "metrics.json"])
      assert.deepEqual(bytes(resumed.folder, file), bytes(whole.folder, file), file);
  });

  test("is exported merged; an adapter for llama.cpp is refused", async () => {
    const ids = examples.examples[0]?.ids ?? [];
    const shape = readAdapterConfig(join(whole.folder, "adapter"));
    assert.equal(shape.dora, true);
    const { config } = openModel(join(root, "model"));
    const plan = { kind: "frozen", stored: new Map(), ...shape } as const;
    const parameters = new Parameters(trainables(config.decoder, plan));
    readParameters(join(whole.folder, "adapter"), parameters);
    const expected = await logitsOf(join(root, "model"), ids, { shape, parameters: parameters.feeds });
    const untuned = await logitsOf(join(root, "model"), ids);
    assert.ok(largestDifference(untuned, expected) > 1e-3);
    const merged = await exported(whole.folder, "merged");
    const difference = largestDifference(await logitsOf(merged, ids), expected);
    assert.ok(difference < 1e-5, `logits differ by ${difference}`);
    const adapter = await exported(whole.folder, "adapter");
    assert.deepEqual(bytes(adapter, weightsFile), bytes(whole.folder, adapterFile));
    await assert.rejects(
      exported(whole.folder, "gguf-adapter"),
      /was trained with DoRA, which adapters for llama\.cpp do not have/,
    );
  });

  test("is the start of another, which says so", async () => {
    const from = `, from: ${JSON.stringify(join(whole.folder, "adapter"))}`;
    const further = await trained("further", dora + from);
    assert.equal(further.status, "done", JSON.stringify(further.error));
    const [first, last] = [readSteps(further.folder)[0]?.loss ?? 0, readSteps(whole.folder)[0]?.loss ?? 0];
    assert.ok(first < last, `${first} is the loss of the tuned model, ${last} of the untuned one`);
    await assert.rejects(
      trained("without", `, dropout: 0.1${from}`).then(({ error }) =>
        Promise.reject(new Error(error?.message)),
      ),
      /has dora true, not false/,
    );
  });

  for (const base of ["int8", "int4"] as const)
    test(`over a base in ${base} learns, and gives the same answers again`, async () => {
      const change = (text: string): string => text.replace("method: lora", `method: lora\n  base: ${base}`);
      const outcome = await trained(base, dora, { change });
      assert.equal(outcome.status, "done", JSON.stringify(outcome.error));
      const losses = readSteps(outcome.folder).map(({ loss }) => loss);
      assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0));
      const before = bytes(outcome.folder, "samples.jsonl");
      const [again] = await evaluate({ folders: [outcome.folder], device: "cpu", starter: "" }, context());
      assert.equal(again?.error, null);
      assert.deepEqual(bytes(outcome.folder, "samples.jsonl"), before);
    });
});
