// The gated delta rule: a memory that forgets and is corrected towards each value (Yang et al. 2024). Computed in
// chunks, in which the corrections of all tokens are products of matrices; only the memory goes from chunk to chunk.
import type { GraphBuilder } from "../tape/builder.ts";
import {
  add,
  and,
  cast,
  concat,
  equal,
  exp,
  lessOrEqual,
  matmul,
  mul,
  reduceSum,
  reshape,
  slice,
  sliceTo,
  sub,
  transpose,
  where,
} from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { splitColumns } from "./splitColumns.ts";
import { type InverseMasks, inverseMasks, maskOf, triangularInverse } from "./triangularInverse.ts";

/** Maximum number of tokens in a chunk: within one, the cost grows with the square. */
export const longestChunk = 64;

const hidden = -1e9; // far below any sum of decays; its exponential is exactly 0

/** Inputs of the rule: b rows, h heads of keys with r heads of values each, n chunks of c tokens. */
export interface DeltaInputs {
  readonly q: Value; // [b, h, 1, n, c, keySize]
  readonly k: Value; // likewise
  readonly v: Value; // [b, h, r, n, c, valueSize]
  /** Logarithms of what is kept of the memory at each token, at most 0. */
  readonly decay: Value; // [b, h, r, n, c, 1]
  /** Shares of the corrections that are made, from 0 to 1. */
  readonly beta: Value; // likewise
}

/** Which tokens of the chunks belong together. */
export interface Chunks {
  /** Added to logarithms: 0 for a token and the earlier ones of its example in the chunk; hides the others. */
  readonly visible: Value; // [..., c, c]
  /** 1 for a token and all earlier ones of the chunk. */
  readonly order: Value; // [c, c]
  /** 1 for tokens whose example began before the chunk; null if all did. */
  readonly fromBefore: Value | null; // [b, 1, 1, n, c, 1]
  /** 1 for tokens whose example reaches the end of the chunk; null if all do. */
  readonly toEnd: Value | null; // likewise
  /** The first value of the last token in `fromBefore`: 1 if an example fills the chunk; null likewise. */
  readonly throughout: Value | null; // [b, 1, 1, n, 1, 1]
  readonly inverse: InverseMasks;
}

/** Length of the chunks of rows of this length: the longest that divides it. */
export function chunkLength(length: number): number {
  let count = Math.ceil(length / longestChunk);
  while (length % count !== 0) count++;
  return length / count;
}

/** Chunks of packed rows. positions: int64 [b, l], counted from 0 in each example. */
export function packedChunks(g: GraphBuilder, positions: Value): Chunks {
  const [batch, length] = positions.shape as readonly [Dim, number];
  const size = chunkLength(length);
  const count = length / size;
  const indices = BigInt64Array.from({ length }, (_, i) => BigInt(i));
  const position = reshape(g, positions, [batch, 1, 1, count, size, 1]);
  const start = sub(g, g.constant(indices, [1, 1, 1, count, size, 1]), position);
  const among = g.constant(indices.slice(0, size), [size, 1]);
  const causal = lessOrEqual(g, g.constant(indices.slice(0, size), [1, size]), among);
  const same = equal(g, start, transpose(g, start, [0, 1, 2, 3, 5, 4]));
  const fromBefore = lessOrEqual(g, add(g, among, g.ints(1)), position);
  const last = (x: Value): Value => slice(g, x, 4, size - 1, size);
  return {
    visible: where(g, and(g, same, causal), g.scalar(0), g.scalar(hidden)),
    order: maskOf(g, size, (i, j) => j <= i),
    fromBefore: cast(g, fromBefore, "float32"),
    toEnd: cast(g, equal(g, start, last(start)), "float32"),
    throughout: last(cast(g, fromBefore, "float32")),
    inverse: inverseMasks(g, size, x => x),
  };
}

/**
 * One chunk of rows that are each of one example.
 * @param length int64 [1], at most `longestChunk`.
 */
export function stepChunk(g: GraphBuilder, length: Value, dim: Dim): Chunks {
  const cut = (x: Value): Value => sliceTo(g, sliceTo(g, x, 0, null, length, dim), 1, null, length, dim);
  const order = cut(maskOf(g, longestChunk, (i, j) => j <= i));
  const visible = mul(g, sub(g, order, g.scalar(1)), g.scalar(-hidden));
  const inverse = inverseMasks(g, longestChunk, cut);
  return { visible, order, fromBefore: null, toEnd: null, throughout: null, inverse };
}

/**
 * Memory S of keySize × valueSize: S ← e^decay·S + k·(β·(v − (e^decay·S)ᵀ·k))ᵀ at each token, whose output is Sᵀ·q.
 * @param memory S before the first chunk, [b, h, r, 1, keySize, valueSize]; null for 0.
 * @returns Outputs [b, h, r, n, c, valueSize], and the memory after the last chunk.
 */
export function gatedDelta(
  g: GraphBuilder,
  { q, k, v, decay, beta }: DeltaInputs,
  { visible, order, fromBefore, toEnd, throughout, inverse: masks }: Chunks,
  memory: Value | null,
): { readonly outputs: Value; readonly memory: Value } {
  const count = v.shape[3] as number;
  const among = (x: Value, mask: Value | null): Value => (mask === null ? x : mul(g, x, mask));
  const turned = (x: Value): Value => transpose(g, x, [0, 1, 2, 3, 5, 4]);
  const sums = matmul(g, order, decay); // of the decays up to each token of the chunk
  const total = reduceSum(g, decay, [4], true);
  const kept = exp(g, add(g, sub(g, sums, turned(sums)), visible)); // from one token to another
  const keys = turned(k);
  const inverse = triangularInverse(g, mul(g, beta, mul(g, matmul(g, k, keys), kept)), masks);
  const grown = among(exp(g, sums), fromBefore); // kept of the memory before the chunk
  const corrections = matmul(g, inverse, mul(g, beta, v));
  const recalled = matmul(g, inverse, mul(g, k, mul(g, beta, grown)));
  const attended = mul(g, matmul(g, q, keys), kept);
  const stored = turned(mul(g, k, among(exp(g, sub(g, total, sums)), toEnd)));
  const carried = among(exp(g, total), throughout);
  const asked = mul(g, q, grown);

  const chunks = (x: Value): readonly Value[] =>
    count === 1 ? [x] : splitColumns(g, x, Array<number>(count).fill(1), 3);
  const [recalls, changes, stores, carries, questions] = [
    chunks(recalled),
    chunks(corrections),
    chunks(stored),
    chunks(carried),
    chunks(asked),
  ] as const;
  let state = memory;
  const values: Value[] = [];
  const before: (Value | null)[] = [];
  for (const [i, change] of changes.entries()) {
    before.push(state);
    const fresh = state === null ? change : sub(g, change, matmul(g, recalls[i] as Value, state));
    values.push(fresh);
    const added = matmul(g, stores[i] as Value, fresh);
    state = state === null ? added : add(g, mul(g, state, carries[i] as Value), added);
  }
  const joined = (parts: readonly Value[]): Value =>
    parts.length === 1 ? (parts[0] as Value) : concat(g, parts, 3, count);
  const within = chunks(matmul(g, attended, joined(values)));
  const outputs = within.map((y, i) => {
    const earlier = before[i] ?? null;
    return earlier === null ? y : add(g, y, matmul(g, questions[i] as Value, earlier));
  });
  return { outputs: joined(outputs), memory: state as Value };
}
