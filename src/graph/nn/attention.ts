// Attention over packed rows: causal blocks of queries, whose scores are recomputed for the gradient.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { matmulTransposed } from "../tape/fusedOps.ts";
import {
  add,
  concat,
  lessOrEqual,
  matmul,
  maximum,
  mul,
  padTo,
  reduceMax,
  reduceSum,
  reshape,
  slice,
  sliceTo,
  softmax,
  sub,
  transpose,
  where,
} from "../tape/ops.ts";
import type { Dim, Sizes, Value } from "../tape/value.ts";
import { softCap, softCapGradient } from "./softCap.ts";

export interface AttentionShape {
  readonly batch: Dim;
  /** Number of queries, equal to the number of keys. */
  readonly length: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** Number of tokens that a query sees, including itself; null when it sees all. */
  readonly window: number | null;
  /** Number of blocks into which the queries are divided. */
  readonly blocks: number;
  /** Cap on scores; null for none. */
  readonly softCap: number | null;
}

/** Queries computed together, with the keys that any of them may see: those from `start` on. */
interface Block {
  readonly from: number;
  readonly to: number;
  /** int64 [1]; null when the block sees keys from the first on. */
  readonly start: Value | null;
  readonly keys: Dim;
}

/** Minimum number of queries in a block: smaller products are too small to run at full speed. */
const smallestBlock = 128;
/** Maximum number of blocks: each adds a few dozen operators per layer, and time to load them. */
const maxBlocks = 6;

/**
 * Number of blocks for rows of this length. Blocks skip the keys that come after all of their queries, and
 * those of earlier examples.
 */
function attentionBlocks(length: number): number {
  return Math.max(1, Math.min(maxBlocks, Math.floor(length / smallestBlock)));
}

/** Position of the first query of each block: [blocks]. */
export function blockStarts(length: number, blocks = attentionBlocks(length)): number[] {
  return Array.from({ length: blocks }, (_, i) => Math.floor((i * length) / blocks));
}

function keysName(block: number, window: number | null): string {
  return window === null ? `keys.${block}` : `keys.${block}.${window}`;
}

/**
 * Largest distance of a score from its query's highest; lower ones, such as those of hidden keys, are raised to it.
 * Their weights are then e⁻⁴⁰ of the largest, which float32 sums can't resolve. Exact zeros would come from
 * underflow, which makes softmax eight times as slow on current processors.
 */
const scoreRange = 40;

/**
 * Sizes of each block's keys, under the names that `matrixFlops` and `runMemory` look up.
 * @param keyStarts Value of the graph's `keyStarts` input; if omitted, every block sees all keys, which is
 * the maximum.
 */
export function keySizes(
  length: number,
  windows: readonly (number | null)[],
  keyStarts: readonly number[] = blockStarts(length).map(() => 0),
): Sizes {
  const starts = blockStarts(length);
  const sizes: Record<string, number> = {};
  for (const window of windows) {
    for (const [i, from] of starts.entries()) {
      const first = Math.max(keyStarts[i] ?? 0, window === null ? 0 : from - window + 1);
      sizes[keysName(i, window)] = (starts[i + 1] ?? length) - first;
    }
  }
  return sizes;
}

function blocksOf(
  g: GraphBuilder,
  keyStarts: Value | null,
  { length, window, blocks }: Pick<AttentionShape, "length" | "window" | "blocks">,
): Block[] {
  const starts = blockStarts(length, blocks);
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? length;
    if (keyStarts === null || i === 0) return { from, to, start: null, keys: to };
    const start = slice(g, keyStarts, 0, i, i + 1);
    const name = keysName(i, window);
    if (window === null || from - window + 1 <= 0) return { from, to, start, keys: name };
    const oldest = g.ints(from - window + 1);
    return { from, to, start: where(g, lessOrEqual(g, start, oldest), oldest, start), keys: name };
  });
}

/**
 * Grouped-query attention without expanding keys and values: the heads of a group are stacked along the query
 * axis.
 * q: [b, l, heads·headSize], already scaled; k: [b, kvHeads, l, headSize]; v likewise;
 * masks: of `blockMasks`.
 * keyStarts: int64 [blocks]; for each of `blockStarts`, a position before which no key is visible to any
 * query from there on. Null means 0 for all. Returns [b, l, heads·headSize].
 */
