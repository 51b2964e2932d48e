// What config.json says becomes what the decoder computes, in the forms of transformers 4 and 5; the rest is refused by name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { DecoderConfig } from "../../../src/graph/nn/decoderConfig.ts";
import { rotaryFrequencies } from "../../../src/graph/nn/rotary.ts";
import { parseModelConfig } from "../../../src/runtime/model/modelConfig.ts";

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
const thetas = (decoder: DecoderConfig) => decoder.attention.map(({ rotary }) => rotary?.theta ?? null);

test("Llama: sizes, defaults, biases", () => {
  const decoder = decoderOf("LlamaForCausalLM", { rms_norm_eps: 1e-5 });
  assert.deepEqual(decoder, {
    vocabularySize: 100,
    hiddenSize: 64,
    intermediateSize: 96,
    layers: 6,
    heads: 8,
    kvHeads: 2,
    headSize: 8,
    tiedEmbeddings: false,
    names: {
      embeddings: "model.embed_tokens",
      embeddingNorm: null,
      layers: "model.layers",
      finalNorm: "model.norm",
      head: "lm_head",
    },
    embeddingScale: 1,
    alibi: false,
    sinusoidsFrom: null,
    block: "sequential",
    residualScale: 1,
    noiseIsScaled: false,
    norm: "rms",
    normEpsilon: 1e-5,
    blockNorms: ["input_layernorm", "post_attention_layernorm"],
    attention: Array.from({ length: 6 }, () => ({
      window: null,
      rotary: { theta: 10_000, interleaved: false, scaling: null },
    })),
    attentionScale: 1 / Math.sqrt(8),
    attentionSoftCap: null,
    queryKeyNorm: null,
    queryKeyNormNames: { q: "self_attn.q_norm", k: "self_attn.k_norm" },
    attentionGate: false,
    valueNorm: false,
    doubleWideFrom: null,
    perLayerInputs: null,
    layerScalars: false,
    linears: {
      attention: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
      output: "self_attn.o_proj",
      feedForward: ["mlp.gate_proj", "mlp.up_proj"],
      down: "mlp.down_proj",
    },
    biases: [],
    gated: true,
    activation: "silu",
    logitScale: 1,
    logitSoftCap: null,
  });
  assert.deepEqual(decoderOf("LlamaForCausalLM", { attention_bias: true, mlp_bias: true }).biases, [
    "self_attn.q_proj",
    "self_attn.k_proj",
    "self_attn.v_proj",
    "self_attn.o_proj",
    "mlp.gate_proj",
    "mlp.up_proj",
    "mlp.down_proj",
  ]);
});

test("rotary scaling reads alike in the older and the newer form, and frequencies are transformers'", () => {
  const llama3 = {
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 40,
  };
  const older = decoderOf("LlamaForCausalLM", {
    rope_theta: 100,
    rope_scaling: { rope_type: "llama3", ...llama3 },
  });
  const oldest = decoderOf("LlamaForCausalLM", {
    rope_theta: 100,
    rope_scaling: { type: "llama3", ...llama3 },
  });
  const newer = decoderOf("LlamaForCausalLM", {
    rope_parameters: { rope_type: "llama3", rope_theta: 100, ...llama3 },
  });
  assert.deepEqual(newer, older);
  assert.deepEqual(oldest, older);
  const yarn = decoderOf("Qwen3ForCausalLM", {
    head_dim: 8,
    rope_parameters: {
      rope_type: "yarn",
      rope_theta: 100,
      factor: 4,
      beta_fast: 4,
      original_max_position_embeddings: 32,
    },
  });
  const linear = decoderOf("MistralForCausalLM", {
    rope_theta: 100,
    rope_scaling: { type: "linear", factor: 2 },
  });
  // ROPE_INIT_FUNCTIONS of transformers 5.24.0 with the same parameters.
  const expected: [DecoderConfig, number[]][] = [
    [linear, [0.5, 0.158113883, 0.05, 0.015811388]],
    [older, [1, 0.132976145, 0.0125, 0.003952847]],
    [yarn, [1, 0.197642356, 0.025, 0.007905695]],
  ];
  for (const [decoder, values] of expected) {
    const rotary = decoder.attention[0]?.rotary;
    assert.ok(rotary);
    const frequencies = rotaryFrequencies(rotary, 8);
    assert.equal(frequencies.length, values.length);
    for (const [i, value] of values.entries())
      assert.ok(
        Math.abs((frequencies[i] as number) / value - 1) < 1e-6,
        `${i}: ${frequencies[i]}, not ${value}`,
      );
  }
  const scaling = yarn.attention[0]?.rotary?.scaling;
  assert.ok(scaling?.type === "yarn");
  assert.ok(Math.abs(scaling.attentionFactor - (0.1 * Math.log(4) + 1)) < 1e-12);
});

