// The graphs of a training step and of scoring, over packed rows.
import { grad } from "../autodiff/grad.ts";
import { GraphBuilder } from "../builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import { and, equal, gather, lessOrEqual, mul, reduceSum, reshape, where } from "../ops.ts";
import type { Dim, Value } from "../value.ts";
import { type DecoderConfig, decoder, finalNorm, headWeight } from "./decoder.ts";
import { attention, linearCrossEntropy } from "./layers.ts";
import { bindWeights, type WeightPlan } from "./weights.ts";

const masked = -1e9; // far below any score; softmax makes it an exact 0
const [tokens, lossTokens] = ["tokens", "lossTokens"];

/** Additive mask [rows, 1, 1, l, l]: a token sees earlier tokens of its own example only. */
function packedMask(g: GraphBuilder, segments: Value, length: number): Value {
  const order = Int32Array.from({ length }, (_, i) => i);
  const causal = lessOrEqual(
    g,
    g.constant(order, [1, 1, 1, 1, length]),
    g.constant(order, [1, 1, 1, length, 1]),
  );
  const rows = segments.shape[0] as Dim;
  const same = equal(
    g,
    reshape(g, segments, [rows, 1, 1, 1, length]),
    reshape(g, segments, [rows, 1, 1, length, 1]),
  );
  return where(g, and(g, same, causal), g.scalar(0), g.scalar(masked));
}

/** Loss rows of a packed batch, [lossTokens] in nats, and what the loss depends on. */
function packedLoss(
  g: GraphBuilder,
  config: DecoderConfig,
  plan: WeightPlan,
  length: number,
): { nll: Value; inputs: Value[] } {
  const rows = "rows";
  const inputIds = g.input("inputIds", "int64", [tokens]);
  const positions = g.input("positions", "int64", [rows, length]);
  const segments = g.input("segments", "int32", [rows, length]);
  const lossRows = g.input("lossRows", "int64", [lossTokens]);
  const targets = g.input("targets", "int64", [lossTokens]);
  const { weights, inputs } = bindWeights(g, config, plan);
  const mask = packedMask(g, segments, length);
  const { heads, kvHeads, headSize } = config;
  const shape = { batch: rows, queries: length, keys: length, heads, kvHeads, headSize };
  const hidden = decoder(g, config, weights, {
    inputIds,
    positions,
    batch: rows,
    length,
    maxPositions: length,
    attend: (_, q, { keys, values }) => attention(g, q, keys, values, mask, shape),
  });
  const picked = finalNorm(g, config, weights, gather(g, hidden, lossRows));
  return { nll: linearCrossEntropy(g, picked, headWeight(config, weights), targets), inputs };
}

/**
 * One step: `loss` = lossScale · Σ nll over the loss rows, and `grad:<name>` for every trainable.
 * Inputs: inputIds [rows·length], positions and segments [rows, length], lossRows and targets [lossTokens],
 * lossScale [], and the trainables under their names.
 */
export function trainingModel(config: DecoderConfig, plan: WeightPlan, length: number): Uint8Array {
  return encodeModel(trainingGraph(config, plan, length), "training");
}

/** The graph of `trainingModel`, for counting what it computes. */
export function trainingGraph(config: DecoderConfig, plan: WeightPlan, length: number): GraphBuilder {
  const g = new GraphBuilder();
  const lossScale = g.input("lossScale", "float32", []);
  const { nll, inputs } = packedLoss(g, config, plan, length);
  const loss = mul(g, reduceSum(g, nll, [0]), lossScale);
  const gradients = grad(g, loss, inputs);
  g.output("loss", loss);
  inputs.forEach((input, i) => {
    g.output(`grad:${input.name}`, gradients[i] as Value);
  });
  return g;
}

/** Scores without gradients: `nll` [lossTokens] in nats. Inputs as in `trainingModel`, without lossScale. */
export function scoringModel(config: DecoderConfig, plan: WeightPlan, length: number): Uint8Array {
  const g = new GraphBuilder();
  g.output("nll", packedLoss(g, config, plan, length).nll);
  return encodeModel(g, "scoring");
}
