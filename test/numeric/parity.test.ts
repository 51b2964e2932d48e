// The whole decoder against PyTorch: logits, losses, gradients, 20 training steps, greedy generation.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { adapterName } from "../../src/graph/nn/weights.ts";
import {
  openSafetensors,
  readTensorFloat32,
  type SafetensorsFile,
} from "../../src/runtime/model/safetensors.ts";
import {
  assertTuned,
  batchOf,
  fixtures,
  type Greedy,
  greedyAgrees,
  json,
  largestDifference,
  loadAdapter,
  type TrainingRun as Run,
  relative,
  setup,
  trainAsPyTorch,
} from "./parity.ts";

interface Reference {
  readonly full: { readonly loss: number; readonly gradientNorm: number; readonly greedy: Greedy[] };
  readonly lora: { readonly loss: number; readonly gradientNorm: number; readonly greedy: Greedy[] };
}
interface Training {
  /** Per step (in turn) and micro-batch: indices of rows. */
  readonly microBatches: number[][][];
  readonly lora: TrainingRun;
  readonly full: TrainingRun;
}
type TrainingRun = Run & { readonly greedy: Greedy[] };

function adapters(name: string): SafetensorsFile {
  return openSafetensors(join(fixtures, "adapters", name, "adapter_model.safetensors"));
}

for (const model of ["tied", "untied"]) {
  const reference = json<Reference>(`reference-${model}.json`);
  const training = json<Training>(`training-${model}.json`);
  const gradients = openSafetensors(join(fixtures, `reference-${model}.safetensors`));
  const gradientOf = (method: string, name: string): Float32Array =>
    readTensorFloat32(gradients, `${method === "full" ? "gradient" : "lora.gradient"}.${name}`);

  for (const method of ["full", "lora"] as const) {
    test(`${model}, ${method}: loss and gradients of packed rows are those of the examples alone`, async () => {
      const one = await setup(`models/${model}`, method, null);
      const { parameters } = one.trainer;
      if (method === "lora") loadAdapter(parameters, adapters("random"));
      const before = parameters.values.slice();
      const result = await one.trainer.step([batchOf([0, 1])], 0);
      assert.deepEqual(parameters.values, before, "a learning rate of 0 changes nothing");
      assert.ok(
        relative(result.loss, reference[method].loss) < 1e-5,
        `loss ${result.loss}, PyTorch ${reference[method].loss}`,
      );
      assert.ok(relative(result.gradientNorm, reference[method].gradientNorm) < 1e-4);
      for (const { name } of parameters.slots) {
        const difference = largestDifference(
          parameters.view(parameters.gradients, name),
          gradientOf(method, name),
        );
        assert.ok(difference < 1e-3, `gradient of ${name} differs by ${difference}`);
      }
      await greedyAgrees(one, reference[method].greedy);
      one.folder.remove();
    });

    test(`${model}, ${method}: 20 training steps follow PyTorch`, async t => {
      const run = training[method];
      const one = await setup(`models/${model}`, method, run);
      if (method === "lora") loadAdapter(one.trainer.parameters, adapters("initial"));
      const worst = await trainAsPyTorch(one, run, training.microBatches);
      t.diagnostic(`largest relative difference in loss: ${worst.toExponential(2)}`);
      if (method === "lora") {
        const tuned = adapters(`tuned-${model}`);
        assertTuned(one.trainer.parameters, name => readTensorFloat32(tuned, name));
      }
      await greedyAgrees(one, run.greedy);
      one.folder.remove();
    });
  }
}

test("adapters are named as PEFT names them", () => {
  assert.ok(adapters("initial").entries.has(adapterName("model.layers.0.self_attn.q_proj", "A")));
});