test("Mistral's window is in every layer; null means none, absence the default", () => {
  const windowsOf = (fields: Fields) => new Set(windows(decoderOf("MistralForCausalLM", fields)));
  assert.deepEqual([...windowsOf({ sliding_window: 16 })], [16]);
  assert.deepEqual([...windowsOf({ sliding_window: null })], [null]);
  assert.deepEqual([...windowsOf({})], [4096]);
  const types = ["full", "sliding", "full", "full", "full", "sliding"].map(type => `${type}_attention`);
  const named = { sliding_window: 16, layer_types: types };
  assert.deepEqual(windows(decoderOf("MistralForCausalLM", named)), [null, 16, null, null, null, 16]);
  const without = { sliding_window: null, layer_types: types };
  assert.match(refusalOf("MistralForCausalLM", without).message, /layer_types/);
});

test("the original length outside the scaling fields comes first, as in transformers 5", () => {
  const scaling = { rope_type: "yarn", factor: 4, original_max_position_embeddings: 32 };
  for (const place of ["rope_scaling", "rope_parameters"]) {
    const decoder = decoderOf("LlamaForCausalLM", {
      [place]: scaling,
      original_max_position_embeddings: 512,
    });
    const read = decoder.attention[0]?.rotary?.scaling;
    assert.ok(read?.type === "yarn");
    assert.equal(read.originalMaxPositions, 512);
  }
});

test("an empty rope_scaling leaves rope_parameters in force", () => {
  const decoder = decoderOf("LlamaForCausalLM", { rope_scaling: {}, rope_parameters: { rope_theta: 7 } });
  assert.deepEqual(thetas(decoder), [7, 7, 7, 7, 7, 7]);
});

test("a base on which versions of transformers disagree must be named", () => {
  assert.match(refusalOf("CohereForCausalLM", {}).message, /names no rope_theta/);
  assert.deepEqual(
    thetas(decoderOf("CohereForCausalLM", { rope_parameters: { rope_theta: 9 } })),
    [9, 9, 9, 9, 9, 9],
  );
});

test("every field is read, known to be without effect, or refused by name", () => {
  const harmless = {
    model_type: "llama",
    transformers_version: "4.57.1",
    torch_dtype: "bfloat16",
    _name_or_path: "somewhere",
    pretraining_tp: 2,
    repetition_penalty: 1.1,
    use_mrope: false, // asks for nothing
    pruned_heads: {},
  };
  assert.deepEqual(decoderOf("LlamaForCausalLM", harmless), decoderOf("LlamaForCausalLM"));
  const refused: Fields[] = [
    { attention_multiplier: 0.5 },
    { is_causal: false },
    { is_encoder_decoder: true },
    { use_mrope: true },
    { pruned_heads: { "0": [1] } },
    { per_layer_config: { "0": { rms_norm_eps: 1 } } },
    { layer_types: Array(6).fill("sliding_attention") },
    { quantization: { bits: 4 } },
  ];
  for (const fields of refused)
    assert.match(refusalOf("LlamaForCausalLM", fields).message, new RegExp(Object.keys(fields).join()));
  const nested = { rope_parameters: { rope_type: "linear", factor: 2, mrope_section: [1, 1] } };
  assert.match(refusalOf("LlamaForCausalLM", nested).message, /rope_parameters\.mrope_section/);
  // Fields of one kind of layer, in an architecture whose layers share them.
  const types = Array(6).fill("full_attention");
  const perKind = { layer_types: types, rope_parameters: { full_attention: { rope_theta: 5 } } };
  assert.match(refusalOf("Qwen2ForCausalLM", perKind).message, /rope_parameters\.full_attention/);
});

