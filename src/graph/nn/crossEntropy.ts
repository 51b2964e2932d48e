// Negative log-likelihood computed from hidden states in parts, so that the logits of all rows never exist at
// once.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { dequantize } from "../tape/fusedOps.ts";
import {
  add,
  after,
  cast,
  concat,
  div,
  exp,
  gatherElements,
  gemm,
  logSoftmax,
  mul,
  neg,
  reduceMean,
  reshape,
  scatterElements,
  shapeOf,
  slice,
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
/** Size in bytes of the largest head of integers that is converted to float32 as a whole. */
const largestHead = 256 * 1024 * 1024;

/** Number of parts into which up to `rows` rows are divided. */
export function crossEntropyParts(rows: number, vocabularySize: number): number {
  const perPart = Math.max(fewestRows, Math.floor(partBytes / (4 * vocabularySize)));
  return Math.max(1, Math.ceil(rows / perPart));
}

/** Output projection W[vocabulary, d]. */
export type Head =
  | { readonly kind: "floats"; readonly matrix: Value }
  /** W = integers ⊙ scales + least, with one scale and minimum for each block of a row. */
  | {
      readonly kind: "integers";
      readonly integers: Value; // uint8 [vocabulary, d]
      readonly scales: Value; // float16 [vocabulary, blocks]
      readonly least: Value; // float16 [vocabulary, blocks]
      readonly blocks: Value; // [blocks, d], 1 where a column belongs to a block
      /** Number of rows that are converted to float32 at a time. */
      readonly rowsAtOnce: number;
    };

/**
 * Number of rows of a head of integers to convert at a time: all of a usual one. A large one never exists in
 * float32 as a whole, and is converted each time that it is used. That of Gemma 3 270M has 168 million of its
 * 268 million parameters.
 */
export function rowsAtOnce(vocabularySize: number, d: number): number {
  return 4 * vocabularySize * d > largestHead ? Math.max(1, Math.floor(partBytes / (4 * d))) : vocabularySize;
}

function valuesOf(head: Head): readonly Value[] {
  return head.kind === "floats" ? [head.matrix] : [head.integers, head.scales, head.least, head.blocks];
}

function headOf(values: readonly Value[], rows: number): Head {
  const [first, scales, least, blocks] = values as readonly [Value, Value?, Value?, Value?];
  return scales && least && blocks
    ? { kind: "integers", integers: first, scales, least, blocks, rowsAtOnce: rows }
    : { kind: "floats", matrix: first };
}

/** Rows of a head of integers. */
interface HeadSlice {
  readonly from: number;
  readonly rows: number;
  /** Without the minimum, which is multiplied separately: adding it would take a second matrix. */
  readonly scaled: Value; // [rows, d]
}

function slicesOf(g: GraphBuilder, head: Head & { readonly kind: "integers" }, purpose: string): HeadSlice[] {
  const [vocabulary, d] = head.integers.shape as readonly [number, number];
  const count = Math.ceil(vocabulary / head.rowsAtOnce);
  const convert = (): HeadSlice[] =>
    Array.from({ length: count }, (_, i) => {
      const from = i * head.rowsAtOnce;
      const rows = Math.min(head.rowsAtOnce, vocabulary - from);
      const of = (x: Value): Value => slice(g, x, 0, from, from + rows);
      const block = d / (head.blocks.shape[0] as number);
      return {
        from,
        rows,
        scaled: dequantize(g, of(head.integers), cast(g, of(head.scales), "float32"), block),
      };
    });
  return count === 1 ? convert() : g.repeat(convert, purpose);
}

/**
 * h·Wᵀ. h: [n, d]. Returns [n, vocabulary].
 * @param part Index of these rows among all
 */
export function logitsOf(g: GraphBuilder, h: Value, head: Head, part = 0): Value {
  if (head.kind === "floats") return gemm(g, h, head.matrix, { transB: true });
  const sums = gemm(g, h, head.blocks, { transB: true });
  const least = cast(g, head.least, "float32");
  const parts = slicesOf(g, head, `logits ${part}`).map(({ from, rows, scaled }) => {
    const c = gemm(g, sums, slice(g, least, 0, from, from + rows), { transB: true });
    return gemm(g, h, scaled, { transB: true, c });
  });
  const [only] = parts;
  return parts.length === 1 ? (only as Value) : concat(g, parts, 1, head.integers.shape[0] as Dim);
}

/** x·W. x: [n, vocabulary]. Returns [n, d]. */
function timesHead(g: GraphBuilder, x: Value, head: Head, part: number): Value {
  if (head.kind === "floats") return gemm(g, x, head.matrix);
  const slices = slicesOf(g, head, `gradient ${part}`);
  const columns = slices.map(({ from, rows }) => slice(g, x, 1, from, from + rows));
  // Recorded after all slices: the runtime computes what was recorded last first, which is here the sum so
  // far, so that no two slices exist at once.
  const minima = gemm(g, gemm(g, x, cast(g, head.least, "float32")), head.blocks);
  return slices.reduce((sum, { scaled }, i) => gemm(g, columns[i] as Value, scaled, { c: sum }), minima);
}

interface Part {
  readonly h: Value; // [s/parts, d]
  readonly column: Value; // int64 [s/parts, 1]
  readonly logits: Value; // capped, [s/parts, vocabulary]
  readonly logProbabilities: Value; // [s/parts, vocabulary]
  readonly picked: Value; // log-probability of the target, [s/parts, 1]
  readonly rows: Dim;
  readonly of: (x: Value) => Value;
}

function split(
  g: GraphBuilder,
  h: Value,
  head: Head,
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
    const logits = softCap(g, logitsOf(g, some, head, i), cap);
    const logProbabilities = logSoftmax(g, logits);
    const picked = gatherElements(g, logProbabilities, column, 1);
    return { h: some, column, logits, logProbabilities, picked, rows, of };
  });
}

