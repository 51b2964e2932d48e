// LoRA with embeddings trained as a whole, against PEFT: gradients, 20 steps, files in both directions; and as a run.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { HumanError } from "../../src/common/errors.ts";
import { defaultTraining } from "../../src/core/mixture/defaults.ts";
import { embeddingName } from "../../src/graph/nn/decoderConfig.ts";
import { savedName, trainables } from "../../src/graph/nn/weights.ts";
import type { ExportRequest, RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { loadExperiment, requireValid } from "../../src/runtime/experiment/experiment.ts";
import { readSamples, readSteps } from "../../src/runtime/files/readRun.ts";
import { readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors, readTensorFloat32, writeSafetensors } from "../../src/runtime/model/safetensors.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { evaluate } from "../../src/runtime/recipes/evaluate.ts";
import { exportRun } from "../../src/runtime/recipes/export.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { tryPrompt } from "../../src/runtime/recipes/tryPrompt.ts";
import { readChatRequest } from "../../src/runtime/serving/chatRequest.ts";
import { ServedModels } from "../../src/runtime/serving/servedModels.ts";
import { readAdapterConfig, readParameters, writeAdapter } from "../../src/runtime/train/adapterFiles.ts";
import { openStart, readStart } from "../../src/runtime/train/adapterStart.ts";
import { initialise } from "../../src/runtime/train/initialise.ts";
import { Parameters } from "../../src/runtime/train/parameters.ts";
import { tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { logitsOf } from "./logits.ts";
import {
  assertTuned,
  batchOf,
  examples,
  fixtures,
  type Greedy,
  greedyAgrees,
  json,
  largestDifference,
  relative,
  type Setup,
  setup,
  type TrainingRun,
  trainAsPyTorch,
} from "./parity.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-embeddings-"));
after(() => rmSync(root, { recursive: true, force: true }));

interface Reference extends TrainingRun {
  readonly model: string;
  readonly loss: number;
  readonly greedy: Greedy[];
}

const { microBatches } = json<{ microBatches: number[][][] }>("training-tied.json");
const lora = { ...defaultTraining.lora, rank: 4, alpha: 8 };
const weightsFile = "adapter_model.safetensors";
const configOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "adapter_config.json"), "utf8")) as Record<string, unknown>;

