// Each architecture against PyTorch, on a tiny random model: logits, gradients, 20 training steps, greedy generation.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { architectures } from "../../src/graph/nn/architectures/table.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors, readTensorFloat32 } from "../../src/runtime/model/safetensors.ts";
import { logitsOf } from "./logits.ts";
import {
  batchOf,
  examples,
  fixtures,
  type Greedy,
  greedyAgrees,
  json,
  largestDifference,
  loadAdapter,
  relative,
  setup,
  type TrainingRun,
} from "./parity.ts";

/** Written by reference/make_architectures.py, which says what each of them exercises. */
const models = [
  "llama3",
  "mistral",
  "ministral",
  "ministral3",
  "qwen2",
  "qwen3",
  "gemma3",
  "gemma4",
  "gemma4_unified",
  "cohere",
  "cohere2",
  "smollm3",
  "granite",
  "olmo2",
  "olmo3",
  "exaone4",
  "helium",
  "apertus",
  "arcee",
  "phi3",
  "gemma2",
  "granitemoehybrid",
  "glm",
  "glm4",
  "hunyuan_v1_dense",
  "gpt_neox",
  "xglm",
  "bloom",
  "lfm2",
  "qwen3_5",
];

interface Part extends TrainingRun {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly greedy: Greedy[];
}
interface Reference {
  readonly logitsOf: number[];
  readonly rows: number[][];
  /** Per step (in turn) and micro-batch: indices of rows. */
  readonly microBatches: number[][][];
  readonly loraSettings: { readonly rank: number; readonly alpha: number };
  readonly full: Part;
  readonly lora: Part;
}

const limits = { logits: 1e-4, loss: 1e-5, gradient: 1e-3, gradientNorm: 1e-4, trainedLoss: 1e-4 };
const largest = (values: Float32Array): number => Math.max(...values.map(Math.abs));
const short = (x: number): string => x.toExponential(1);

for (const name of models) {
  const model = join("architectures", name);
  const reference = json<Reference>(`${model}.json`);
  const tensors = openSafetensors(join(fixtures, `${model}.safetensors`));

  test(`${name}: logits`, async t => {
    let worst = 0;
    for (const example of reference.logitsOf) {
      const actual = await logitsOf(join(fixtures, model), examples.examples[example]?.ids ?? []);
      const expected = readTensorFloat32(tensors, `logits.${example}`);
      worst = Math.max(worst, largestDifference(actual, expected));
    }
    t.diagnostic(`${name}: largest relative error of logits ${short(worst)}`);
    assert.ok(worst < limits.logits, `logits differ by ${worst}`);
  });

  for (const method of ["full", "lora"] as const) {
    const part = reference[method];

    test(`${name}, ${method}: loss, gradients and greedy tokens`, async t => {
      const one = await setup(model, method, null, reference.loraSettings);
      const { parameters } = one.trainer;
      if (method === "lora") {
        loadAdapter(parameters, tensors);
        const adapter = [...tensors.entries.keys()].filter(key => key.startsWith("base_model."));
        assert.deepEqual(parameters.slots.map(slot => slot.name).sort(), adapter.sort(), "PEFT's all-linear");
      }
      const result = await one.trainer.step([batchOf([0, 1])], 0);
      const lossError = relative(result.loss, part.loss);
      const normError = relative(result.gradientNorm, part.gradientNorm);
      // Of a model itself the reference holds one by one what LoRA has not: norms and biases.
      const compared = parameters.slots.filter(({ shape }) => method === "lora" || shape.length === 1);
      const gradientError = Math.max(
        ...compared.map(({ name: slot }) => {
          const actual = parameters.view(parameters.gradients, slot);
          const key = `gradient.${slot}`;
          // PyTorch has none of what it doesn't train.
          const trained = tensors.entries.has(key);
          const expected = trained ? readTensorFloat32(tensors, key) : new Float32Array(actual.length);
          // Keys that do not rotate gain nothing from a bias: the softmax cancels it. Only rounding is left.
          const vanishes = largest(expected) < 1e-6 * part.gradientNorm;
          return vanishes ? largest(actual) / part.gradientNorm : largestDifference(actual, expected);
        }),
      );
      t.diagnostic(
        `${name}, ${method}: largest relative error of loss ${short(lossError)}, ` +
          `of ${compared.length} gradients ${short(gradientError)}, of their norm ${short(normError)}`,
      );
      assert.ok(lossError < limits.loss, `loss ${result.loss}, PyTorch ${part.loss}`);
      assert.ok(normError < limits.gradientNorm, `norm ${result.gradientNorm}, PyTorch ${part.gradientNorm}`);
      assert.ok(gradientError < limits.gradient, `gradients differ by ${gradientError}`);
      await greedyAgrees(one, part.greedy);
      one.folder.remove();
    });

    test(`${name}, ${method}: 20 training steps`, async t => {
      const one = await setup(model, method, part, reference.loraSettings);
      const { parameters } = one.trainer;
      if (method === "lora") {
        loadAdapter(parameters, tensors);
        for (const slot of parameters.slots)
          if (slot.name.includes("lora_B")) parameters.view(parameters.values, slot.name).fill(0);
      }
      let worst = 0;
      for (const [i, event] of part.events.entries()) {
        const rows = reference.microBatches[i % reference.microBatches.length] as number[][];
        const { loss, responseTokens } = await one.trainer.step(
          rows.map(row => batchOf(row)),
          event.learningRate,
        );
        assert.equal(responseTokens, event.responseTokens);
        worst = Math.max(worst, relative(loss, event.loss));
      }
      t.diagnostic(
        `${name}, ${method}: largest relative error of loss in ${part.events.length} steps ${short(worst)}`,
      );
      assert.equal(part.events.length, 20);
      assert.ok(worst < limits.trainedLoss, `loss differs by ${worst}`);
      one.folder.remove();
    });
  }
}

test("every architecture has a reference model", () => {
  const tested = models.map(name => openModel(join(fixtures, "architectures", name)).config.architecture);
  assert.deepEqual(tested.sort(), architectures.map(({ name }) => name).sort());
});