export function attention(
  g: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  masks: readonly Value[],
  keyStarts: Value | null,
  shape: AttentionShape,
): Value {
  const { kvHeads, window, blocks } = shape;
  const [out] = g.composite(
    "Attention",
    [q, k, v, ...masks, ...(keyStarts === null ? [] : [keyStarts])],
    () => {
      const floors: Value[] = [];
      const parts = blocksOf(g, keyStarts, shape).map((block, i) => {
        const stacked = stackedShape(shape, block);
        const masked = maskedScores(g, blockScores(g, q, k, shape, block), masks[i] as Value, shape, block);
        const floor = floorOf(g, masked);
        floors.push(floor);
        const weights = blockWeights(g, masked, floor, shape, block);
        return unstack(g, matmul(g, weights, keysOf(g, v, block)), stacked, shape);
      });
      const mixed = parts.length === 1 ? (parts[0] as Value) : concat(g, parts, 1, shape.length);
      return { outputs: [mixed], saved: [mixed, ...floors] };
    },
    { kvHeads, window: window ?? 0, blocks, softCap: { float: shape.softCap ?? 0 } },
  );
  return out as Value;
}

/**
 * The part of a mask that each block of `attention` needs, the same in all layers.
 * mask: additive, [b, 1, l, l]; must hide later tokens. Returns a [b, 1, 1, queries, keys] for each block.
 */
export function blockMasks(
  g: GraphBuilder,
  mask: Value,
  keyStarts: Value | null,
  shape: Pick<AttentionShape, "length" | "window" | "blocks">,
): readonly Value[] {
  return blocksOf(g, keyStarts, shape).map(block => {
    const part = keysOf(g, slice(g, mask, 2, block.from, block.to), block, 3);
    return reshape(g, part, [mask.shape[0] as Dim, 1, 1, block.to - block.from, block.keys]);
  });
}

function stackedShape({ heads, kvHeads, headSize, batch }: AttentionShape, { from, to }: Block) {
  const group = heads / kvHeads;
  return { batch, kvHeads, group, queries: to - from, headSize };
}

/** Reshapes the block's queries x[b, l, heads·d] to [b, kvHeads, group·queries, d]. */
function stack(g: GraphBuilder, x: Value, shape: AttentionShape, block: Block): Value {
  const { batch, kvHeads, group, queries, headSize } = stackedShape(shape, block);
  const rows = slice(g, x, 1, block.from, block.to);
  const split = reshape(g, rows, [batch, queries, kvHeads, group, headSize]);
  return reshape(g, transpose(g, split, [0, 2, 3, 1, 4]), [batch, kvHeads, group * queries, headSize]);
}

function unstack(
  g: GraphBuilder,
  x: Value,
  { batch, kvHeads, group, queries, headSize }: ReturnType<typeof stackedShape>,
  { heads }: AttentionShape,
): Value {
  const split = reshape(g, x, [batch, kvHeads, group, queries, headSize]);
  return reshape(g, transpose(g, split, [0, 3, 1, 2, 4]), [batch, queries, heads * headSize]);
}

function keysOf(g: GraphBuilder, x: Value, block: Block, axis = 2): Value {
  const { start, keys, to } = block;
  return start === null ? slice(g, x, axis, 0, to) : sliceTo(g, x, axis, start, g.ints(to), keys);
}

/** Scores of a block, without the mask: [b, kvHeads, group·queries, keys]. */
function blockScores(g: GraphBuilder, q: Value, k: Value, shape: AttentionShape, block: Block): Value {
  const products = matmulTransposed(g, stack(g, q, shape, block), keysOf(g, k, block), { transB: true });
  return softCap(g, products, shape.softCap);
}

/** Scores of a block with its mask: [b, kvHeads, group, queries, keys]. */
function maskedScores(
  g: GraphBuilder,
  scores: Value,
  mask: Value,
  shape: AttentionShape,
  block: Block,
): Value {
  const { batch, kvHeads, group, queries } = stackedShape(shape, block);
  const byHead = reshape(g, scores, [batch, kvHeads, group, queries, block.keys]);
  return add(g, byHead, mask);
}