for (const name of ["tied", "untied", "gemma3", "gpt_neox"]) {
  const reference = json<Reference>(`embeddings-${name}.json`);
  const tensors = openSafetensors(join(fixtures, `embeddings-${name}.safetensors`));
  const base = join(fixtures, reference.model);
  const theirs = join(fixtures, "adapters", `embeddings-${name}`);

  /** Embeddings of the base, and matrices of the adapter with this prefix in the reference. */
  async function start(prefix: string, training: TrainingRun | null): Promise<Setup> {
    const one = await setup(reference.model, "lora", training, { embeddings: true });
    const { parameters } = one.trainer;
    initialise(parameters, one.plan, openModel(base), 1);
    const given = parameters.slots.filter(slot => tensors.entries.has(`${prefix}/${slot.name}`));
    for (const { name } of given)
      parameters.view(parameters.values, name).set(readTensorFloat32(tensors, `${prefix}/${name}`));
    assert.equal(parameters.slots.length - given.length, one.config.tiedEmbeddings ? 1 : 2);
    return one;
  }

  /** Name in files of PEFT with transformers 5, which renamed GPT-NeoX's output projection. */
  const peftName = (parameter: string): string => parameter.replace(".embed_out.", ".lm_head.");

  describe(`${name}, with embeddings`, () => {
    test("loss and gradients are those of PEFT", async () => {
      const one = await start("both", null);
      const { parameters } = one.trainer;
      const { loss } = await one.trainer.step([batchOf([0, 1])], 0);
      assert.ok(relative(loss, reference.loss) < 1e-5, `loss ${loss}, PEFT ${reference.loss}`);
      for (const slot of parameters.slots) {
        const expected = readTensorFloat32(tensors, `gradient/${peftName(slot.name)}`);
        const difference = largestDifference(parameters.view(parameters.gradients, slot.name), expected);
        assert.ok(difference < 1e-3, `gradient of ${slot.name} differs by ${difference}`);
      }
      const trained = [...tensors.entries.keys()].filter(key => key.startsWith("gradient/"));
      assert.equal(trained.length, parameters.slots.length, "nothing else is trained");
      one.folder.remove();
    });

    test("20 training steps follow PEFT, and the files are PEFT's", async t => {
      const one = await start("initial", reference);
      const { parameters } = one.trainer;
      const worst = await trainAsPyTorch(one, reference, microBatches);
      t.diagnostic(`largest relative difference in loss: ${worst.toExponential(2)}`);
      const expected = openSafetensors(join(theirs, weightsFile));
      assertTuned(parameters, parameter => readTensorFloat32(expected, peftName(parameter)));
      await greedyAgrees(one, reference.greedy);

      const ours = join(root, name);
      writeAdapter(ours, parameters, one.config, { lora, embeddings: true }, "", false);
      const written = openSafetensors(join(ours, weightsFile));
      const names = [
        ...expected.entries.keys(),
        ...(name === "gpt_neox" ? [savedName("embed_out.weight")] : []),
      ];
      assert.deepEqual([...written.entries.keys()].sort(), names.sort());
      for (const [key, { shape }] of expected.entries)
        assert.deepEqual(written.entries.get(key)?.shape, shape, key);
      const [own, peft] = [configOf(ours), configOf(theirs)];
      assert.equal(own.ensure_weight_tying, peft.ensure_weight_tying);
      const [modules, head] = [own.modules_to_save, "lm_head"] as [string[], string];
      assert.deepEqual(
        modules,
        name === "gpt_neox" ? ["embed_in", "embed_out", head] : ["embed_tokens", head],
      );
      const read = new Parameters(trainables(one.config, one.folder.frozen(readAdapterConfig(ours))));
      readParameters(ours, read);
      assert.deepEqual(read.feeds, parameters.feeds, "read as it was trained");
      one.folder.remove();
    });

    test("training starts from the folder that PEFT saved, with the logits that PEFT has", async () => {
      const { config } = openModel(base);
      const shape = readAdapterConfig(theirs);
      assert.equal(shape.embeddings, true);
      const plan = { kind: "frozen", stored: new Map(), ...shape } as const;
      const parameters = new Parameters(trainables(config.decoder, plan));
      const spec = { method: "lora", lora, embeddings: true } as const;
      readStart(theirs, openStart(theirs, spec, openModel(base)), parameters);
      const ids = examples.examples[0]?.ids ?? [];
      const logits = await logitsOf(base, ids, { shape, parameters: parameters.feeds });
      const difference = largestDifference(logits, readTensorFloat32(tensors, "logits"));
      assert.ok(difference < 1e-4, `logits differ by ${difference}`);
    });
  });
}

test("adapters whose embeddings can't be started from are refused by name", () => {
  const model = openModel(join(fixtures, "models", "tied"));
  const spec = { method: "lora", lora } as const;
  const withEmbeddings = { ...spec, embeddings: true } as const;
  const theirs = join(fixtures, "adapters", "embeddings-tied");
  assert.throws(
    () => openStart(theirs, spec, model),
    (error: unknown) =>
      error instanceof HumanError &&
      /also has base_model\.model\.model\.embed_tokens\.weight, which/.test(error.message) &&
      error.remedy === 'Write "embeddings: true" under train, or start from another adapter.',
  );
  const file = openSafetensors(join(theirs, weightsFile));
  const head = "base_model.model.lm_head.weight";
  const changed = (change: (name: string, data: Float32Array) => Float32Array | null): string => {
    const folder = mkdtempSync(join(root, "adapter-"));
    cpSync(theirs, folder, { recursive: true });
    const tensors = [...file.entries].flatMap(([name, { shape }]) => {
      const data = change(name, readTensorFloat32(file, name));
      return data === null ? [] : [{ name, dtype: "F32" as const, shape, data }];
    });
    writeSafetensors(join(folder, weightsFile), tensors, {});
    return folder;
  };
  for (const folder of [
    changed((name, data) => (name === head ? null : data)),
    changed((name, data) => (name === head ? data.map(x => x + 1) : data)),
  ])
    assert.throws(() => openStart(folder, withEmbeddings, model), /both are one weight in this model/);

  // Without any, those of the model are the start
  const plain = join(fixtures, "adapters", "tuned-tied");
  const plan = { kind: "frozen", stored: new Map(), rank: 4, alpha: 8, embeddings: true } as const;
  const parameters = new Parameters(trainables(model.config.decoder, plan));
  initialise(parameters, plan, model, 1);
  readStart(plain, openStart(plain, withEmbeddings, model), parameters);
  const name = embeddingName(model.config.decoder);
  assert.deepEqual(parameters.view(parameters.values, savedName(name)), model.readTensor(name));
  const untied = openModel(join(fixtures, "models", "untied"));
  const apart = join(fixtures, "adapters", "embeddings-untied");
  const half = mkdtempSync(join(root, "adapter-"));
  cpSync(apart, half, { recursive: true });
  const weights = openSafetensors(join(apart, weightsFile));
  writeSafetensors(
    join(half, weightsFile),
    [...weights.entries].flatMap(([key, { shape }]) =>
      key === head
        ? []
        : [{ name: key, dtype: "F32" as const, shape, data: readTensorFloat32(weights, key) }],
    ),
    {},
  );
  assert.throws(() => openStart(half, withEmbeddings, untied), /lacks base_model\.model\.lm_head\.weight/);
});

