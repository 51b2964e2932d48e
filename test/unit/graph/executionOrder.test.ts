// When a training graph converts and merges its weights: as each layer is reached, and again for its gradients.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runOrder } from "../../../src/graph/cost/memory.ts";
import { llamaDecoder } from "../../../src/graph/nn/architectures/llama.ts";
import { decoderWeights, linearLayers } from "../../../src/graph/nn/decoderWeights.ts";
import { type TrainingGraphOptions, trainingGraph } from "../../../src/graph/nn/training.ts";
import type { AdapterShape } from "../../../src/graph/nn/weights.ts";
import { fileOrder } from "../../../src/graph/onnx/check.ts";

const sizes = {
  layers: 3,
  hiddenSize: 8,
  intermediateSize: 16,
  heads: 2,
  kvHeads: 1,
  headSize: 4,
  vocabularySize: 32,
  tiedEmbeddings: true,
};
const rotary = { theta: 10_000, interleaved: false, scaling: null } as const;
const config = llamaDecoder(sizes, 1e-5, rotary);
const at = { dtype: "bfloat16", location: "w", offset: 0, length: 0 } as const;
const stored = new Map(decoderWeights(config).map(({ name }) => [name, at]));

/** Nodes in the order in which the runtime executes them. */
function executed(options: TrainingGraphOptions, targets: AdapterShape["targets"] = "all-linear") {
  const plan = { kind: "frozen", stored, rank: 2, alpha: 4, targets } as const;
  return runOrder(fileOrder(trainingGraph(config, plan, 16, { rows: 1, ...options })));
}

test("weights of a layer are converted and merged, and its masks unpacked, after the layers before it", () => {
  for (const options of [
    {},
    { recomputation: true },
    { dropout: 0.1 },
    { dropout: 0.1, recomputation: true },
  ]) {
    const order = executed(options);
    const firstUse = (name: string): number =>
      order.findIndex(({ inputs }) => inputs.some(one => one?.name === name));
    const before = firstUse("model.layers.1.input_layernorm.weight");
    for (const kind of ["self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.down_proj"]) {
      const layer = `model.layers.2.${kind}`;
      for (const name of [`${layer}.weight`, ...("dropout" in options ? [`dropout:${layer}`] : [])])
        assert.ok(firstUse(name) > before, name);
    }
  }
});

test("weights of 8 and 4 bits are converted after the layers before them as well", () => {
  const place = { location: "w", offset: 0, length: 0 };
  for (const bits of [8, 4] as const) {
    const wide = llamaDecoder({ ...sizes, hiddenSize: 32, intermediateSize: 32 }, 1e-5, rotary);
    const packed = { bits, values: place, scales: place, least: place };
    const quantized = new Map(linearLayers(wide).map(({ name }) => [`${name}.weight`, packed]));
    const plan = { kind: "frozen", stored, quantized, rank: 2, alpha: 4 } as const;
    const order = runOrder(fileOrder(trainingGraph(wide, plan, 16, { rows: 1 })));
    const firstUse = (name: string): number =>
      order.findIndex(({ inputs }) => inputs.some(one => one?.name === name));
    const before = firstUse("model.layers.1.input_layernorm.weight");
    for (const part of ["values", "scales", "least"])
      assert.ok(firstUse(`model.layers.2.mlp.down_proj.weight.${part}`) > before, part);
  }
});

test("a weight without an adapter is converted again for gradients, not kept", () => {
  const order = executed({}, ["q_proj"]);
  const conversions = order.filter(
    ({ op, inputs }) => op === "Cast" && inputs[0]?.name === "model.layers.1.mlp.up_proj.weight",
  );
  assert.equal(conversions.length, 2);
});
