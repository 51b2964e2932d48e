// Graphs of a training step and of scoring, over packed rows.

import { grad } from "../autodiff/grad.ts";
import { GraphBuilder } from "../tape/builder.ts";
import { and, equal, gather, lessOrEqual, mul, reduceSum, reshape, where, zerosLike } from "../tape/ops.ts";
import type { Dim, Sizes, Value } from "../tape/value.ts";
import { type AttentionShape, attention, blockMasks, blockStarts, keySizes } from "./attention.ts";
import { type CrossEntropy, crossEntropyParts, linearCrossEntropy } from "./crossEntropy.ts";
import { decoder, finalNorm, headOf } from "./decoder.ts";
import type { DecoderConfig } from "./decoderConfig.ts";
import { adapterDropout, maskInputs } from "./dropout.ts";
import { gradientRules } from "./gradientRules.ts";
import { attendedHeads } from "./layerShape.ts";
import { bindWeights, trainables, type WeightPlan } from "./weights.ts";

/**
 * Token count assumed for graphs with any number of rows, to choose the number of parts in which logits are
 * computed.
 */
const defaultTokens = 2048;

export interface TrainingGraphOptions {
  /**
   * Number of rows of every run. If omitted, any number, which makes a large graph slow to load: the runtime
   * compares each buffer of unknown size with all others that it might share memory with.
   */
  readonly rows?: number | undefined;
  /**
   * Keeps one value per token and layer and recomputes the rest: far less memory for half as much work again.
   */
  readonly recomputation?: boolean | undefined;
  /** Adds an input lossWeights [lossTokens] that weights each loss row. */
  readonly weighted?: boolean | undefined;
  /** Adds an input embeddingNoise [tokens, hiddenSize] that is added to embeddings. Not for scoring. */
  readonly noise?: boolean | undefined;
  /**
   * Share of an adapter's inputs that is dropped. Adds an input of bits for each adapted layer (`maskInputs`). Not for
   * scoring.
   */
  readonly dropout?: number | undefined;
  /** Label smoothing of what is minimised. Not for scoring. */
  readonly smoothing?: number | undefined;
}

const masked = -1e9; // far below any score; attention raises it
const [tokens, lossTokens] = ["tokens", "lossTokens"];

/**
 * Additive mask [rows, 1, l, l]: a token sees only earlier tokens of its own example, within the window if
 * there is one.
 */
function packedMask(g: GraphBuilder, segments: Value, length: number, window: number | null): Value {
  const order = Int32Array.from({ length }, (_, i) => i);
  const causal = lessOrEqual(g, g.constant(order, [1, 1, 1, length]), g.constant(order, [1, 1, length, 1]));
  const rows = segments.shape[0] as Dim;
  const same = equal(
    g,
    reshape(g, segments, [rows, 1, 1, length]),
    reshape(g, segments, [rows, 1, length, 1]),
  );
  const visible = window === null ? causal : and(g, causal, withinWindow(g, length, window));
  return where(g, and(g, same, visible), g.scalar(0), g.scalar(masked));
}

/** [1, 1, l, l]: key k is among the last `window` up to query q, q − window + 1 ≤ k. */
function withinWindow(g: GraphBuilder, length: number, window: number): Value {
  const order = Int32Array.from({ length }, (_, i) => i);
  const oldest = order.map(q => q - window + 1);
  return lessOrEqual(g, g.constant(oldest, [1, 1, length, 1]), g.constant(order, [1, 1, 1, length]));
}

/** Window of a layer; null when it covers the whole row. */
function windowWithin(config: DecoderConfig, layer: number, length: number): number | null {
  const window = config.attention[layer]?.window ?? null;
  return window === null || window >= length ? null : window;
}

/**
 * Sizes that depend on where examples begin.
 * @param keyStarts Value of the graph's input; if omitted, the maximum sizes.
 */
export function visibleKeys(config: DecoderConfig, length: number, keyStarts?: readonly number[]): Sizes {
  const windows = new Set(config.attention.map((_, layer) => windowWithin(config, layer, length)));
  return keySizes(length, [...windows], keyStarts);
}