test("a model type other than the architecture's is refused, because transformers goes by it", () => {
  assert.match(refusalOf("LlamaForCausalLM", { model_type: "mistral" }).message, /model_type is "mistral"/);
  assert.equal(decoderOf("LlamaForCausalLM", { model_type: "internlm3" }).normEpsilon, 1e-5);
  assert.equal(decoderOf("LlamaForCausalLM", { model_type: "llama" }).normEpsilon, 1e-6);
});

test("Qwen2 has biases on q, k and v, and windows in the layers that say so", () => {
  const plain = decoderOf("Qwen2ForCausalLM", { sliding_window: 16, use_sliding_window: false });
  assert.deepEqual(plain.biases, ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]);
  assert.deepEqual(windows(plain), [null, null, null, null, null, null]);
  const sliding = { use_sliding_window: true, sliding_window: 16, max_window_layers: 4 };
  assert.deepEqual(windows(decoderOf("Qwen2ForCausalLM", sliding)), [null, null, null, null, 16, 16]);
  const types = ["sliding", "full", "full", "full", "full", "sliding"].map(type => `${type}_attention`);
  const named = decoderOf("Qwen2ForCausalLM", { ...sliding, layer_types: types });
  assert.deepEqual(windows(named), [16, null, null, null, null, 16]);
  assert.match(refusalOf("Qwen2ForCausalLM", { layer_types: types }).message, /layer_types/);
});

test("Qwen3 normalises queries and keys and has heads of its own size", () => {
  const decoder = decoderOf("Qwen3ForCausalLM", { head_dim: 128 });
  assert.equal(decoder.queryKeyNorm, "head");
  assert.equal(decoder.headSize, 128);
  assert.equal(decoderOf("Qwen3ForCausalLM").headSize, 128);
  assert.deepEqual(decoder.biases, []);
});

test("Gemma 3: local and global layers, in the older and the newer form", () => {
  const older = decoderOf("Gemma3ForCausalLM", {
    head_dim: 16,
    query_pre_attn_scalar: 25,
    sliding_window: 8,
    sliding_window_pattern: 3,
    rope_theta: 500,
    rope_local_base_freq: 50,
    rope_scaling: { rope_type: "linear", factor: 8 },
  });
  const newer = decoderOf("Gemma3ForCausalLM", {
    head_dim: 16,
    query_pre_attn_scalar: 25,
    sliding_window: 8,
    layer_types: ["sliding", "sliding", "full", "sliding", "sliding", "full"].map(
      type => `${type}_attention`,
    ),
    rope_parameters: {
      full_attention: { rope_type: "linear", factor: 8, rope_theta: 500 },
      sliding_attention: { rope_type: "default", rope_theta: 50 },
    },
  });
  assert.deepEqual(newer, older);
  assert.deepEqual(windows(older), [8, 8, null, 8, 8, null]);
  assert.deepEqual(thetas(older), [50, 50, 500, 50, 50, 500]);
  assert.deepEqual(
    older.attention.map(({ rotary }) => rotary?.scaling?.type ?? null),
    [null, null, "linear", null, null, "linear"],
  );
  assert.equal(older.embeddingScale, 8);
  assert.equal(older.attentionScale, 1 / 5);
  assert.equal(older.tiedEmbeddings, true);
  assert.equal(older.block, "sandwich");
  assert.equal(older.activation, "geluTanh");
  assert.equal(
    decoderOf("Gemma3ForCausalLM", { hidden_size: 640 }).embeddingScale,
    Math.fround(Math.sqrt(640)),
  );
});

test("Gemma 2: windows in every other layer; null means no soft cap, absence the released one", () => {
  const released = decoderOf("Gemma2ForCausalLM", { head_dim: 16, sliding_window: 8 });
  assert.deepEqual(windows(released), [8, null, 8, null, 8, null]);
  assert.deepEqual([released.attentionSoftCap, released.logitSoftCap], [50, 30]);
  const without = { attn_logit_softcapping: null, final_logit_softcapping: null };
  const uncapped = decoderOf("Gemma2ForCausalLM", { head_dim: 16, ...without });
  assert.deepEqual([uncapped.attentionSoftCap, uncapped.logitSoftCap], [null, null]);
  assert.match(refusalOf("Gemma2ForCausalLM", { sliding_window: null }).message, /layer_types/);
});

