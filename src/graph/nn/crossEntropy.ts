// Negative log-likelihood computed from hidden states in parts, so that the logits of all rows never exist at
// once.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import {
  add,
  after,
  concat,
  div,
  exp,
  gatherElements,
  gemm,
  logSoftmax,
  mul,
  neg,
  reshape,
  scatterElements,
  shapeOf,
  sliceTo,
  softmax,
  sub,
} from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { softCap, softCapGradient } from "./softCap.ts";

/**
 * Target size of one part's logits in bytes: small compared with the model, large enough for products to run
 * at full speed.
 */
const partBytes = 64 * 1024 * 1024;
/** Minimum rows per part: with fewer, the output projection is read from memory too often. */
const fewestRows = 128;

/** Number of parts into which up to `rows` rows are divided. */
export function crossEntropyParts(rows: number, vocabularySize: number): number {
  const perPart = Math.max(fewestRows, Math.floor(partBytes / (4 * vocabularySize)));
  return Math.max(1, Math.ceil(rows / perPart));
}

interface Part {
  readonly h: Value; // [s/parts, d]
  readonly column: Value; // int64 [s/parts, 1]
  readonly logits: Value; // capped, [s/parts, vocabulary]
  readonly picked: Value; // log-probability of the target, [s/parts, 1]
  readonly rows: Dim;
  readonly of: (x: Value) => Value;
}

function split(
  g: GraphBuilder,
  h: Value,
  weight: Value,
  targets: Value,
  parts: number,
  cap: number | null,
): Part[] {
  const all = targets.shape[0] as Dim;
  const count = shapeOf(g, targets); // int64 [1]
  const bound = (i: number): Value | null =>
    i === 0 || i === parts ? null : div(g, mul(g, count, g.ints(i)), g.ints(parts));
  return Array.from({ length: parts }, (_, i) => {
    const rows = parts === 1 ? all : `${all}/${parts}`;
    const of = (x: Value): Value => (parts === 1 ? x : sliceTo(g, x, 0, bound(i), bound(i + 1), rows));
    const some = of(h);
    const column = reshape(g, of(targets), [rows, 1]);
    const logits = softCap(g, gemm(g, some, weight, { transB: true }), cap);
    const picked = gatherElements(g, logSoftmax(g, logits), column, 1);
    return { h: some, column, logits, picked, rows, of };
  });
}

/**
 * −log softmax(h·Wᵀ)[target] of each row, in nats; with a soft cap on h·Wᵀ unless it is null.
 * h: [s, d], W: [vocabulary, d], targets: int64 [s]. Returns [s].
 */
export function linearCrossEntropy(
  g: GraphBuilder,
  h: Value,
  weight: Value,
  targets: Value,
  parts: number,
  cap: number | null,
): Value {
  const rows = targets.shape[0] as Dim;
  const [nll] = g.composite(
    "LinearCrossEntropy",
    [h, weight, targets],
    () => {
      const picked = split(g, h, weight, targets, parts, cap).map(part => part.picked);
      const joined = parts === 1 ? (picked[0] as Value) : concat(g, picked, 0, rows);
      return { outputs: [neg(g, reshape(g, joined, [rows]))], saved: [] };
    },
    { parts, cap: { float: cap ?? 0 } },
  );
  return nll as Value;
}

/**
 * With D = softmax − onehot, times the slope of the soft cap: dh = dy ⊙ (D·W), dW = Dᵀ·(dy ⊙ h). Scaling by dy on the narrow side saves a pass
 * over [s, vocabulary]. Each part's gradient waits for its log-likelihood, so that its logits are freed
 * before those of the next part are computed.
 */
export const linearCrossEntropyRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [h, weight, targets] = entry.inputs as readonly [Value, Value, Value];
  const [dy] = gradients as readonly [Value];
  const count = entry.attributes.parts as number;
  const { float } = entry.attributes.cap as { readonly float: number };
  const cap = float || null;
  const dhs: Value[] = [];
  let dw: Value | null = null;
  for (const part of split(g, h, weight, targets, count, cap)) {
    const scale = reshape(g, part.of(dy), [part.rows, 1]);
    const onTarget = sub(g, exp(g, part.picked), g.scalar(1));
    const probable = scatterElements(g, softmax(g, part.logits), part.column, onTarget, 1);
    const difference = softCapGradient(g, part.logits, probable, cap);
    if (wants(0)) dhs.push(after(g, mul(g, gemm(g, difference, weight), scale), part.picked));
    if (wants(1)) {
      const term = gemm(g, difference, mul(g, part.h, scale), { transA: true });
      dw = dw === null ? term : (g.addIntoGemm(term, dw) ?? add(g, dw, term));
    }
  }
  const dh =
    dhs.length === 0 ? null : dhs.length === 1 ? (dhs[0] as Value) : concat(g, dhs, 0, h.shape[0] as Dim);
  return [dh, dw, null];
};
