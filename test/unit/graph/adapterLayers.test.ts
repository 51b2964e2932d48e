// Which linear layers targets choose, and by which names PEFT finds the same ones.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { matrixFlops } from "../../../src/graph/cost/flops.ts";
import { adaptedLayers, isTarget, targetModules } from "../../../src/graph/nn/adapterLayers.ts";
import { llamaDecoder } from "../../../src/graph/nn/architectures/llama.ts";
import type { DecoderConfig } from "../../../src/graph/nn/decoderConfig.ts";
import { trainingGraph } from "../../../src/graph/nn/training.ts";
import { trainables } from "../../../src/graph/nn/weights.ts";

const sizes = {
  hiddenSize: 8,
  intermediateSize: 12,
  layers: 12,
  heads: 2,
  kvHeads: 1,
  headSize: 4,
  vocabularySize: 263,
  tiedEmbeddings: true,
};
const config = llamaDecoder(sizes, 1e-5, { theta: 10_000, interleaved: false, scaling: null });

const namesOf = (...targets: string[]): string[] => adaptedLayers(config, targets).map(({ name }) => name);

describe("a target", () => {
  const cases: readonly [target: string, layer: string, chosen: boolean][] = [
    ["q_proj", "model.layers.3.self_attn.q_proj", true],
    ["self_attn.q_proj", "model.layers.3.self_attn.q_proj", true],
    ["model.layers.3.self_attn.q_proj", "model.layers.3.self_attn.q_proj", true],
    ["proj", "model.layers.3.self_attn.q_proj", false],
    ["q_pro", "model.layers.3.self_attn.q_proj", false],
    ["self_attn", "model.layers.3.self_attn.q_proj", false],
    ["", "model.layers.3.self_attn.q_proj", false],
    ["*_proj", "model.layers.3.self_attn.q_proj", true],
    ["mlp.*", "model.layers.3.mlp.up_proj", true],
    ["mlp.*", "model.layers.3.self_attn.q_proj", false],
    ["layers.1.*", "model.layers.1.mlp.up_proj", true],
    ["layers.1.*", "model.layers.11.mlp.up_proj", false],
    ["layers.1*.up_proj", "model.layers.11.mlp.up_proj", true],
    ["*", "model.layers.1.mlp.up_proj", true],
    ["u*p_proj", "model.layers.1.mlp.up_proj", true],
    ["up*p_proj", "model.layers.1.mlp.up_proj", false],
    ["q.proj", "model.layers.3.self_attn.q_proj", false],
  ];
  for (const [target, layer, chosen] of cases)
    it(`${JSON.stringify(target)} ${chosen ? "names" : "doesn't name"} ${layer}`, () => {
      assert.equal(isTarget(target, layer), chosen);
    });

  it("with many stars takes no longer than its text", () => {
    assert.equal(isTarget("*a".repeat(5000), "a".repeat(4999)), false);
  });
});

describe("adapted layers", () => {
  it("are all by default, and else each once, in the order of the model", () => {
    assert.deepEqual(adaptedLayers(config), adaptedLayers(config, "all-linear"));
    assert.equal(adaptedLayers(config).length, 12 * 7);
    assert.deepEqual(namesOf("layers.2.*.v_proj", "2.self_attn.*"), [
      "model.layers.2.self_attn.q_proj",
      "model.layers.2.self_attn.k_proj",
      "model.layers.2.self_attn.v_proj",
      "model.layers.2.self_attn.o_proj",
    ]);
  });

  it("alone are trained", () => {
    const stored = new Map();
    const plan = { kind: "frozen", stored, rank: 2, alpha: 4, targets: ["layers.2.mlp.up_proj"] } as const;
    assert.deepEqual(trainables(config, plan), [
      { name: "base_model.model.model.layers.2.mlp.up_proj.lora_A.weight", shape: [2, 8] },
      { name: "base_model.model.model.layers.2.mlp.up_proj.lora_B.weight", shape: [12, 2] },
    ]);
    assert.deepEqual(trainables(config, { ...plan, rank: 0 }), []);
  });
});

const fused: DecoderConfig = {
  ...config,
  linears: { ...config.linears, attention: ["self_attn.qkv_proj"], feedForward: ["mlp.gate_up_proj"] },
};

describe("layers that stand for several", () => {
  it("take as many operations as the layers alone", () => {
    const flops = (decoder: DecoderConfig): number =>
      matrixFlops(trainingGraph(decoder, { kind: "full" }, 16, { rows: 1 }), { lossTokens: 4 });
    assert.equal(flops(fused), flops(config));
  });

  it("have one adapter", () => {
    const [first, second, third, fourth, next] = adaptedLayers(fused);
    assert.deepEqual(
      [first, second, third, fourth],
      [
        { name: "model.layers.0.self_attn.qkv_proj", out: 16, in: 8 },
        { name: "model.layers.0.self_attn.o_proj", out: 8, in: 8 },
        { name: "model.layers.0.mlp.gate_up_proj", out: 24, in: 8 },
        { name: "model.layers.0.mlp.down_proj", out: 8, in: 12 },
      ],
    );
    assert.equal(next?.name, "model.layers.1.self_attn.qkv_proj");
    assert.deepEqual(targetModules(fused, "all-linear"), ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"]);
  });
});

describe("PEFT's target_modules", () => {
  it("are kinds of layers where all of a kind are adapted, and else whole names", () => {
    const all = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
    assert.deepEqual(targetModules(config, "all-linear"), all);
    assert.deepEqual(targetModules(config, ["*"]), all);
    assert.deepEqual(targetModules(config, ["mlp.up_proj", "q_proj"]), ["q_proj", "up_proj"]);
    assert.deepEqual(targetModules(config, ["layers.1.*.q_proj", "layers.10.*.q_proj"]), [
      "model.layers.1.self_attn.q_proj",
      "model.layers.10.self_attn.q_proj",
    ]);
  });

  it("choose the same layers when they are read as targets", () => {
    for (const targets of [["q_proj", "mlp.*"], ["layers.1.*"], ["layers.1*.up_proj", "k_proj"]])
      assert.deepEqual(namesOf(...targetModules(config, targets)), namesOf(...targets), targets.join());
  });
});
