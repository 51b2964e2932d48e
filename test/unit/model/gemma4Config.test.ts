// config.json of Gemma 4: as released, as transformers 5 writes it, and what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { JsonObject } from "../../../src/common/json.ts";
import type { DecoderConfig } from "../../../src/graph/nn/decoderConfig.ts";
import { decoderWeights } from "../../../src/graph/nn/decoderWeights.ts";
import { parseModelConfig } from "../../../src/runtime/model/modelConfig.ts";
import { textTower } from "../../../src/runtime/model/textTower.ts";

type Fields = Readonly<Record<string, unknown>>;

const sizes: Fields = {
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 6,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  vocab_size: 100,
  max_position_embeddings: 4096,
};

function decoderOf(architecture: string, fields: Fields = {}): DecoderConfig {
  return parseModelConfig("config.json", { architectures: [architecture], ...sizes, ...fields }, {}).decoder;
}

function refusalOf(architecture: string, fields: Fields): HumanError {
  try {
    decoderOf(architecture, fields);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    assert.notEqual(error.remedy, "");
    return error;
  }
  return assert.fail(`${JSON.stringify(fields)} was accepted`);
}

const windows = (decoder: DecoderConfig) => decoder.attention.map(({ window }) => window);

test("Gemma 4: heads by kind of layer, in the released and the newer form, and shared keys and values", () => {
  const types = ["sliding", "full", "sliding", "full", "sliding", "sliding"].map(type => `${type}_attention`);
  const common = { head_dim: 16, layer_types: types, num_kv_shared_layers: 2, use_double_wide_mlp: true };
  const released = decoderOf("Gemma4ForCausalLM", {
    ...common,
    attention_k_eq_v: true,
    global_head_dim: 32,
    num_global_key_value_heads: 1,
  });
  const overrides = { head_dim: 32, num_key_value_heads: 1 };
  const newer = decoderOf("Gemma4ForCausalLM", {
    ...common,
    attention_k_eq_v: true,
    per_layer_config: { "01": overrides, "03": overrides, "05": overrides },
  });
  assert.deepEqual(newer, released);
  assert.deepEqual(windows(released), [512, null, 512, null, 512, null]); // the last one is always global
  assert.deepEqual(
    released.attention.map(({ headSize, kvHeads, keysFrom }) => [headSize, kvHeads, keysFrom]),
    [
      [16, 2, undefined],
      [32, 1, undefined],
      [16, 2, undefined],
      [32, 1, undefined],
      [16, 2, 2],
      [32, 1, 3],
    ],
  );
  assert.equal(released.doubleWideFrom, 4);
  assert.deepEqual(released.perLayerInputs, { vocabularySize: 262_144, parts: 6, size: 256 });
  assert.deepEqual(released.attention[1]?.rotary?.scaling, { type: "proportional", factor: 1, pairs: 4 });
  // Values have heads of their own number only where they are the keys.
  const separate = decoderOf("Gemma4ForCausalLM", { ...common, num_global_key_value_heads: 1 });
  assert.equal(separate.attention[1]?.kvHeads, 2);
  assert.equal(separate.attention[1]?.headSize, 512);
  assert.equal(decoderOf("Gemma4UnifiedForCausalLM", common).perLayerInputs, null);
  assert.deepEqual(windows(decoderOf("Gemma4UnifiedForCausalLM", common)).slice(0, 2), [1024, null]);
});

/** As on the Hub, without the fields about images and sound. */
const releasedGemma4 = {
  attention_bias: false,
  attention_dropout: 0,
  attention_k_eq_v: false,
  bos_token_id: 2,
  enable_moe_block: false,
  eos_token_id: 1,
  expert_intermediate_size: null,
  final_logit_softcapping: 30,
  global_head_dim: 512,
  head_dim: 256,
  hidden_activation: "gelu_pytorch_tanh",
  initializer_range: 0.02,
  max_position_embeddings: 131_072,
  model_type: "gemma4_text",
  num_experts: null,
  num_global_key_value_heads: null,
  pad_token_id: 0,
  rms_norm_eps: 1e-6,
  rope_parameters: {
    full_attention: { partial_rotary_factor: 0.25, rope_theta: 1_000_000, rope_type: "proportional" },
    sliding_attention: { rope_theta: 10_000, rope_type: "default" },
  },
  sliding_window: 512,
  tie_word_embeddings: true,
  top_k_experts: null,
  use_bidirectional_attention: null,
  use_cache: true,
  vocab_size: 262_144,
  vocab_size_per_layer_input: 262_144,
} as const;