describe("a run with embeddings", () => {
  const adapterFile = join("adapter", weightsFile);
  const bytes = (...path: string[]): Buffer => readFileSync(join(...path));

  function context(hooks: Partial<RecipeContext> = {}): RecipeContext {
    const signal = new AbortController().signal;
    return { progress: () => undefined, step: () => undefined, log: () => undefined, signal, ...hooks };
  }

  async function trained(
    name: string,
    change: (text: string) => string = text => text,
    extra: Partial<RunRequest> = {},
    hooks: RecipeContext = context(),
  ): Promise<RunOutcome> {
    const file = join(root, `${name}.mixture.yaml`);
    const text = tinyMixture({ epochs: 2 }).replace("epochs", "embeddings: true\n  epochs");
    writeFileSync(file, change(text));
    const request = {
      file,
      mixture: "pinch",
      seed: 7,
      out: join(root, name),
      device: "cpu",
      starter: "",
    } as const;
    return run({ ...request, start: { kind: "new" } as const, ...extra }, hooks);
  }

  const exported = async (folder: string, format: ExportRequest["format"]): Promise<string> => {
    const out = join(mkdtempSync(join(root, "export-")), "out");
    const request = { folder, format, dtype: "float32", out, maxShardBytes: 5e9, starter: "" } as const;
    return (await exportRun(request, context())).folder;
  };

  let whole: RunOutcome;
  before(async () => {
    writeTinyWorkspace(root, { mixture: false });
    whole = await trained("whole");
    assert.equal(whole.status, "done", JSON.stringify(whole.error));
  });

  test("changes the embedding, and the model that it saves gives the same answers again", async () => {
    const adapter = openSafetensors(join(whole.folder, adapterFile));
    const model = openModel(join(root, "model"));
    const name = embeddingName(model.config.decoder);
    const tuned = readTensorFloat32(adapter, savedName(name));
    assert.ok(largestDifference(tuned, model.readTensor(name)) > 1e-3);
    const samples = readSamples(whole.folder);
    const plain = await trained("whole", text => text.replace("embeddings: true", "embeddings: false"));
    assert.ok(readSteps(plain.folder).some(({ loss }, i) => loss !== readSteps(whole.folder)[i]?.loss));
    const folders = [whole.folder, plain.folder];
    const before = folders.map(folder => bytes(folder, "samples.jsonl"));
    const outcomes = await evaluate({ folders, device: "cpu", starter: "" }, context());
    assert.deepEqual(
      outcomes.map(({ folder, error }) => [folder, error]),
      folders.map(folder => [folder, null]),
    );
    assert.deepEqual(
      folders.map(folder => bytes(folder, "samples.jsonl")),
      before,
    );
    const { prompt = "", response = "" } = samples[0] ?? {};
    const { answers } = await tryPrompt(
      { folders: [whole.folder], prompt, maxNewTokens: 4, device: "cpu", starter: "" },
      { ...context(), answerPart: () => undefined },
    );
    assert.equal(answers[0]?.text, response);
    await assertServed(folders);
  });

  /** A server of both has the answers of each, and the base its own. */
  async function assertServed(folders: readonly string[]): Promise<void> {
    const file = join(root, "whole.mixture.yaml");
    const experiment = requireValid(await loadExperiment({ file, starter: "" }));
    const graphs = new GraphFolder(experiment.model);
    const place = { experiment, tokenizer: loadTokenizer(experiment.model), graphs, device: "cpu" } as const;
    const [first, ...others] = folders.map(folder => ({ folder, record: readRunRecord(folder) }));
    assert.ok(first);
    const models = new ServedModels(place, first, ...others);
    const { signal } = new AbortController();
    const ask = async (model: string, prompt: string): Promise<string> => {
      const body = { model, messages: [{ role: "user", content: prompt }], max_tokens: 4 };
      return (await models.answer(readChatRequest(body), () => undefined, signal)).text;
    };
    for (const folder of [...folders].reverse())
      for (const { prompt, response } of readSamples(folder).slice(0, 6))
        assert.equal(await ask(basename(folder), prompt), response);
    const prompts = readSamples(first.folder).slice(0, 6);
    const untuned = await Promise.all(prompts.map(({ prompt }) => ask("base", prompt)));
    assert.ok(untuned.some((text, i) => text !== prompts[i]?.response));
    await models.release();
    graphs.remove();
  }

  test("that was stopped goes on to the same bytes", async () => {
    const stop = new AbortController();
    const stopping = context({ signal: stop.signal, step: ({ step }) => step === 3 && stop.abort() });
    const stopped = await trained("stopped", undefined, {}, stopping);
    assert.equal(stopped.status, "cancelled");
    const resumed = await trained("stopped", undefined, {
      start: { kind: "resume", folder: stopped.folder },
    });
    assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
    for (const file of [adapterFile, "samples.jsonl", "metrics.json"])
      assert.deepEqual(bytes(resumed.folder, file), bytes(whole.folder, file), file);
  });

  test("is exported merged, with its embeddings; an adapter for llama.cpp is refused", async () => {
    const ids = examples.examples[0]?.ids ?? [];
    const shape = readAdapterConfig(join(whole.folder, "adapter"));
    const { config } = openModel(join(root, "model"));
    const parameters = new Parameters(
      trainables(config.decoder, { kind: "frozen", stored: new Map(), ...shape }),
    );
    readParameters(join(whole.folder, "adapter"), parameters);
    const expected = await logitsOf(join(root, "model"), ids, { shape, parameters: parameters.feeds });
    const merged = await exported(whole.folder, "merged");
    const difference = largestDifference(await logitsOf(merged, ids), expected);
    assert.ok(difference < 1e-5, `logits differ by ${difference}`);
    assert.equal(openModel(merged).config.decoder.tiedEmbeddings, true);
    const adapter = await exported(whole.folder, "adapter");
    assert.deepEqual(bytes(adapter, weightsFile), bytes(whole.folder, adapterFile));
    await assert.rejects(
      exported(whole.folder, "gguf-adapter"),
      /The adapter has an embedding or output projection of its own, which those of llama\.cpp can't have/,
    );
  });

  for (const base of ["int8", "int4"] as const)
    test(`over a base in ${base} trains embeddings in float32, and starts from those of the model`, async () => {
      const outcome = await trained(base, text =>
        text.replace("method: lora", `method: lora\n  base: ${base}`),
      );
      assert.equal(outcome.status, "done", JSON.stringify(outcome.error));
      const losses = readSteps(outcome.folder).map(({ loss }) => loss);
      assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0));
      const [again] = await evaluate({ folders: [outcome.folder], device: "cpu", starter: "" }, context());
      assert.equal(again?.error, null);
      const frozen = await trained(`${base}-frozen`, text =>
        text
          .replace("method: lora", `method: lora\n  base: ${base}`)
          .replace("embeddings: true", "embeddings: false"),
      );
      assert.notEqual(readSteps(frozen.folder)[0]?.loss, losses[0], "whose embedding is rounded");
    });
});