/** Lowest score of each of a block's queries: [b, kvHeads, group, queries, 1]. */
function floorOf(g: GraphBuilder, masked: Value): Value {
  return sub(g, reduceMax(g, masked, [-1], true), g.scalar(scoreRange));
}

/** Attention weights of a block: [b, kvHeads, group·queries, keys]. */
function blockWeights(
  g: GraphBuilder,
  masked: Value,
  floor: Value,
  shape: AttentionShape,
  block: Block,
): Value {
  const { batch, kvHeads, group, queries } = stackedShape(shape, block);
  return reshape(g, softmax(g, maximum(g, masked, floor)), [batch, kvHeads, group * queries, block.keys]);
}

/**
 * S = max(Q·Kᵀ + M, floor), P = softmax(S), O = P·V; with a soft cap, S = max(softCap(Q·Kᵀ) + M, floor).
 * dV = Pᵀ·dO, dP = dO·Vᵀ, dS = P ⊙ (dP − rowsum(dO ⊙ O)), dQ = dS·K, dK = dSᵀ·Q
 * (rowsum(dP ⊙ P) = rowsum(dO ⊙ O), with P recomputed instead of kept: Dao et al. 2022).
 */
export const attentionRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [q, k, v, ...others] = entry.inputs as readonly [Value, Value, Value, ...Value[]];
  const [mixed, ...floors] = entry.saved as readonly [Value, ...Value[]];
  const [dy] = gradients as readonly [Value];
  const kvHeads = entry.attributes.kvHeads as number;
  const headSize = Number(k.shape.at(-1));
  const [batch, length, width] = q.shape as readonly [Dim, number, number];
  const heads = width / headSize;
  const group = heads / kvHeads;
  const { window, blocks: count } = entry.attributes as { readonly window: number; readonly blocks: number };
  const { float: cap } = entry.attributes.softCap as { readonly float: number };
  const softCap = cap || null;
  const shape = { batch, length, heads, kvHeads, headSize, window: window || null, blocks: count, softCap };
  const [masks, keyStarts = null] = [others.slice(0, count), others[count]];
  const byHead = reshape(g, mul(g, dy, mixed), [batch, length, kvHeads, group, headSize]);
  const sums = transpose(g, reduceSum(g, byHead, [-1]), [0, 2, 3, 1]); // [b, kvHeads, group, l]
  const blocks = blocksOf(g, keyStarts, shape).map((block, i) => {
    const stacked = stackedShape(shape, block);
    const rows = group * stacked.queries;
    const scores = g.repeat(() => blockScores(g, q, k, shape, block));
    const weights = g.repeat(() => {
      const masked = maskedScores(g, scores, masks[i] as Value, shape, block);
      return blockWeights(g, masked, floors[i] as Value, shape, block);
    });
    const dMixed = stack(g, dy, shape, block);
    const dWeights = matmulTransposed(g, dMixed, keysOf(g, v, block), { transB: true });
    const sum = reshape(g, slice(g, sums, 3, block.from, block.to), [batch, kvHeads, rows, 1]);
    const dScores = softCapGradient(g, scores, mul(g, weights, sub(g, dWeights, sum)), softCap);
    const wide = (x: Value): Value => padTo(g, x, 2, block.start ?? g.ints(0), length - block.to, length);
    return {
      dq: wants(0) ? unstack(g, matmul(g, dScores, keysOf(g, k, block)), stacked, shape) : null,
      dk: wants(1)
        ? wide(
            matmulTransposed(
              g,
              dScores,
              g.repeat(() => stack(g, q, shape, block)),
              { transA: true },
            ),
          )
        : null,
      dv: wants(2) ? wide(matmulTransposed(g, weights, dMixed, { transA: true })) : null,
    };
  });
  const total = (parts: readonly (Value | null)[]): Value | null =>
    parts.reduce((sum, part) => (sum === null || part === null ? part : add(g, sum, part)));
  const dqs = blocks.map(block => block.dq).filter(x => x !== null);
  return [
    dqs.length === 0 ? null : dqs.length === 1 ? (dqs[0] as Value) : concat(g, dqs, 1, length),
    total(blocks.map(block => block.dk)),
    total(blocks.map(block => block.dv)),
    ...others.map(() => null),
  ];
};
