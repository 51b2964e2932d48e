// The decoder, to be read from top to bottom. Model differences come from architectures/; training and
// generation supply the attention.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, gemm, mul, reshape, splitRows, transpose } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { geGlu } from "./geGlu.ts";
import { layerNorm } from "./layerNorm.ts";
import { rmsNorm, swiGlu } from "./layers.ts";
import { type LowRank, loraLinear } from "./loraLinear.ts";
import { type RotaryParameters, rotary, rotaryTableCache } from "./rotary.ts";

/** Attention settings of one layer. */
export interface LayerAttention {
  /** Number of tokens that a token sees, including itself; null when it sees all earlier ones. */
  readonly window: number | null;
  /** Rotation of queries and keys; null when the layer has none. */
  readonly rotary: RotaryParameters | null;
}

/** Structure of a decoder, in the terminology of Hugging Face's config.json. */
export interface DecoderConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** True when the output projection is the embedding matrix. */
  readonly tiedEmbeddings: boolean;
  /** Factor applied to embeddings before the first layer. */
  readonly embeddingScale: number;
  /**
   * sequential: x += attention(norm(x)); x += feedForward(norm(x)).
   * sandwich: the same with another norm after each half.
   * behind: x += norm(attention(x)); x += norm(feedForward(x)).
   * parallel: x += attention(h) + feedForward(h) with h = norm(x).
   */
  readonly block: "sequential" | "sandwich" | "behind" | "parallel";
  /** Factor applied to each half of a sequential block before it is added. */
  readonly residualScale: number;
  /** rmsPlusOne: the weight is 1 + w. layer: the mean is subtracted first; no bias. */
  readonly norm: "rms" | "rmsPlusOne" | "layer";
  readonly normEpsilon: number;
  /** One entry per layer. */
  readonly attention: readonly LayerAttention[];
  /** Factor applied to scores before softmax. */
  readonly attentionScale: number;
  /** Queries and keys are normalised before rotation: each head by itself, all heads together, or not. */
  readonly queryKeyNorm: "head" | "all" | null;
  /** Names of the linear layers that have a bias, such as `self_attn.q_proj`. */
  readonly biases: readonly string[];
  readonly activation: "silu" | "geluTanh";
  /** Factor applied to logits. */
  readonly logitScale: number;
}

/** Access to the decoder's weights by their Hugging Face names. */
export interface DecoderWeights {
  readonly weight: (name: string) => Value;
  /** x·Wᵀ + c. x: [n, in], W: [out, in], c: [n, out] or [out]. Returns [n, out]. */
  readonly multiply: (name: string, x: Value, c?: Value) => Value;
  /** Returns rows of a matrix at int64 indices [n]. */
  readonly rows: (name: string, indices: Value) => Value;
  /** Returns the bias of a linear layer; null when it has none. */
  readonly bias: (layer: string) => Value | null;
  readonly adapter: (layer: string) => LowRank | null;
  /**
   * True when adapters are added to the weights, which pays off for many tokens at a time; otherwise to the
   * outputs.
   */
  readonly merge: boolean;
}

/** Keys and values of one layer in the layout that attention reads: each [b, kvHeads, l, headSize]. */
export interface KeyValues {
  readonly keys: Value;
  readonly values: Value;
}

export interface DecoderInputs {
  readonly inputIds: Value; // int64 [b·l]
  readonly positions: Value; // int64 [b, l]
  readonly batch: Dim;
  readonly length: Dim;
  readonly maxPositions: number;
  /** Keeps only the input of each block for gradients, which recompute the rest. */
  readonly recomputation?: boolean;
  /**
   * Returns the attention output for the scaled queries q[b, l, heads·headSize] and this step's keys and
   * values. The caller decides which tokens are visible: earlier ones within
   * `config.attention[layer].window`.
   */
  readonly attend: (layer: number, q: Value, fresh: KeyValues) => Value; // [b, l, heads·headSize]
}