function released(wrapper: string, text: Fields, period = 6) {
  const types = Array.from({ length: text.num_hidden_layers as number }, (_, i) =>
    (i + 1) % period === 0 ? "full_attention" : "sliding_attention",
  );
  const unified = wrapper === "gemma4_unified";
  const json = textTower("config.json", {
    architectures: [`Gemma4${unified ? "Unified" : ""}ForConditionalGeneration`],
    model_type: wrapper,
    audio_config: null,
    vision_config: {},
    vision_soft_tokens_per_image: 280,
    ...Object.fromEntries(
      ["boi", "boa", "eoi", "eoa", "image", "video", "audio"].map(k => [`${k}_token_id`, 9]),
    ),
    eoa_token_index: 9,
    eos_token_id: [1, 106],
    dtype: "bfloat16",
    tie_word_embeddings: true,
    text_config: {
      ...releasedGemma4,
      layer_types: types,
      ...text,
      ...(unified && { model_type: `${wrapper}_text` }),
    },
  });
  const config = parseModelConfig("config.json", json as JsonObject, {});
  const sizes = decoderWeights(config.decoder).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  return { ...config, billions: sizes.reduce((a, b) => a + b) / 1e9 };
}

test("Gemma 4: the released sizes are read, all but the mixture of experts", () => {
  const small = { num_attention_heads: 8, hidden_size_per_layer_input: 256, use_double_wide_mlp: true };
  const e2b = released(
    "gemma4",
    {
      ...small,
      hidden_size: 1536,
      intermediate_size: 6144,
      num_hidden_layers: 35,
      num_key_value_heads: 1,
      num_kv_shared_layers: 20,
    },
    5,
  );
  assert.deepEqual(e2b.eosTokenIds, [1, 106]);
  assert.equal(e2b.decoder.attention[34]?.keysFrom, 14);
  assert.equal(e2b.decoder.attention[33]?.keysFrom, 13);
  const e4b = released("gemma4", {
    ...small,
    use_double_wide_mlp: false,
    hidden_size: 2560,
    intermediate_size: 10_240,
    num_hidden_layers: 42,
    num_key_value_heads: 2,
    num_kv_shared_layers: 18,
  });
  const large = {
    attention_k_eq_v: true,
    hidden_size_per_layer_input: 0,
    max_position_embeddings: 262_144,
    num_kv_shared_layers: 0,
    sliding_window: 1024,
    use_bidirectional_attention: "vision",
    use_double_wide_mlp: false,
  };
  const b12 = released("gemma4_unified", {
    ...large,
    hidden_size: 3840,
    intermediate_size: 15_360,
    num_attention_heads: 16,
    num_global_key_value_heads: 1,
    num_hidden_layers: 48,
    num_key_value_heads: 8,
  });
  const b31 = released("gemma4", {
    ...large,
    hidden_size: 5376,
    intermediate_size: 21_504,
    num_attention_heads: 32,
    num_global_key_value_heads: 4,
    num_hidden_layers: 60,
    num_key_value_heads: 16,
  });
  assert.deepEqual(
    [e2b, e4b, b12, b31].map(({ billions }) => Number(billions.toFixed(1))),
    [4.6, 7.5, 11.9, 30.7],
  );
  const experts = { enable_moe_block: true, moe_intermediate_size: 704, num_experts: 128, top_k_experts: 8 };
  assert.throws(
    () =>
      released("gemma4", {
        ...large,
        ...experts,
        hidden_size: 2816,
        intermediate_size: 2112,
        num_attention_heads: 16,
        num_global_key_value_heads: 2,
        num_hidden_layers: 30,
        num_key_value_heads: 8,
      }),
    /num_experts 128/,
  );
});

test("Gemma 4: experts, attention to later tokens and layers that can't share are refused by name", () => {
  const refused: Fields[] = [
    { enable_moe_block: true, num_experts: 8 },
    { enable_moe_block: true },
    { use_bidirectional_attention: "all" },
    { num_kv_shared_layers: 6 },
    { num_kv_shared_layers: 1, layer_types: [...Array(5).fill("sliding_attention"), "full_attention"] },
    { per_layer_config: { "5": { sliding_window: 3 } } },
    { per_layer_config: { "0": { head_dim: 16 } } },
    { vocab_size_per_layer_input: 99 },
    { rope_parameters: { full_attention: { rope_theta: 5 } } },
    { rope_parameters: { rope_theta: 5 } },
  ];
  for (const fields of refused)
    assert.match(
      refusalOf("Gemma4ForCausalLM", fields).message,
      new RegExp(Object.keys(fields).join("|")),
      JSON.stringify(fields),
    );
});
