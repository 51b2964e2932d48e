// The graphs that the runtime runs: a training step, scoring, and one step of generation.
import { grad } from "../autodiff/grad.ts";
import { GraphBuilder } from "../builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import {
  add,
  and,
  cast,
  concat,
  equal,
  gather,
  gemm,
  lessOrEqual,
  matmul,
  mul,
  reduceSum,
  reshape,
  sliceTo,
  softmax,
  transpose,
  where,
} from "../ops.ts";
import type { Dim, DType, Value } from "../value.ts";
import {
  type DecoderConfig,
  type DecoderWeights,
  decoder,
  decoderWeights,
  finalNorm,
  headWeight,
  type LowRank,
  linearLayers,
} from "./decoder.ts";
import { attention, linearCrossEntropy } from "./layers.ts";

/** A weight as it lies in a file beside the graph. */
export interface StoredWeight {
  readonly dtype: DType;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** How the weights enter a graph: frozen ones from files, trainable ones as inputs. */
export type WeightPlan =
  /** Every weight is an input. */
  | { readonly kind: "full" }
  /** Weights from files; adapters of this rank on all linear layers are inputs. Rank 0 = no adapter. */
  | {
      readonly kind: "frozen";
      readonly stored: ReadonlyMap<string, StoredWeight>;
      readonly rank: number;
      readonly alpha: number;
    };

export interface Trainable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Name of an adapter matrix, as PEFT writes it. */
export function adapterName(layer: string, side: "A" | "B"): string {
  return `base_model.model.${layer}.lora_${side}.weight`;
}

/** What training changes under this plan: inputs of every graph, in order. */
export function trainables(config: DecoderConfig, plan: WeightPlan): Trainable[] {
  if (plan.kind === "full") return decoderWeights(config);
  if (plan.rank === 0) return [];
  return linearLayers(config).flatMap(layer => [
    { name: adapterName(layer.name, "A"), shape: [plan.rank, layer.in] },
    { name: adapterName(layer.name, "B"), shape: [layer.out, plan.rank] },
  ]);
}

const masked = -1e9; // far below any score; softmax makes it an exact 0
const [tokens, lossTokens] = ["tokens", "lossTokens"];

function bindWeights(
  g: GraphBuilder,
  config: DecoderConfig,
  plan: WeightPlan,
): { weights: DecoderWeights; inputs: Value[] } {
  const inputs = new Map(
    trainables(config, plan).map(({ name, shape }) => [name, g.input(name, "float32", shape)]),
  );
  const find = (name: string): Value => {
    const value = inputs.get(name);
    if (value === undefined) throw new Error(`no weight ${name}`);
    return value;
  };
  const frozen = new Map<string, Value>();
  if (plan.kind === "frozen") {
    for (const { name, shape } of decoderWeights(config)) {
      const stored = plan.stored.get(name);
      if (stored === undefined) throw new Error(`no weight ${name}`);
      frozen.set(name, cast(g, g.external(name, stored.dtype, shape, stored), "float32"));
    }
  }
  const adapter = (layer: string): LowRank | null =>
    plan.kind === "full" || plan.rank === 0
      ? null
      : { a: find(adapterName(layer, "A")), b: find(adapterName(layer, "B")), scale: plan.alpha / plan.rank };
  const weights: DecoderWeights = { weight: name => frozen.get(name) ?? find(name), adapter };
  return { weights, inputs: [...inputs.values()] };
}

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

/**
 * One step of generation for a batch, prompt or single token alike. The cache is the caller's memory: the graph
 * reads it and gives only this step's keys and values, so that nothing grows by copying.
 * Inputs: inputIds [tokens = batch·length], positions [batch, length], lastRows [batch],
 * mask [batch, 1, 1, length, cached + length] additive, cached [1] = places in the cache,
 * cache.<layer>.keys and .values [batch, kvHeads, cached, headSize], and the trainables.
 * Outputs: logits [batch, vocabulary] of the last token of each row, fresh.<layer>.keys and .values
 * [batch, kvHeads, length, headSize].
 */
export function generationModel(config: DecoderConfig, plan: WeightPlan, maxPositions: number): Uint8Array {
  const g = new GraphBuilder();
  const [batch, length, cached, all] = ["batch", "length", "cached", "all"];
  const { heads, kvHeads, headSize, hiddenSize } = config;
  const group = heads / kvHeads;
  const inputIds = g.input("inputIds", "int64", [tokens]);
  const positions = g.input("positions", "int64", [batch, length]);
  const mask = g.input("mask", "float32", [batch, 1, 1, length, all]);
  const cacheLength = g.input("cached", "int64", [1]);
  const { weights } = bindWeights(g, config, plan);
  const grouped = (x: Value, size: Dim): Value => reshape(g, x, [batch, kvHeads, 1, size, headSize]);
  const attend = (layer: number, q: Value, fresh: { keys: Value; values: Value }): Value => {
    g.output(`fresh.${layer}.keys`, fresh.keys);
    g.output(`fresh.${layer}.values`, fresh.values);
    const cache = (side: string): Value =>
      grouped(g.input(`cache.${layer}.${side}`, "float32", [batch, kvHeads, cached, headSize]), cached);
    const [oldKeys, oldValues] = [cache("keys"), cache("values")];
    const rows = transpose(g, reshape(g, q, [batch, length, kvHeads, group, headSize]), [0, 2, 3, 1, 4]);
    const against = (keys: Value): Value => matmul(g, rows, transpose(g, keys, [0, 1, 2, 4, 3]));
    const scores = concat(g, [against(oldKeys), against(grouped(fresh.keys, length))], 4, all);
    const shares = softmax(g, add(g, scores, mask)); // [b, kv, group, l, cached + l]
    const old = matmul(g, sliceTo(g, shares, 4, null, cacheLength, cached), oldValues);
    const recent = matmul(g, sliceTo(g, shares, 4, cacheLength, null, length), grouped(fresh.values, length));
    const mixed = add(g, old, recent);
    return reshape(g, transpose(g, mixed, [0, 3, 1, 2, 4]), [batch, length, heads * headSize]);
  };
  const hidden = decoder(g, config, weights, { inputIds, positions, batch, length, maxPositions, attend });
  const lastRows = g.input("lastRows", "int64", [batch]);
  const last = reshape(g, gather(g, hidden, lastRows), [batch, hiddenSize]);
  g.output(
    "logits",
    gemm(g, finalNorm(g, config, weights, last), headWeight(config, weights), { transB: true }),
  );
  return encodeModel(g, "generation");
}