/** Of Phi-4-mini, with heads of 8 of which 6 elements rotate. */
const longrope = { short_factor: [1, 1.5, 2], long_factor: [1, 4, 16] };

test("Phi-3: LongRoPE in the older and the newer form, for texts within the original length", () => {
  const lengths = { max_position_embeddings: 8192, original_max_position_embeddings: 1024 };
  const older: Fields = {
    ...lengths,
    partial_rotary_factor: 0.75,
    rope_theta: 100,
    rope_scaling: { type: "longrope", ...longrope },
  };
  const parameters = { rope_type: "longrope", rope_theta: 100, partial_rotary_factor: 0.75, ...longrope };
  const decoder = decoderOf("Phi3ForCausalLM", older);
  assert.deepEqual(decoderOf("Phi3ForCausalLM", { ...lengths, rope_parameters: parameters }), decoder);
  const rotary = decoder.attention[0]?.rotary;
  assert.ok(rotary?.scaling?.type === "longrope");
  assert.equal(rotary.size, 6);
  assert.ok(Math.abs(rotary.scaling.attentionFactor - Math.sqrt(1 + Math.log(8) / Math.log(1024))) < 1e-12);
  const expected = [1, 100 ** (-1 / 3) / 1.5, 100 ** (-2 / 3) / 2];
  const frequencies = [...rotaryFrequencies(rotary, 8)];
  assert.equal(frequencies.length, 3);
  assert.ok(frequencies.every((value, i) => Math.abs(value / (expected[i] as number) - 1) < 1e-6));
  const json = { architectures: ["Phi3ForCausalLM"], ...sizes, ...older };
  assert.equal(parseModelConfig("config.json", json, {}).maxPositions, 1024);
});

test("Phi-4-mini's further fields are accepted with the values that change nothing", () => {
  const written: Fields = {
    attention_bias: false,
    embd_pdrop: 0,
    full_attn_mod: 1,
    interpolate_factor: 1,
    lm_head_bias: false,
    mlp_bias: false,
    resid_pdrop: 0,
    sliding_window: 262_144,
    tie_word_embeddings: true,
  };
  const decoder = decoderOf("Phi3ForCausalLM", written);
  assert.deepEqual(windows(decoder), Array(6).fill(262_144));
  for (const key of ["full_attn_mod", "interpolate_factor", "lm_head_bias", "mlp_bias"])
    assert.match(
      refusalOf("Phi3ForCausalLM", { ...written, [key]: key.endsWith("bias") ? true : 2 }).message,
      new RegExp(key),
    );
});

test("Phi-3 refuses scalings that it doesn't have, and parts of heads that are not pairs", () => {
  const scaling = (fields: Fields): Fields => ({
    rope_scaling: { type: "longrope", ...longrope, ...fields },
  });
  const refused: [Fields, RegExp][] = [
    [{ rope_scaling: { type: "linear", factor: 2 } }, /rope_scaling\.type "linear"/],
    [scaling({}), /short_factor must be a list of 4 numbers/],
    [
      { ...scaling({ long_factor: [1, 2, -3] }), partial_rotary_factor: 0.75 },
      /long_factor must be a list of 3/,
    ],
    [{ ...scaling({ factor: 3 }), partial_rotary_factor: 0.75 }, /rope_scaling\.factor 3/],
    [{ partial_rotary_factor: 0.4 }, /partial_rotary_factor 0\.4/],
    [{ partial_rotary_factor: 1.5 }, /partial_rotary_factor 1\.5/],
  ];
  for (const [fields, message] of refused)
    assert.match(refusalOf("Phi3ForCausalLM", fields).message, message);
});