/** Names of the linear layers that LoRA's `all-linear` adapts, with their shapes [out, in]. */
export function linearLayers(
  config: DecoderConfig,
): { readonly name: string; readonly out: number; readonly in: number }[] {
  const { hiddenSize, intermediateSize, heads, kvHeads, headSize } = config;
  return Array.from({ length: config.layers }, (_, i) => `model.layers.${i}`).flatMap(layer => [
    { name: `${layer}.self_attn.q_proj`, out: heads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.k_proj`, out: kvHeads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.v_proj`, out: kvHeads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.o_proj`, out: hiddenSize, in: heads * headSize },
    { name: `${layer}.mlp.gate_proj`, out: intermediateSize, in: hiddenSize },
    { name: `${layer}.mlp.up_proj`, out: intermediateSize, in: hiddenSize },
    { name: `${layer}.mlp.down_proj`, out: hiddenSize, in: intermediateSize },
  ]);
}

/** Reports whether a linear layer, given by its full name, has a bias. */
export function hasBias(config: DecoderConfig, layer: string): boolean {
  return config.biases.some(suffix => layer.endsWith(`.${suffix}`));
}

/** Distinct windows of all layers, each of which needs a mask; null when a layer has no window. */
export function attentionWindows(config: DecoderConfig): (number | null)[] {
  return [...new Set(config.attention.map(layer => layer.window))];
}

const blockNorms: Readonly<Record<DecoderConfig["block"], readonly string[]>> = {
  sequential: ["input_layernorm", "post_attention_layernorm"],
  sandwich: [
    "input_layernorm",
    "post_attention_layernorm",
    "pre_feedforward_layernorm",
    "post_feedforward_layernorm",
  ],
  behind: ["post_attention_layernorm", "post_feedforward_layernorm"],
  parallel: ["input_layernorm"],
};

/** All weights of the decoder with their shapes, in a fixed order. */
export function decoderWeights(
  config: DecoderConfig,
): { readonly name: string; readonly shape: readonly number[] }[] {
  const { hiddenSize, headSize, vocabularySize, queryKeyNorm } = config;
  const linears = linearLayers(config);
  const headsIn = { q: config.heads, k: config.kvHeads };
  const sides = queryKeyNorm === null ? [] : (["q", "k"] as const);
  const norms = Array.from({ length: config.layers }, (_, i) => `model.layers.${i}`).flatMap(layer => [
    ...blockNorms[config.block].map(norm => ({ name: `${layer}.${norm}.weight`, shape: [hiddenSize] })),
    ...sides.map(side => ({
      name: `${layer}.self_attn.${side}_norm.weight`,
      shape: [queryKeyNorm === "head" ? headSize : headsIn[side] * headSize],
    })),
  ]);
  return [
    { name: "model.embed_tokens.weight", shape: [vocabularySize, hiddenSize] },
    ...linears.map(layer => ({ name: `${layer.name}.weight`, shape: [layer.out, layer.in] })),
    ...linears
      .filter(layer => hasBias(config, layer.name))
      .map(layer => ({ name: `${layer.name}.bias`, shape: [layer.out] })),
    ...norms,
    { name: "model.norm.weight", shape: [hiddenSize] },
    ...(config.tiedEmbeddings ? [] : [{ name: "lm_head.weight", shape: [vocabularySize, hiddenSize] }]),
  ];
}

/**
 * x·Wᵀ (+ bias) (+ residual) (+ the adapter's update), with sums folded into the matrix products where
 * possible.
 * x: [n, in] -> [n, out].
 */
function linear(g: GraphBuilder, weights: DecoderWeights, name: string, x: Value, residual?: Value): Value {
  const bias = weights.bias(name);
  const c = bias === null ? residual : residual === undefined ? bias : add(g, residual, bias);
  const adapter = weights.adapter(name);
  if (adapter !== null && weights.merge)
    return loraLinear(g, x, weights.weight(`${name}.weight`), adapter, c);
  const base = weights.multiply(`${name}.weight`, x, c);
  if (adapter === null) return base;
  return gemm(g, gemm(g, x, adapter.a, { transB: true }), adapter.b, {
    transB: true,
    alpha: adapter.scale,
    c: base,
  });
}

/** Applies several linear layers to the same x[n, in]. Returns an [n, out] for each name, in order. */
function linears(
  g: GraphBuilder,
  weights: DecoderWeights,
  names: readonly string[],
  x: Value,
): readonly Value[] {
  return names.map(name => linear(g, weights, name, x));
}

/** Hidden states after the last layer, before the final norm: [b·l, hiddenSize]. */
export function decoder(
  g: GraphBuilder,
  config: DecoderConfig,
  weights: DecoderWeights,
  inputs: DecoderInputs,
): Value {
  const { hiddenSize, heads, kvHeads, headSize, attentionScale } = config;
  const { batch, length, positions } = inputs;
  const rows = inputs.inputIds.shape[0] as Dim;
  const tablesOf = rotaryTableCache(g, inputs.maxPositions, headSize);
  const byHead = (x: Value): Value =>
    transpose(
      g,
      reshape(g, splitRows(g, x, positions, kvHeads * headSize), [batch, length, kvHeads, headSize]),
      [0, 2, 1, 3],
    );

  const embedded = weights.rows("model.embed_tokens.weight", inputs.inputIds);
  const block = (i: number, x: Value): Value => {
    const layer = `model.layers.${i}`;
    const { rotary: parameters } = layerAttention(config, i);
    const norm = (name: string, y: Value): Value =>
      normalise(g, config, y, weights.weight(`${layer}.${name}.weight`));

    /** Normalises, rotates and scales queries or keys [b·l, n·headSize]: [b, l, n·headSize]. */
    const placed = (side: "q" | "k", y: Value): Value => {
      const [count, scale] = side === "q" ? [heads, attentionScale] : [kvHeads, 1];
      const divided = config.queryKeyNorm === "head" ? reshape(g, y, [rows, count, headSize]) : y;
      const normal = config.queryKeyNorm === null ? y : norm(`self_attn.${side}_norm`, divided);
      const split = splitRows(g, normal, positions, count * headSize);
      return parameters === null
        ? scaled(g, split, scale)
        : rotary(g, split, positions, tablesOf(parameters, scale, side));
    };
    const attention = (h: Value, residual?: Value): Value => {
      const names = ["q", "k", "v"].map(side => `${layer}.self_attn.${side}_proj`);
      const [q, k, v] = linears(g, weights, names, h) as [Value, Value, Value];
      const fresh = { keys: byHead(placed("k", k)), values: byHead(v) };
      const mixed = reshape(g, inputs.attend(i, placed("q", q), fresh), [rows, heads * headSize]);
      return linear(g, weights, `${layer}.self_attn.o_proj`, mixed, residual);
    };
    const feedForward = (h: Value, residual?: Value): Value => {
      const names = [`${layer}.mlp.gate_proj`, `${layer}.mlp.up_proj`];
      const [gate, up] = linears(g, weights, names, h) as [Value, Value];
      const gated = config.activation === "silu" ? swiGlu(g, gate, up) : geGlu(g, gate, up);
      return linear(g, weights, `${layer}.mlp.down_proj`, gated, residual);
    };

    /** x + residualScale · half(h), in one product where the scale is 1. */
    const added = (half: typeof attention, h: Value, x: Value): Value =>
      config.residualScale === 1 ? half(h, x) : add(g, x, scaled(g, half(h), config.residualScale));

    switch (config.block) {
      case "sequential": {
        const y = added(attention, norm("input_layernorm", x), x);
        return added(feedForward, norm("post_attention_layernorm", y), y);
      }
      case "sandwich": {
        const mixed = attention(norm("input_layernorm", x));
        const y = add(g, x, norm("post_attention_layernorm", mixed));
        const fed = feedForward(norm("pre_feedforward_layernorm", y));
        return add(g, y, norm("post_feedforward_layernorm", fed));
      }
      case "behind": {
        const y = add(g, x, norm("post_attention_layernorm", attention(x)));
        return add(g, y, norm("post_feedforward_layernorm", feedForward(y)));
      }
      case "parallel": {
        const h = norm("input_layernorm", x);
        return feedForward(h, attention(h, x));
      }
    }
  };

  let x = scaled(g, embedded, config.embeddingScale);
  for (let i = 0; i < config.layers; i++) {
    const before = x;
    x = inputs.recomputation === true ? g.recomputed(() => block(i, before)) : block(i, before);
  }
  return reshape(g, x, [rows, hiddenSize]);
}

function layerAttention(config: DecoderConfig, layer: number): LayerAttention {
  const attention = config.attention[layer];
  if (attention === undefined) throw new Error(`config.attention has no layer ${layer}`);
  return attention;
}

function scaled(g: GraphBuilder, x: Value, factor: number): Value {
  return factor === 1 ? x : mul(g, x, g.scalar(factor));
}

/** Normalises the last axis of x. `scale` multiplies the result at no extra cost. */
function normalise(g: GraphBuilder, config: DecoderConfig, x: Value, weight: Value, scale = 1): Value {
  const { norm, normEpsilon } = config;
  const w = scaled(g, norm === "rmsPlusOne" ? add(g, weight, g.scalar(1)) : weight, scale);
  return norm === "layer" ? layerNorm(g, x, w, normEpsilon) : rmsNorm(g, x, w, normEpsilon);
}

export function headName(config: DecoderConfig): string {
  return config.tiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
}

/** Weight of the output projection: [vocabularySize, hiddenSize]. */
export function headWeight(config: DecoderConfig, weights: DecoderWeights): Value {
  return weights.weight(headName(config));
}

/** Final norm of the rows that are needed, including the logit scale: logits = result · headWeightᵀ. */
export function finalNorm(g: GraphBuilder, config: DecoderConfig, weights: DecoderWeights, x: Value): Value {
  return normalise(g, config, x, weights.weight("model.norm.weight"), config.logitScale);
}