export interface CrossEntropyOptions {
  /** Number of parts in which logits are computed. */
  readonly parts: number;
  /** Soft cap on h·Wᵀ; null for none. */
  readonly cap: number | null;
  /** Weight of the mean over the vocabulary (label smoothing, Szegedy et al. 2016); 0 by default. */
  readonly smoothing?: number;
}

/** Losses of each row in nats, [s]. */
export interface CrossEntropy {
  /** −log softmax(h·Wᵀ)[target]. Without a gradient where the loss is smoothed. */
  readonly nll: Value;
  /** What is minimised: (1 − smoothing) · nll + smoothing · the mean of −log softmax(h·Wᵀ) over the vocabulary. */
  readonly objective: Value;
}

/** h: [s, d], W: [vocabulary, d], targets: int64 [s]. */
export function linearCrossEntropy(
  g: GraphBuilder,
  h: Value,
  head: Head,
  targets: Value,
  { parts, cap, smoothing = 0 }: CrossEntropyOptions,
): CrossEntropy {
  const rows = targets.shape[0] as Dim;
  const outputs = g.composite(
    "LinearCrossEntropy",
    [h, targets, ...valuesOf(head)],
    () => {
      const all = split(g, h, head, targets, parts, cap);
      const joined = (of: (part: Part) => Value): Value => {
        const some = all.map(of);
        return neg(g, reshape(g, parts === 1 ? (some[0] as Value) : concat(g, some, 0, rows), [rows]));
      };
      const nll = joined(part => part.picked);
      if (smoothing === 0) return { outputs: [nll], saved: [] };
      const smoothed = joined(({ picked, logProbabilities }) =>
        add(
          g,
          mul(g, picked, g.scalar(1 - smoothing)),
          mul(g, reduceMean(g, logProbabilities, [-1], true), g.scalar(smoothing)),
        ),
      );
      return { outputs: [smoothed, nll], saved: [] };
    },
    {
      parts,
      cap: { float: cap ?? 0 },
      smoothing: { float: smoothing },
      rowsAtOnce: head.kind === "integers" ? head.rowsAtOnce : 0,
    },
  );
  return { objective: outputs[0] as Value, nll: outputs.at(-1) as Value };
}

/**
 * With D = softmax − (1 − smoothing) · onehot − smoothing / vocabulary, times the slope of the soft cap:
 * dh = dy ⊙ (D·W), dW = Dᵀ·(dy ⊙ h). Scaling by dy on the narrow side saves a pass over [s, vocabulary]. Each part's gradient waits for its log-likelihood,
 * so that its logits are freed before those of the next part are computed.
 */
export const linearCrossEntropyRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [h, targets, ...values] = entry.inputs as readonly [Value, Value, ...Value[]];
  const head = headOf(values, entry.attributes.rowsAtOnce as number);
  const [dy, plain] = gradients as readonly [Value | null, (Value | null)?];
  if (dy === null || plain) throw new Error("only the objective of LinearCrossEntropy has a gradient");
  const count = entry.attributes.parts as number;
  const { float } = entry.attributes.cap as { readonly float: number };
  const cap = float || null;
  const { float: smoothing } = entry.attributes.smoothing as { readonly float: number };
  const dhs: Value[] = [];
  let dw: Value | null = null;
  for (const [i, part] of split(g, h, head, targets, count, cap).entries()) {
    const scale = reshape(g, part.of(dy), [part.rows, 1]);
    const everywhere = smoothing / (part.logits.shape[1] as number);
    const onTarget = sub(g, exp(g, part.picked), g.scalar(1 - smoothing + everywhere));
    const predicted = softmax(g, part.logits);
    const others = smoothing === 0 ? predicted : sub(g, predicted, g.scalar(everywhere));
    const probable = scatterElements(g, others, part.column, onTarget, 1);
    const difference = softCapGradient(g, part.logits, probable, cap);
    if (wants(0)) dhs.push(after(g, mul(g, timesHead(g, difference, head, i), scale), part.picked));
    if (wants(2)) {
      const term = gemm(g, difference, mul(g, part.h, scale), { transA: true });
      dw = dw === null ? term : (g.addIntoGemm(term, dw) ?? add(g, dw, term));
    }
  }
  const dh =
    dhs.length === 0 ? null : dhs.length === 1 ? (dhs[0] as Value) : concat(g, dhs, 0, h.shape[0] as Dim);
  return [dh, null, dw, ...values.slice(1).map(() => null)];
};