test("Granite 4 is read where all layers have attention and none has experts", () => {
  const dense: Fields = {
    layer_types: Array(6).fill("attention"),
    num_local_experts: 0,
    shared_intermediate_size: 48,
    mamba_n_heads: 8,
  };
  const decoder = decoderOf("GraniteMoeHybridForCausalLM", dense);
  assert.equal(decoder.intermediateSize, 48);
  assert.deepEqual(thetas(decoder), [null, null, null, null, null, null]);
  const rotating = { ...dense, position_embedding_type: "rope", rope_theta: 70 };
  assert.deepEqual(thetas(decoderOf("GraniteMoeHybridForCausalLM", rotating)), [70, 70, 70, 70, 70, 70]);
  const newer = { ...dense, layer_types: Array(6).fill("full_attention") };
  assert.deepEqual(decoderOf("GraniteMoeHybridForCausalLM", newer), decoder);
  const refused: [Fields, RegExp][] = [
    [{ num_local_experts: 1 }, /num_local_experts 1/],
    [{ num_local_experts: 64 }, /num_local_experts 64/],
    [{ num_local_experts: undefined }, /num_local_experts/],
    [{ layer_types: undefined }, /layers_block_type/],
    [{ layer_types: ["mamba", "attention", "mamba", "mamba", "mamba", "mamba"] }, /layer_types .*mamba/],
  ];
  for (const [fields, message] of refused)
    assert.match(refusalOf("GraniteMoeHybridForCausalLM", { ...dense, ...fields }).message, message);
});

test("GLM rotates half of each head, in pairs side by side, and other shares only where they are named", () => {
  const plain = decoderOf("Glm4ForCausalLM", { head_dim: 8, rope_theta: 50 });
  assert.deepEqual(plain.attention[0]?.rotary, { theta: 50, size: 4, interleaved: true, scaling: null });
  assert.deepEqual(plain.biases, ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]);
  const inside = { head_dim: 8, rope_parameters: { rope_theta: 50, partial_rotary_factor: 0.5 } };
  assert.deepEqual(
    decoderOf("GlmForCausalLM", { ...inside, partial_rotary_factor: 0.25 }).attention,
    plain.attention,
  );
  const whole = decoderOf("GlmForCausalLM", { head_dim: 8, partial_rotary_factor: 1 });
  assert.equal(whole.attention[0]?.rotary?.size, undefined);
  assert.match(refusalOf("GlmForCausalLM", { partial_rotary_factor: null }).message, /partial_rotary_factor/);
});

test("Hunyuan: alpha stretches the base of the rotation, whatever else its scaling names", () => {
  const scaling = { type: "dynamic", alpha: 1000, factor: 1, beta_fast: 32, beta_slow: 1, mscale: 1 };
  const decoder = decoderOf("HunYuanDenseV1ForCausalLM", {
    head_dim: 8,
    num_experts: 1,
    rope_scaling: scaling,
    use_qk_norm: true,
    vit_type: "AnyResVit",
  });
  assert.equal(decoder.queryKeyNorm, "rotatedHead");
  assert.ok(Math.abs((decoder.attention[0]?.rotary?.theta ?? 0) / 1e8 - 1) < 1e-12);
  const refused: [Fields, RegExp][] = [
    [{ rope_scaling: { type: "dynamic", factor: 2 } }, /rope_scaling\.type "dynamic"/],
    [{ use_qk_norm: false }, /use_qk_norm false/],
    [{ num_experts: 16 }, /num_experts 16/],
    [{ use_cla: true }, /use_cla true/],
  ];
  for (const [fields, message] of refused)
    assert.match(refusalOf("HunYuanDenseV1ForCausalLM", fields).message, message);
});

test("GPT-NeoX: its own names for base and share of the rotation, and their copies under the usual names", () => {
  const whole = { num_key_value_heads: undefined };
  const neox = (fields: Fields): DecoderConfig => decoderOf("GPTNeoXForCausalLM", { ...whole, ...fields });
  const older = neox({ rotary_emb_base: 50, rotary_pct: 0.5 });
  assert.deepEqual(older.attention[0]?.rotary, { theta: 50, size: 4, interleaved: false, scaling: null });
  assert.deepEqual(
    neox({ rotary_emb_base: 50, rotary_pct: 0.5, rope_theta: 50, partial_rotary_factor: 0.5 }),
    older,
  );
  assert.deepEqual(neox({ rope_parameters: { rope_theta: 50, partial_rotary_factor: 0.5 } }), older);
  assert.equal(older.block, "parallel");
  assert.equal(neox({ use_parallel_residual: false }).block, "sequential");
  assert.deepEqual(neox({ attention_bias: false }).biases, ["mlp.dense_h_to_4h", "mlp.dense_4h_to_h"]);
  const refused: [Fields, RegExp][] = [
    [{ ...whole, rope_theta: 70 }, /rope_theta 70/],
    [{ ...whole, head_dim: 16 }, /head_dim 16/],
    [{ num_key_value_heads: 2 }, /num_key_value_heads 2/],
    [{ ...whole, hidden_act: "relu" }, /hidden_act "relu"/],
  ];
  for (const [fields, message] of refused)
    assert.match(refusalOf("GPTNeoXForCausalLM", fields).message, message);
});

