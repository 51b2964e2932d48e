// The decoder, to be read from top to bottom. Model differences come from architectures/; training and
// generation supply the attention.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, gather, mul, reshape, sigmoid, splitRows, transpose } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { alibi } from "./alibi.ts";
import type { Head } from "./crossEntropy.ts";
import { type DecoderConfig, embeddingName, headName, layerName, layerScalarName } from "./decoderConfig.ts";
import { activated } from "./feedForward.ts";
import { attentionWidths, feedForwardWidths, headsOf, layerAttention } from "./layerShape.ts";
import { type DecoderWeights, linear, projections } from "./linear.ts";
import { normalise, normaliseHeads, scaled } from "./normalise.ts";
import { perLayerHalf, perLayerInputs } from "./perLayerInputs.ts";
import { recurrentLayers, type StepStates } from "./recurrentLayers.ts";
import { isPartial, rotary, rotaryTableCache } from "./rotary.ts";
import { sinusoids } from "./sinusoids.ts";
import { softCap } from "./softCap.ts";
import { headsApart, splitColumns } from "./splitColumns.ts";

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
   * values, or those of the layer that it shares them with. The caller decides which tokens are visible: earlier
   * ones within `config.attention[layer].window`. Heads are those of `attendedHeads(config, layer)`.
   */
  readonly attend: (layer: number, q: Value, fresh: KeyValues) => Value; // [b, l, heads·headSize]
  /** Absent = every example begins in this step. */
  readonly states?: StepStates;
}

/** Hidden states after the last layer, before the final norm: [b·l, hiddenSize]. */
export function decoder(
  g: GraphBuilder,
  config: DecoderConfig,
  weights: DecoderWeights,
  inputs: DecoderInputs,
): Value {
  const { hiddenSize, attentionScale } = config;
  const { batch, length, positions } = inputs;
  const rows = inputs.inputIds.shape[0] as Dim;
  const tablesOf = rotaryTableCache(g, inputs.maxPositions);

  const attend = (layer: number, q: Value, fresh: KeyValues): Value => {
    if (!config.alibi) return inputs.attend(layer, q, fresh);
    const { unbiased, ...biased } = alibi(g, { q, ...fresh, positions });
    return unbiased(inputs.attend(layer, biased.q, biased));
  };

  const recurrent = recurrentLayers(g, config, weights, inputs);
  const embedded = weights.rows(embeddingName(config), inputs.inputIds);
  const shared = new Map<number, KeyValues>();
  /** Returns what a layer yields, and its keys and values if later ones attend to them. */
  const block = (i: number, x: Value): readonly Value[] => {
    const layer = layerName(config, i);
    const { rotary: parameters, valuesAreKeys, keysFrom, instead } = layerAttention(config, i);
    const { heads, kvHeads, headSize } = headsOf(config, i);
    const byHead = (y: Value): Value =>
      transpose(
        g,
        reshape(g, splitRows(g, y, positions, kvHeads * headSize), [batch, length, kvHeads, headSize]),
        [0, 2, 1, 3],
      );
    const norm = (name: string, y: Value): Value => normalise(g, config, y, weights, `${layer}.${name}`);

    /** Normalises, rotates and scales queries or keys [b·l, n·headSize]: [b, l, n·headSize]. */
    const placed = (side: "q" | "k", y: Value): Value => {
      const [count, scale] = side === "q" ? [heads, attentionScale] : [kvHeads, 1];
      const normal = (z: Value, factor = 1): Value => {
        const name = `${layer}.${config.queryKeyNormNames[side]}`;
        const divided = config.queryKeyNorm === "all" ? z : reshape(g, z, [rows, count, headSize]);
        return normalise(g, config, divided, weights, name, factor);
      };
      const turned = (z: Value, factor: number): Value => {
        const split = splitRows(g, z, positions, count * headSize);
        if (parameters === null) return scaled(g, split, factor);
        const tables = (magnitude: number) => tablesOf(parameters, headSize, magnitude, side);
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
    const normalValues = (y: Value): Value =>
      config.valueNorm ? normaliseHeads(g, config, reshape(g, y, [rows, kvHeads, headSize])) : y;
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
    let fresh: KeyValues | undefined = keysFrom === undefined ? undefined : shared.get(keysFrom);
    const attention = (h: Value, residual?: Value): Value => {
      if (instead !== undefined) return recurrent(i, instead, h, residual);
      const widths = attentionWidths(config, i);
      const [first, k, v] = project(linears.attention, widths, h, linears.byHead) as [Value, Value, Value];
      const width = heads * headSize;
      const [q, gate] = (
        config.attentionGate ? splitColumns(g, headsApart(g, first, heads, 2), [width, width]) : [first]
      ) as [Value, Value?];
      fresh ??= {
        keys: byHead(placed("k", k)),
        values: byHead(normalValues(valuesAreKeys === true ? k : v)),
      };
      const seen = reshape(g, attend(i, placed("q", q), fresh), [rows, width]);
      const passed = gate === undefined ? seen : mul(g, seen, sigmoid(g, gate));
      return linear(g, weights, `${layer}.${linears.output}`, passed, residual);
    };
    const feedForward = (h: Value, residual?: Value): Value => {
      const sides = project(linears.feedForward, feedForwardWidths(config, i), h);
      const fed = activated(g, config, weights, layer, sides);
      return linear(g, weights, `${layer}.${linears.down}`, fed, residual);
    };

    /** x + residualScale · half(h), in one product where the scale is 1. */
    const added = (half: typeof attention, h: Value, x: Value): Value =>
      config.residualScale === 1 ? half(h, x) : add(g, x, scaled(g, half(h), config.residualScale));

    const halves = (): Value => {
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
    let y = halves();
    if (perLayer !== null) y = perLayerHalf(g, config, weights, i, y, perLayer[i] as Value);
    if (config.layerScalars) y = mul(g, y, weights.weight(`${layer}.${layerScalarName}`));
    const isShared = config.attention.some(other => other.keysFrom === i);
    return isShared && fresh !== undefined ? [y, fresh.keys, fresh.values] : [y];
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
  const perLayer = perLayerInputs(g, config, weights, inputs.inputIds, x);
  for (let i = 0; i < config.layers; i++) {
    const before = x;
    const yielded = inputs.recomputation === true ? g.recomputed(() => block(i, before)) : block(i, before);
    const [after, keys, values] = yielded as readonly [Value, Value?, Value?];
    if (keys !== undefined && values !== undefined) shared.set(i, { keys, values });
    x = after;
  }
  return reshape(g, x, [rows, hiddenSize]);
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
