// The decoder, to be read from top to bottom. Model differences come from architectures/; training and
// generation supply the attention.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, gather, gemm, reshape, splitRows, transpose } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { alibi } from "./alibi.ts";
import type { Head } from "./crossEntropy.ts";
import {
  attentionWidths,
  type DecoderConfig,
  embeddingName,
  feedForwardWidths,
  headName,
  type LayerAttention,
  layerName,
  queryKeyNormName,
  xIeluNames,
} from "./decoderConfig.ts";
import { geGlu } from "./geGlu.ts";
import { gelu } from "./gelu.ts";
import { squaredRelu, swiGlu } from "./layers.ts";
import { type LowRank, loraLinear } from "./loraLinear.ts";
import { normalise, scaled } from "./normalise.ts";
import { isPartial, rotary, rotaryTableCache } from "./rotary.ts";
import { sinusoids } from "./sinusoids.ts";
import { softCap } from "./softCap.ts";
import { headsApart, splitColumns } from "./splitColumns.ts";
import { xIelu } from "./xIelu.ts";

/** Access to the decoder's weights by their Hugging Face names. */
export interface DecoderWeights {
  readonly weight: (name: string) => Value;
  /** Returns a weight for the output projection, in the terms that it is stored in. */
  readonly head: (name: string) => Head;
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
  /** Added to embeddings [b·l, hiddenSize] while training (NEFTune). */
  readonly noise?: Value | undefined;
  /**
   * Returns the attention output for the scaled queries q[b, l, heads·headSize] and this step's keys and
   * values. The caller decides which tokens are visible: earlier ones within
   * `config.attention[layer].window`. Heads are those of `attended(config)`.
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

/**
 * Applies several linear layers to the same x[n, in], or the one that stands for all of them. Returns an [n, width]
 * for each width.
 * @param heads Number of heads, if the one has the widths of each head in turn; null if not.
 */
function projections(
  g: GraphBuilder,
  weights: DecoderWeights,
  names: readonly string[],
  widths: readonly number[],
  x: Value,
  heads: number | null,
): readonly Value[] {
  const outputs = names.map(name => linear(g, weights, name, x));
  if (outputs.length === widths.length) return outputs;
  const [whole] = outputs as [Value];
  return splitColumns(g, heads === null ? whole : headsApart(g, whole, heads), widths);
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

  const attend = (layer: number, q: Value, fresh: KeyValues): Value => {
    if (!config.alibi) return inputs.attend(layer, q, fresh);
    const { unbiased, ...biased } = alibi(g, { q, ...fresh, positions });
    return unbiased(inputs.attend(layer, biased.q, biased));
  };

  const embedded = weights.rows(embeddingName(config), inputs.inputIds);
  const block = (i: number, x: Value): Value => {
    const layer = layerName(config, i);
    const { rotary: parameters } = layerAttention(config, i);
    const norm = (name: string, y: Value): Value => normalise(g, config, y, weights, `${layer}.${name}`);

    /** Normalises, rotates and scales queries or keys [b·l, n·headSize]: [b, l, n·headSize]. */
    const placed = (side: "q" | "k", y: Value): Value => {
      const [count, scale] = side === "q" ? [heads, attentionScale] : [kvHeads, 1];
      const normal = (z: Value, factor = 1): Value => {
        const name = `${layer}.${queryKeyNormName(config, side)}`;
        const divided = config.queryKeyNorm === "all" ? z : reshape(g, z, [rows, count, headSize]);
        return normalise(g, config, divided, weights, name, factor);
      };
      const turned = (z: Value, factor: number): Value => {
        const split = splitRows(g, z, positions, count * headSize);
        if (parameters === null) return scaled(g, split, factor);
        const tables = (magnitude: number) => tablesOf(parameters, magnitude, side);
        // The elements that don't rotate are not in the tables
        return isPartial(parameters, headSize)
          ? rotary(g, scaled(g, split, factor), positions, tables(1))
          : rotary(g, split, positions, tables(factor));
      };
      switch (config.queryKeyNorm) {
        case null:
          return turned(y, scale);
        case "rotatedHead": {
          const whole = reshape(g, turned(y, 1), [rows, count * headSize]);
          return splitRows(g, normal(whole, scale), positions, count * headSize);
        }
        default:
          return turned(normal(y), scale);
      }
    };
    const { linears } = config;
    const project = (
      names: readonly string[],
      widths: readonly number[],
      h: Value,
      byHead = false,
    ): readonly Value[] => {
      const inLayer = names.map(name => `${layer}.${name}`);
      return projections(g, weights, inLayer, widths, h, byHead ? heads : null);
    };
    const attention = (h: Value, residual?: Value): Value => {
      const widths = attentionWidths(config);
      const [q, k, v] = project(linears.attention, widths, h, linears.byHead) as [Value, Value, Value];
      const fresh = { keys: byHead(placed("k", k)), values: byHead(v) };
      const seen = attend(i, placed("q", q), fresh);
      return linear(
        g,
        weights,
        `${layer}.${linears.output}`,
        reshape(g, seen, [rows, heads * headSize]),
        residual,
      );
    };
    const feedForward = (h: Value, residual?: Value): Value => {
      const sides = project(linears.feedForward, feedForwardWidths(config), h);
      const fed = activated(g, config, weights, layer, sides);
      return linear(g, weights, `${layer}.${linears.down}`, fed, residual);
    };

    /** x + residualScale · half(h), in one product where the scale is 1. */
    const added = (half: typeof attention, h: Value, x: Value): Value =>
      config.residualScale === 1 ? half(h, x) : add(g, x, scaled(g, half(h), config.residualScale));

    const [first, second, third, fourth] = config.blockNorms as [string, string?, string?, string?] as [
      string,
      string,
      string,
      string,
    ];
    switch (config.block) {
      case "sequential": {
        const y = added(attention, norm(first, x), x);
        return added(feedForward, norm(second, y), y);
      }
      case "sandwich": {
        const y = add(g, x, norm(second, attention(norm(first, x))));
        return add(g, y, norm(fourth, feedForward(norm(third, y))));
      }
      case "behind": {
        const y = add(g, x, norm(first, attention(x)));
        return add(g, y, norm(second, feedForward(y)));
      }
      case "parallel": {
        const h = norm(first, x);
        return feedForward(second === undefined ? h : norm(second, x), attention(h, x));
      }
    }
  };

  const noisy = (y: Value, here: boolean): Value =>
    here && inputs.noise !== undefined ? add(g, y, inputs.noise) : y;
  const whole = scaled(g, noisy(embedded, config.noiseIsScaled), config.embeddingScale);
  let x = noisy(whole, !config.noiseIsScaled);
  if (config.sinusoidsFrom !== null) {
    const { maxPositions } = inputs;
    const table = sinusoids(config.sinusoidsFrom, maxPositions, hiddenSize);
    const placed = gather(g, g.constant(table, [maxPositions, hiddenSize]), positions);
    x = add(g, x, reshape(g, placed, [rows, hiddenSize]));
  }
  const { embeddingNorm } = config.names;
  if (embeddingNorm !== null) x = normalise(g, config, x, weights, embeddingNorm);
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

/**
 * What the down projection of a feed-forward layer sees.
 * @param sides Gate and up, or up alone.
 */
function activated(
  g: GraphBuilder,
  { activation, gated }: DecoderConfig,
  weights: DecoderWeights,
  layer: string,
  sides: readonly Value[],
): Value {
  const [first, second] = sides as readonly [Value, Value];
  switch (activation) {
    case "silu":
      return swiGlu(g, first, second);
    case "gelu":
      return gelu(g, first, "exact");
    case "geluTanh":
      return gated ? geGlu(g, first, second) : gelu(g, first, "tanh");
    case "relu2":
      return squaredRelu(g, first);
    case "xielu": {
      const [positive, negative] = xIeluNames.map(name => weights.weight(`${layer}.${name}`));
      return xIelu(g, first, positive as Value, negative as Value);
    }
  }
}

/** Weight of the output projection: [vocabularySize, hiddenSize]. */
export function headOf(config: DecoderConfig, weights: DecoderWeights): Head {
  return weights.head(headName(config));
}

/**
 * Final norm of the rows that are needed, including the logit scale: logits = result · Wᵀ of the head, up to
 * `cappedLogits`.
 */
export function finalNorm(g: GraphBuilder, config: DecoderConfig, weights: DecoderWeights, x: Value): Value {
  return normalise(g, config, x, weights, config.names.finalNorm, config.logitScale);
}

/** Logits from their product with the output projection. */
export function cappedLogits(g: GraphBuilder, { logitSoftCap }: DecoderConfig, logits: Value): Value {
  return softCap(g, logits, logitSoftCap);
}