test("XGLM: sizes under its own names or the usual ones, and sinusoids that no padding token erases", () => {
  const own: Fields = { d_model: 64, num_layers: 6, attention_heads: 8, ffn_dim: 96, pad_token_id: 1 };
  const json = { architectures: ["XGLMForCausalLM"], vocab_size: 100, ...own };
  const decoder = parseModelConfig("config.json", json, {}).decoder;
  assert.equal(decoder.embeddingScale, 8);
  assert.equal(decoder.sinusoidsFrom, 2);
  assert.equal(decoder.tiedEmbeddings, true);
  const { d_model: _, num_layers: __, attention_heads: ___, ...others } = json as typeof json & Fields;
  const usual = { ...others, hidden_size: 64, num_hidden_layers: 6, num_attention_heads: 8 };
  assert.deepEqual(parseModelConfig("config.json", usual, {}).decoder, decoder);
  const refused: [Fields, RegExp][] = [
    [{ pad_token_id: 5 }, /pad_token_id 5/],
    [{ hidden_size: 32 }, /hidden_size 32/],
    [{ attention_heads: 5 }, /attention_heads 5/],
    [{ add_cross_attention: true }, /add_cross_attention true/],
    [{ activation_function: "relu" }, /activation_function "relu"/],
  ];
  for (const [fields, message] of refused)
    assert.throws(
      () => parseModelConfig("config.json", { ...json, ...fields }, {}),
      (error: unknown) => error instanceof HumanError && message.test(error.message),
    );
});

test("BLOOM: sizes under its own names, four times as wide inside, biased by distance", () => {
  const own: Fields = {
    n_embed: 64,
    n_layer: 6,
    n_head: 8,
    vocab_size: 100,
    seq_length: 2048,
    offset_alibi: 100,
  };
  const bloom = (fields: Fields) =>
    parseModelConfig("config.json", { architectures: ["BloomForCausalLM"], ...own, ...fields }, {});
  const { decoder, maxPositions } = bloom({});
  assert.equal(decoder.intermediateSize, 256);
  assert.equal(decoder.alibi, true);
  assert.equal(decoder.tiedEmbeddings, true);
  assert.equal(maxPositions, 2048);
  const refused: [Fields, RegExp][] = [
    [{ apply_residual_connection_post_layernorm: true }, /apply_residual_connection_post_layernorm true/],
    [{ n_head: 7 }, /n_head 7/],
    [{ n_inner: 100 }, /n_inner 100/],
    [{ rope_theta: 5 }, /rope_theta 5/],
  ];
  for (const [fields, message] of refused)
    assert.throws(
      () => bloom(fields),
      (error: unknown) => error instanceof HumanError && message.test(error.message),
    );
});

test("Cohere rotates pairs side by side; Cohere 2 not at all where a layer sees everything", () => {
  const first = decoderOf("CohereForCausalLM", { logit_scale: 0.25, rope_theta: 50 });
  assert.equal(first.logitScale, 0.25);
  assert.equal(first.block, "parallel");
  assert.equal(first.norm, "layer");
  assert.ok(first.attention.every(({ window, rotary }) => window === null && rotary?.interleaved === true));
  const second = decoderOf("Cohere2ForCausalLM", { sliding_window: 8, rope_theta: 50 });
  assert.deepEqual(windows(second), [8, 8, 8, null, 8, 8]);
  assert.deepEqual(thetas(second), [50, 50, 50, null, 50, 50]);
});

