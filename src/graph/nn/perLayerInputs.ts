// Inputs of single layers, from a second embedding of each token (Gemma 4). Its table may be larger than all
// other weights together, but a row is only read for a token that occurs, from the file, and never converted as a whole.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, reshape } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { type DecoderConfig, layerName, perLayerNames } from "./decoderConfig.ts";
import { activated } from "./feedForward.ts";
import { type DecoderWeights, linear } from "./linear.ts";
import { normalise, scaled } from "./normalise.ts";
import { splitColumns } from "./splitColumns.ts";

/**
 * (norm(x·Wᵀ / √hidden) + √size · table[token]) / √2, divided into parts. x: scaled embeddings [n, hiddenSize].
 * Returns an [n, size] for each layer; null if the model has no such inputs.
 */
export function perLayerInputs(
  g: GraphBuilder,
  config: DecoderConfig,
  weights: DecoderWeights,
  inputIds: Value,
  x: Value,
): readonly Value[] | null {
  if (config.perLayerInputs === null) return null;
  const { parts, size } = config.perLayerInputs;
  const rows = inputIds.shape[0] as Dim;
  const projected = reshape(g, linear(g, weights, perLayerNames.projection, x), [rows, parts, size]);
  // A norm undoes the factor 1/√hidden, up to its ε.
  const unscaled = { ...config, normEpsilon: config.normEpsilon * config.hiddenSize };
  const normal = normalise(g, unscaled, projected, weights, perLayerNames.norm, Math.SQRT1_2);
  const embedded = weights.rows(perLayerNames.embeddings, inputIds);
  const whole = add(
    g,
    reshape(g, normal, [rows, parts * size]),
    scaled(g, embedded, Math.sqrt(size) * Math.SQRT1_2),
  );
  return splitColumns(g, whole, Array<number>(parts).fill(size));
}

/** x + norm(down(activation(gate(x)) ⊙ input)): the last part of a layer. x: [n, hiddenSize], input: [n, size]. */
export function perLayerHalf(
  g: GraphBuilder,
  config: DecoderConfig,
  weights: DecoderWeights,
  index: number,
  x: Value,
  input: Value,
): Value {
  const layer = layerName(config, index);
  const gate = linear(g, weights, `${layer}.${perLayerNames.gate}`, x);
  const fed = activated(g, config, weights, layer, [gate, input]);
  const down = linear(g, weights, `${layer}.${perLayerNames.down}`, fed);
  return add(g, x, normalise(g, config, down, weights, `${layer}.${perLayerNames.normBehind}`));
}
