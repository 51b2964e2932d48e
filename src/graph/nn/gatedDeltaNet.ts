// The layer that Qwen3.5 has in most places instead of attention: a convolution, the gated delta rule, a gated norm.
import type { GraphBuilder } from "../tape/builder.ts";
import {
  add,
  exp,
  lessOrEqual,
  log,
  mul,
  neg,
  reshape,
  sigmoid,
  splitRows,
  sub,
  transpose,
  where,
} from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { causalConvolution } from "./causalConvolution.ts";
import { type Chunks, chunkLength, type DeltaInputs, gatedDelta } from "./gatedDelta.ts";
import { rmsNorm, swiGlu } from "./layers.ts";
import { type DecoderWeights, linear } from "./linear.ts";
import { deltaNetNames, type GatedDeltaNet } from "./recurrence.ts";
import { splitColumns } from "./splitColumns.ts";

/** ε of the norms of queries and keys, in every model. */
const keyEpsilon = 1e-6;

/** State of a layer in a step of generation. */
export interface DeltaStep {
  /** The convolution's inputs after those before this step. */
  readonly preceded: (x: Value) => Value;
  /** Before this step: [b, valueHeads, keySize, valueSize]. */
  readonly memory: Value;
  readonly remember: (memory: Value) => void;
  /** 1 for tokens, 0 for padding: [b, l, 1]. */
  readonly present: Value;
}

export interface DeltaLayer {
  readonly weights: DecoderWeights;
  /** Name of the layer. */
  readonly name: string;
  readonly net: GatedDeltaNet;
  readonly normEpsilon: number;
  readonly positions: Value; // int64 [b, l]
  readonly chunks: Chunks;
  /** Null if every example begins in this step. */
  readonly step: DeltaStep | null;
  /** True inside of what is computed again for gradients anyway. */
  readonly recomputed: boolean;
}

/** h: [n, hiddenSize] -> [n, hiddenSize] (+ residual). Keeps only the projections of h for gradients. */
export function gatedDeltaNet(g: GraphBuilder, layer: DeltaLayer, h: Value, residual?: Value): Value {
  const { weights, name, net, normEpsilon, recomputed } = layer;
  const project = (side: "qkv" | "z" | "a" | "b"): Value =>
    linear(g, weights, `${name}.${deltaNetNames[side]}`, h);
  const [qkv, z, a, b] = [project("qkv"), project("z"), project("a"), project("b")];
  const rows = h.shape[0] as Dim;
  const { valueHeads, valueSize } = net;
  const compute = (): Value => mixed(g, layer, qkv, a, b, rows);
  const [y] = recomputed || layer.step !== null ? [compute()] : g.recomputed(() => [compute()]);
  const normal = rmsNorm(g, y as Value, weights.weight(`${name}.${deltaNetNames.norm}.weight`), normEpsilon);
  const gated = swiGlu(g, reshape(g, z, [rows, valueHeads, valueSize]), normal);
  const flat = reshape(g, gated, [rows, valueHeads * valueSize]);
  return linear(g, weights, `${name}.${deltaNetNames.output}`, flat, residual);
}

/** From the projections to the outputs of the rule: [n, valueHeads, valueSize]. */
function mixed(g: GraphBuilder, layer: DeltaLayer, qkv: Value, a: Value, b: Value, rows: Dim): Value {
  const { weights, name, net, positions, chunks, step } = layer;
  const { keyHeads, valueHeads, keySize, valueSize } = net;
  const [batch, length] = positions.shape as readonly [Dim, Dim];
  const group = valueHeads / keyHeads;
  const size = step === null ? chunkLength(length as number) : length;
  const count = step === null ? (length as number) / (size as number) : 1;

  const widths = [keyHeads * keySize, keyHeads * keySize, valueHeads * valueSize] as const;
  const inputs = splitRows(g, qkv, positions, widths[0] + widths[1] + widths[2]);
  const weight = weights.weight(`${name}.${deltaNetNames.convolution}.weight`);
  const convolved = causalConvolution(g, inputs, weight, positions, step?.preceded(inputs) ?? null);
  const active = mul(g, convolved, sigmoid(g, convolved));
  const [q, k, v] = splitColumns(g, active, widths, 2) as [Value, Value, Value];

  /** [b, l, heads·width] -> [b, h, per, n, c, width] */
  const chunked = (x: Value, per: number, width: number): Value => {
    const byToken = reshape(g, x, [batch, length, keyHeads * per, width]);
    return reshape(g, transpose(g, byToken, [0, 2, 1, 3]), [batch, keyHeads, per, count, size, width]);
  };
  const perHead = (x: Value): Value => {
    const split = splitRows(g, x, positions, valueHeads);
    return chunked(step === null ? split : mul(g, split, step.present), group, 1);
  };
  /** x / √(Σ x² + ε) over a head, times a factor. */
  const unit = (x: Value, factor: number): Value => {
    const scale = new Float32Array(keySize).fill(factor / Math.sqrt(keySize));
    const heads = reshape(g, x, [batch, length, keyHeads, keySize]);
    const normal = rmsNorm(g, heads, g.constant(scale, [keySize]), keyEpsilon / keySize);
    return chunked(normal, 1, keySize);
  };
  const parameter = (side: "decay" | "bias"): Value => weights.weight(`${name}.${deltaNetNames[side]}`);
  const waits = softplus(g, add(g, a, parameter("bias")));
  const delta: DeltaInputs = {
    q: unit(q, 1 / Math.sqrt(keySize)),
    k: unit(k, 1),
    v: chunked(v, group, valueSize),
    decay: perHead(neg(g, mul(g, waits, exp(g, parameter("decay"))))),
    beta: perHead(sigmoid(g, b)),
  };
  const memory =
    step === null ? null : reshape(g, step.memory, [batch, keyHeads, group, 1, keySize, valueSize]);
  const { outputs, memory: after } = gatedDelta(g, delta, chunks, memory);
  step?.remember(reshape(g, after, [batch, valueHeads, keySize, valueSize]));
  const byHead = reshape(g, outputs, [batch, valueHeads, length, valueSize]);
  return reshape(g, transpose(g, byHead, [0, 2, 1, 3]), [rows, valueHeads, valueSize]);
}

/** ln(1 + eˣ) = x₊ + ln(1 + e^−|x|), which can't overflow. */
function softplus(g: GraphBuilder, x: Value): Value {
  const below = where(g, lessOrEqual(g, x, g.scalar(0)), x, g.scalar(0));
  const above = sub(g, x, below);
  return add(g, above, log(g, add(g, g.scalar(1), exp(g, sub(g, below, above)))));
}