test("a model type stands in for a missing architecture; end tokens come from generation_config.json first", () => {
  const json = { ...sizes, model_type: "gemma3_text", bos_token_id: 2, eos_token_id: 1 };
  const config = parseModelConfig("config.json", json, { eos_token_id: [1, 106] });
  assert.equal(config.architecture, "Gemma3ForCausalLM");
  assert.deepEqual(config.eosTokenIds, [1, 106]);
  assert.equal(config.bosTokenId, 2);
  assert.equal(config.maxPositions, 4096);
  assert.deepEqual(parseModelConfig("config.json", json, {}).eosTokenIds, [1]);
});

test("LFM2 is read as released, and in the form that transformers 5 writes", () => {
  const released: Fields = {
    block_auto_adjust_ff_dim: true,
    block_dim: 64,
    block_ff_dim: 6656,
    block_ffn_dim_multiplier: 1.0,
    block_mlp_init_scale: 1.0,
    block_multiple_of: 256,
    block_norm_eps: 1e-5,
    block_out_init_scale: 1.0,
    block_use_swiglu: true,
    block_use_xavier_init: true,
    conv_L_cache: 3,
    conv_bias: false,
    conv_dim: 64,
    conv_dim_out: 64,
    conv_use_xavier_init: true,
    full_attn_idxs: [2, 5],
    intermediate_size: undefined,
    norm_eps: 1e-5,
    num_heads: 8,
    rope_theta: 1_000_000,
    theta: 1_000_000,
    use_pos_enc: true,
  };
  const rewritten: Fields = {
    block_auto_adjust_ff_dim: true,
    block_ffn_dim_multiplier: 1.0,
    block_multiple_of: 256,
    conv_L_cache: 3,
    conv_bias: false,
    full_attn_idxs: null,
    intermediate_size: 6656,
    layer_types: ["conv", "conv", "full_attention", "conv", "conv", "full_attention"],
    norm_eps: 1e-5,
    rope_parameters: { rope_theta: 1_000_000, rope_type: "default" },
    tie_word_embeddings: true,
  };
  const decoder = decoderOf("Lfm2ForCausalLM", released);
  assert.equal(decoder.intermediateSize, 4608);
  assert.ok(decoder.tiedEmbeddings);
  assert.deepEqual(
    decoder.attention.map(({ instead }) => instead?.kind ?? "attention"),
    [2, 5].flatMap(() => ["shortConvolution", "shortConvolution", "attention"]),
  );
  assert.deepEqual(decoderOf("Lfm2ForCausalLM", rewritten), decoder);
  const refused: [Fields, RegExp][] = [
    [{ layer_types: ["conv"] }, /layer_types must be a list .* 6 layers/],
    [{ layer_types: Array(6).fill("sliding_attention") }, /layer_types \["sliding_attention"/],
    [{ full_attn_idxs: "all" }, /full_attn_idxs "all"/],
    [{ conv_L_cache: 0 }, /conv_L_cache must be a whole number from 1/],
    [{ block_ff_dim: 1 }, /block_ffn_dim_multiplier/],
  ];
  for (const [fields, message] of refused)
    assert.match(refusalOf("Lfm2ForCausalLM", { ...released, ...fields }).message, message);
});

test("Qwen3.5 has the delta rule in three of four layers, and is refused where transformers would compute otherwise", () => {
  const released: Fields = {
    attention_bias: false,
    attn_output_gate: true,
    full_attention_interval: 4,
    head_dim: 16,
    hidden_act: "silu",
    linear_conv_kernel_dim: 4,
    linear_key_head_dim: 8,
    linear_num_key_heads: 2,
    linear_num_value_heads: 4,
    linear_value_head_dim: 12,
    mamba_ssm_dtype: "float32",
    mtp_num_hidden_layers: 1,
    mtp_use_dedicated_embeddings: false,
    output_gate_type: "swish",
    partial_rotary_factor: 0.25,
    rms_norm_eps: 1e-6,
    rope_parameters: {
      mrope_interleaved: true,
      mrope_section: [11, 11, 10],
      partial_rotary_factor: 0.25,
      rope_theta: 1e7,
      rope_type: "default",
    },
  };
  const decoder = decoderOf("Qwen3_5ForCausalLM", released);
  assert.deepEqual(
    decoder.attention.map(({ instead }) => instead !== undefined),
    [true, true, true, false, true, true],
  );
  assert.deepEqual(decoder.attention[3]?.rotary, { theta: 1e7, size: 4, interleaved: false, scaling: null });
  const types = ["full_attention", ...Array<string>(5).fill("linear_attention")];
  assert.deepEqual(
    decoderOf("Qwen3_5ForCausalLM", { ...released, layer_types: types }).attention.map(
      ({ instead }) => instead === undefined,
    ),
    [true, false, false, false, false, false],
  );
  const refused: [Fields, RegExp][] = [
    [{ attn_output_gate: false }, /attn_output_gate false/],
    [{ output_gate_type: "sigmoid" }, /output_gate_type "sigmoid"/],
    [{ hidden_act: "gelu_pytorch_tanh" }, /hidden_act "gelu_pytorch_tanh"/],
    [{ linear_num_value_heads: 3 }, /linear_num_value_heads 3/],
    [{ linear_conv_kernel_dim: 0 }, /linear_conv_kernel_dim must be a whole number from 1/],
    [{ layer_types: Array(6).fill("sliding_attention") }, /layer_types \["sliding_attention"/],
    [{ num_experts: 64 }, /num_experts 64/],
  ];
  for (const [fields, message] of refused)
    assert.match(refusalOf("Qwen3_5ForCausalLM", { ...released, ...fields }).message, message);
  for (const architecture of ["Qwen3_5MoeForCausalLM", "Lfm2MoeForCausalLM"])
    assert.match(refusalOf(architecture, {}).message, new RegExp(`${architecture} is not supported`));
});

test("what Pinch can't compute is refused by name", () => {
  const refused: [string, Fields, RegExp][] = [
    ["GemmaForCausalLM", {}, /GemmaForCausalLM is not supported/],
    ["LlamaForCausalLM", { rope_scaling: { rope_type: "longrope" } }, /rope_scaling\.rope_type "longrope"/],
    [
      "LlamaForCausalLM",
      { rope_parameters: { rope_type: "dynamic" } },
      /rope_parameters\.rope_type "dynamic"/,
    ],
    ["LlamaForCausalLM", { rope_scaling: { type: "su" } }, /rope_scaling\.type "su"/],
    [
      "LlamaForCausalLM",
      { rope_scaling: { type: "linear" } },
      /rope_scaling\.factor must be a number above 0/,
    ],
    ["LlamaForCausalLM", { partial_rotary_factor: 0.5 }, /partial_rotary_factor 0\.5/],
    ["LlamaForCausalLM", { hidden_act: "gelu" }, /hidden_act "gelu"/],
    ["LlamaForCausalLM", { quantization_config: {} }, /quantization_config/],
    ["MistralForCausalLM", { num_local_experts: 8 }, /num_local_experts 8/],
    ["Gemma3ForCausalLM", { attn_logit_softcapping: 50 }, /attn_logit_softcapping 50/],
    ["Gemma3ForCausalLM", { final_logit_softcapping: 30 }, /final_logit_softcapping 30/],
    ["Gemma3ForCausalLM", { use_bidirectional_attention: true }, /use_bidirectional_attention true/],
    ["Gemma3ForCausalLM", { layer_types: ["full_attention"] }, /layer_types must be a list .* 6 layers/],
    ["CohereForCausalLM", { use_qk_norm: true }, /use_qk_norm true/],
    ["LlamaForCausalLM", { hidden_size: "8" }, /hidden_size must be a whole number/],
    ["LlamaForCausalLM", { num_hidden_layers: undefined }, /num_hidden_layers must be .* found nothing/],
    [
      "LlamaForCausalLM",
      { num_hidden_layers: 1e9 },
      /num_hidden_layers must be a whole number from 1 to 1024/,
    ],
    ["LlamaForCausalLM", { num_key_value_heads: 3 }, /num_key_value_heads 3/],
    ["LlamaForCausalLM", { head_dim: 5 }, /odd size \(head_dim 5\)/],
    ["LlamaForCausalLM", { tie_word_embeddings: "yes" }, /tie_word_embeddings must be true or false/],
  ];
  for (const [architecture, fields, message] of refused)
    assert.match(refusalOf(architecture, fields).message, message);
  assert.match(
    refusalOf("GemmaForCausalLM", {}).remedy,
    /LlamaForCausalLM.*Gemma3ForCausalLM.*Cohere2ForCausalLM/,
  );
});