/** Losses of the loss rows of a packed batch, [lossTokens] in nats, and the inputs that they depend on. */
function packedLoss(
  g: GraphBuilder,
  config: DecoderConfig,
  plan: WeightPlan,
  length: number,
  { rows: fixedRows, recomputation = false, noise = false, dropout = 0, smoothing = 0 }: TrainingGraphOptions,
): CrossEntropy & { inputs: Value[] } {
  const rows = fixedRows ?? "rows";
  const size = fixedRows === undefined ? tokens : fixedRows * length;
  const inputIds = g.input("inputIds", "int64", [size]);
  const positions = g.input("positions", "int64", [rows, length]);
  const segments = g.input("segments", "int32", [rows, length]);
  const lossRows = g.input("lossRows", "int64", [lossTokens]);
  const targets = g.input("targets", "int64", [lossTokens]);
  const { weights: bound, inputs } = bindWeights(g, config, plan, true);
  const drop = dropout === 0 ? null : adapterDropout(g, maskInputs(config, plan), dropout, size);
  // An adapter that sees other inputs than its weight can't be added to it.
  const weights = drop === null ? bound : { ...bound, merge: false, adapterInput: drop };
  const windowOf = (layer: number): number | null => windowWithin(config, layer, length);
  const blocks = blockStarts(length).length;
  const shapeOf = (layer: number): AttentionShape => ({
    ...attendedHeads(config, layer),
    batch: rows,
    length,
    window: windowOf(layer),
    blocks,
    softCap: config.attentionSoftCap,
  });
  const keyStarts = blocks === 1 ? null : g.input("keyStarts", "int64", [blocks]);
  const masks = new Map<number | null, readonly Value[]>(); // by window
  const masksOf = (window: number | null): readonly Value[] => {
    const found =
      masks.get(window) ??
      blockMasks(g, packedMask(g, segments, length, window), keyStarts, { length, window, blocks });
    masks.set(window, found);
    return found;
  };
  const hidden = decoder(g, config, weights, {
    inputIds,
    positions,
    batch: rows,
    length,
    maxPositions: length,
    recomputation,
    noise: noise ? g.input("embeddingNoise", "float32", [size, config.hiddenSize]) : undefined,
    attend: (layer, q, { keys, values }) =>
      attention(g, q, keys, values, masksOf(windowOf(layer)), keyStarts, shapeOf(layer)),
  });
  const picked = finalNorm(g, config, weights, gather(g, hidden, lossRows));
  const most = fixedRows === undefined ? defaultTokens : fixedRows * length;
  const losses = linearCrossEntropy(g, picked, headOf(config, weights), targets, {
    parts: crossEntropyParts(most, config.vocabularySize),
    cap: config.logitSoftCap,
    smoothing,
  });
  return { ...losses, inputs };
}

/**
 * Builds the graph of one step: `loss` = lossScale · Σ nll over the loss rows, and `grad:<name>` for every
 * trainable, which is the gradient of the smoothed loss if `smoothing` is above 0: losses of all runs compare.
 * Inputs: inputIds [rows·length], positions and segments [rows, length], lossRows and targets [lossTokens],
 * keyStarts [blocks] if `blockStarts` returns several (see `attention`), lossScale [], lossWeights
 * [lossTokens] if `weighted`, embeddingNoise [rows·length, hiddenSize] if `noise`, the `maskInputs` if `dropout`, and the trainables under their names.
 */
export function trainingGraph(
  config: DecoderConfig,
  plan: WeightPlan,
  length: number,
  options: TrainingGraphOptions = {},
): GraphBuilder {
  const g = new GraphBuilder();
  const lossScale = g.input("lossScale", "float32", []);
  const { nll, objective, inputs } = packedLoss(g, config, plan, length, options);
  const weights = options.weighted ? g.input("lossWeights", "float32", [lossTokens]) : null;
  const sum = (terms: Value): Value =>
    mul(g, reduceSum(g, weights === null ? terms : mul(g, terms, weights), [0]), lossScale);
  const fixed = new Set(trainables(config, plan).flatMap(one => (one.fixed ? [one.name] : [])));
  const tuned = inputs.filter(input => !fixed.has(input.name));
  const found = grad(g, sum(objective), tuned, gradientRules);
  const gradients = new Map(found.map((gradient, i) => [tuned[i], gradient]));
  g.output("loss", sum(nll));
  for (const input of inputs) g.output(`grad:${input.name}`, gradients.get(input) ?? zerosLike(g, input));
  return g;
}

/**
 * Builds the graph for scoring without gradients: `nll` [lossTokens] in nats. Inputs as in `trainingGraph`,
 * without lossScale.
 */
export function scoringGraph(
  config: DecoderConfig,
  plan: WeightPlan,
  length: number,
  options: Pick<TrainingGraphOptions, "rows" | "recomputation"> = {},
): GraphBuilder {
  const g = new GraphBuilder();
  g.output("nll", packedLoss(g, config, plan, length, options).nll);
  return g;
}
