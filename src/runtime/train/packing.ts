// Packs examples into rows of equal length, so that hardly any computation is wasted on padding.
import { blockStarts } from "../../graph/nn/attention.ts";

/** Row lengths are multiples of this, which suits matrix kernels. */
const rowStep = 32;
/**
 * Preferred maximum row length, since attention within a row is quadratic. Exceeded only if an example is
 * longer.
 */
const preferredLimit = 512;
/** Share of padding among all positions that does not justify a longer row. */
const acceptedFiller = 0.03;

/**
 * Returns rows of example indices whose lengths sum to at most `rowLength`: best fit, longest first; equal
 * lengths and then the rows themselves in the sequence of `order`.
 * @param order Examples to pack, in the shuffled order of the epoch.
 */
export function packExamples(
  lengths: readonly number[],
  rowLength: number,
  order: readonly number[],
): number[][] {
  const lengthOf = (index: number): number => {
    const length = lengths[index];
    if (length === undefined || length < 1 || length > rowLength)
      throw new RangeError(`Example ${index} has ${length} tokens, a row holds 1 to ${rowLength}.`);
    return length;
  };
  const rank = new Map(order.map((index, position) => [index, position]));
  const rankOf = (index: number): number => rank.get(index) ?? 0;
  const longestFirst = [...order].sort((a, b) => lengthOf(b) - lengthOf(a) || rankOf(a) - rankOf(b));
  const rows: number[][] = [];
  /** Rows by the room left in them, latest last. */
  const byRoom: number[][][] = Array.from({ length: rowLength + 1 }, () => []);
  for (const index of longestFirst) {
    const length = lengthOf(index);
    let room = length;
    while (room <= rowLength && byRoom[room]?.length === 0) room++;
    let row = byRoom[room]?.pop();
    if (row === undefined) {
      row = [];
      rows.push(row);
      room = rowLength;
    }
    row.push(index);
    byRoom[room - length]?.push(row);
  }
  const first = (row: readonly number[]): number => rankOf(row[0] ?? 0);
  return rows.sort((a, b) => first(a) - first(b));
}

/** Multiples of 32, starting with the first that is at least as long as the longest example. */
export function rowLengths(lengths: readonly number[]): number[] {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  const shortest = Math.ceil(longest / rowStep) * rowStep;
  const count = Math.max(0, Math.floor((preferredLimit - shortest) / rowStep)) + 1;
  return Array.from({ length: count }, (_, i) => shortest + i * rowStep);
}

/**
 * Smallest multiple of 32 that fits the longest example with less than 3 % padding, otherwise the one with
 * the least.
 */
export function chooseRowLength(lengths: readonly number[]): number {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const order = lengths.map((_, index) => index);
  let best = { rowLength: rowStep, filler: Number.POSITIVE_INFINITY };
  for (const rowLength of rowLengths(lengths)) {
    const positions = packExamples(lengths, rowLength, order).length * rowLength;
    const filler = positions === 0 ? 0 : 1 - total / positions;
    if (filler < acceptedFiller) return rowLength;
    if (filler < best.filler) best = { rowLength, filler };
  }
  return best.rowLength;
}

/** `FormattedExample` of the tokenizer, or a text with loss everywhere (responseStart 0). */
export interface PackableExample {
  readonly ids: readonly number[];
  readonly responseStart: number;
  /** Later ranges without loss, ascending; each up to the index after its last token. */
  readonly asked?: readonly (readonly [from: number, to: number])[];
}

/** Reports whether a token carries loss. The first one of an example has no predecessor to predict it. */
export function hasLoss({ responseStart, asked = [] }: PackableExample, place: number): boolean {
  return place >= Math.max(1, responseStart) && !asked.some(([from, to]) => place >= from && place < to);
}

export function lossTokensOf({ ids, responseStart, asked = [] }: PackableExample): number {
  return asked.reduce((sum, [from, to]) => sum - (to - from), ids.length - Math.max(1, responseStart));
}

/** B rows of L tokens, flattened; S = number of tokens with loss. */
export interface PackedBatch {
  readonly inputIds: BigInt64Array<ArrayBuffer>; // [B*L], padding 0
  /** Counted from 0 within each example; 0 for padding. */
  readonly positions: BigInt64Array<ArrayBuffer>; // [B*L]
  /** 1, 2 … within each row; 0 for padding. A token attends only to its own segment. */
  readonly segments: Int32Array<ArrayBuffer>; // [B*L]
  /** Flat positions whose next token belongs to the response: where logits are needed. */
  readonly lossRows: BigInt64Array<ArrayBuffer>; // [S]
  /** The next token of each. */
  readonly targets: BigInt64Array<ArrayBuffer>; // [S]
  /**
   * Reciprocal of the number of tokens with loss in each token's example, so that the weights of an example
   * sum to 1.
   */
  readonly lossWeights: Float32Array<ArrayBuffer>; // [S]
  readonly examples: number;
  /** Number of tokens, excluding padding. */
  readonly tokens: number;
}

/** Adds empty rows up to a constant number of rows. */
export function filledUp(
  rows: readonly (readonly number[])[],
  count: number,
): readonly (readonly number[])[] {
  return [...rows, ...Array.from({ length: Math.max(0, count - rows.length) }, () => [])];
}

export function buildBatch(
  rows: readonly (readonly number[])[],
  examples: readonly PackableExample[],
  rowLength: number,
): PackedBatch {
  const size = rows.length * rowLength;
  const inputIds = new BigInt64Array(size);
  const positions = new BigInt64Array(size);
  const segments = new Int32Array(size);
  const lossRows: bigint[] = [];
  const targets: bigint[] = [];
  const lossWeights: number[] = [];
  let tokens = 0;
  for (const [rowIndex, row] of rows.entries()) {
    let at = rowIndex * rowLength;
    for (const [place, index] of row.entries()) {
      const example = examples[index];
      if (example === undefined) throw new RangeError(`There is no example ${index}.`);
      if (at + example.ids.length > (rowIndex + 1) * rowLength)
        throw new RangeError(`Row ${rowIndex} holds more than ${rowLength} tokens.`);
      const weight = 1 / lossTokensOf(example);
      for (const [position, id] of example.ids.entries()) {
        inputIds[at + position] = BigInt(id);
        positions[at + position] = BigInt(position);
        segments[at + position] = place + 1;
        if (!hasLoss(example, position)) continue;
        lossRows.push(BigInt(at + position - 1));
        targets.push(BigInt(id));
        lossWeights.push(weight);
      }
      at += example.ids.length;
      tokens += example.ids.length;
    }
  }
  return {
    inputIds,
    positions,
    segments,
    lossRows: BigInt64Array.from(lossRows),
    targets: BigInt64Array.from(targets),
    lossWeights: Float32Array.from(lossWeights),
    examples: rows.reduce((sum, row) => sum + row.length, 0),
    tokens,
  };
}

/**
 * For each block of attention, the first position visible to any query from its beginning on, minimised over
 * all rows: the start of the example in which the block begins. Padding is ignored. [blocks]
 * @param segments [B*L] as in `PackedBatch`
 */
export function keyStartsOf(segments: Int32Array, rowLength: number): number[] {
  return blockStarts(rowLength).map(from => {
    let least = from;
    for (let row = 0; row < segments.length; row += rowLength) {
      const segment = segments[row + from];
      let at = from;
      while (segment !== 0 && at > 0 && segments[row + at - 1] === segment) at--;
      least = Math.min(least, at);
    }
    return least;
  });
}
