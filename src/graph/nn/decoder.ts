// The decoder, to be read from top to bottom. Model differences come from architectures/; training and
// generation supply the attention.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, gemm, mul, reshape, splitRows, transpose } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { type DecoderConfig, headName, type LayerAttention, xIeluNames } from "./decoderConfig.ts";
import { geGlu } from "./geGlu.ts";
import { layerNorm } from "./layerNorm.ts";
import { rmsNorm, squaredRelu, swiGlu } from "./layers.ts";
import { type LowRank, loraLinear } from "./loraLinear.ts";
import { rotary, rotaryTableCache } from "./rotary.ts";
import { xIelu } from "./xIelu.ts";

/** Access to the decoder's weights by their Hugging Face names. */
export interface DecoderWeights {
  readonly weight: (name: string) => Value;
  /** x·Wᵀ + c. x: [n, in], W: [out, in], c: [n, out] or [out]. Returns [n, out]. */
  readonly multiply: (name: string, x: Value, c?: Value) => Value;
  /** Returns rows of a matrix at int64 indices [n]. */
  readonly rows: (name: string, indices: Value) => Value;
  /** Returns the bias of a linear layer; null when it has none. */
  readonly bias: (layer: string) => Value | null;
  /** Returns the adapter of a linear layer; null when it has none. */
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
      const project = (side: "gate" | "up"): Value => linear(g, weights, `${layer}.mlp.${side}_proj`, h);
      const fed = activated(g, config, weights, layer, project);
      return linear(g, weights, `${layer}.mlp.down_proj`, fed, residual);
    };

    /** x + residualScale · half(h), in one product where the scale is 1. */
    const added = (half: typeof attention, h: Value, x: Value): Value =>
      config.residualScale === 1 ? half(h, x) : add(g, x, scaled(g, half(h), config.residualScale));

    switch (config.block) {
      case "sequential": {
        const [first, second] = config.sequentialNorms;
        const y = added(attention, norm(first, x), x);
        return added(feedForward, norm(second, y), y);
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

/** What the down projection of a feed-forward layer sees. */
function activated(
  g: GraphBuilder,
  { activation }: DecoderConfig,
  weights: DecoderWeights,
  layer: string,
  project: (side: "gate" | "up") => Value,
): Value {
  switch (activation) {
    case "silu":
      return swiGlu(g, project("gate"), project("up"));
    case "geluTanh":
      return geGlu(g, project("gate"), project("up"));
    case "relu2":
      return squaredRelu(g, project("up"));
    case "xielu": {
      const [positive, negative] = xIeluNames.map(name => weights.weight(`${layer}.${name}`));
      return xIelu(g, project("up"), positive as Value, negative as Value);
    }
  }
}

/** Normalises the last axis of x. `scale` multiplies the result at no extra cost. */
function normalise(g: GraphBuilder, config: DecoderConfig, x: Value, weight: Value, scale = 1): Value {
  const { norm, normEpsilon } = config;
  const w = scaled(g, norm === "rmsPlusOne" ? add(g, weight, g.scalar(1)) : weight, scale);
  return norm === "layer" ? layerNorm(g, x, w, normEpsilon) : rmsNorm(g, x, w, normEpsilon);
}

/** Weight of the output projection: [vocabularySize, hiddenSize]. */
export function headWeight(config: DecoderConfig, weights: DecoderWeights): Value {
  return weights.weight(headName(config));
}

/** Final norm of the rows that are needed, including the logit scale: logits = result · headWeightᵀ. */
export function finalNorm(g: GraphBuilder, config: DecoderConfig, weights: DecoderWeights, x: Value): Value {
  return normalise(g, config, x, weights.weight("model.norm.weight"), config.logitScale);
}
