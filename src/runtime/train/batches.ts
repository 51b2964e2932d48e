// Assigns packed examples to optimizer steps, by tokens per step, by examples per step, or by number of
// steps.
import { seededRandom, shuffled } from "../../common/random.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { chooseRowLength, packExamples, rowLengths } from "./packing.ts";

/**
 * Tokens per micro-batch: limits the memory of activations. For larger batches, gradients are accumulated.
 */
export const microBatchTokens = 1024;
/** Amount of padding, in positions, that costs as much as one more micro-batch. */
const microBatchWorth = 128;
/** Accepted cost relative to the lowest, in favor of shorter rows: attention within a row is quadratic. */
const acceptedCost = 1.08;
/** Number of steps for which each shape is tried; the others are similar. */
const triedSteps = 32;

/** Example indices of one step: [micro-batch][row][example index]. */
type StepRows = readonly number[][][];

export interface Batches {
  readonly rowLength: number;
  /** Number of rows of every micro-batch; the last one of a step is padded with empty rows. */
  readonly rowsPerMicroBatch: number;
  /** Steps by the epoch in which they begin: [epoch][step][micro-batch][row][example index]. */
  readonly epochs: readonly (readonly StepRows[])[];
}

type Amount = Pick<TrainingSpec, "epochs" | "steps" | "batchExamples" | "batchTokens">;

/**
 * Divides examples into steps. If neither the number of steps nor the examples per step are fixed, the packed
 * rows of an epoch are divided by tokens. Otherwise the shuffled epochs form one continuous stream from which
 * steps take their
 * examples: two mixtures with the same budget and seed have the same ids in the same step, whatever their
 * languages.
 */
export function batchesOf(lengths: readonly number[], amount: Amount, seed: number): Batches {
  const orderOf = (epoch: number): number[] =>
    shuffled(
      lengths.map((_length, i) => i),
      seededRandom("epoch", seed, epoch),
    );
  const bounds = stepBounds(amount, lengths.length);
  return bounds === null ? byTokens(lengths, amount, orderOf) : byExamples(lengths, bounds, orderOf);
}

function byTokens(
  lengths: readonly number[],
  { epochs, batchTokens }: Amount,
  orderOf: (epoch: number) => readonly number[],
): Batches {
  const rowLength = chooseRowLength(lengths);
  const rowsPerStep = Math.max(1, Math.round(batchTokens / rowLength));
  const rowsPerMicroBatch = evenParts(rowsPerStep, maxRows(rowLength));
  return {
    rowLength,
    rowsPerMicroBatch,
    epochs: Array.from({ length: epochs }, (_, epoch) =>
      chunks(packExamples(lengths, rowLength, orderOf(epoch)), rowsPerStep).map(step =>
        chunks(step, rowsPerMicroBatch),
      ),
    ),
  };
}

/** End of each step in the stream of examples; null if tokens decide. */
function stepBounds({ epochs, steps, batchExamples }: Amount, examples: number): number[] | null {
  if (batchExamples !== undefined) {
    const all = steps === undefined ? epochs * examples : steps * batchExamples;
    return Array.from({ length: Math.ceil(all / batchExamples) }, (_, i) =>
      Math.min(all, (i + 1) * batchExamples),
    );
  }
  if (steps === undefined) return null;
  return Array.from({ length: steps }, (_, i) => Math.floor(((i + 1) * epochs * examples) / steps));
}

function byExamples(
  lengths: readonly number[],
  bounds: readonly number[],
  orderOf: (epoch: number) => readonly number[],
): Batches {
  const stream = Array.from({ length: Math.ceil((bounds.at(-1) ?? 0) / lengths.length) }, (_, epoch) =>
    orderOf(epoch),
  ).flat();
  const steps = bounds.map((end, i) => stream.slice(bounds[i - 1] ?? 0, end));
  const { rowLength, rowsPerMicroBatch } = chooseShape(lengths, steps);
  const epochs: StepRows[][] = Array.from({ length: Math.ceil(stream.length / lengths.length) }, () => []);
  for (const [i, step] of steps.entries()) {
    const epoch = Math.floor((bounds[i - 1] ?? 0) / lengths.length);
    epochs[epoch]?.push(chunks(packExamples(lengths, rowLength, step), rowsPerMicroBatch));
  }
  return { rowLength, rowsPerMicroBatch, epochs };
}

/**
 * Chooses the shortest row length, and the number of rows per micro-batch, with nearly the least padding for
 * steps of few examples.
 */
function chooseShape(
  lengths: readonly number[],
  steps: readonly (readonly number[])[],
): Pick<Batches, "rowLength" | "rowsPerMicroBatch"> {
  const every = Math.ceil(steps.length / triedSteps);
  const tried = steps.filter((_, i) => i % every === 0);
  const shapes = rowLengths(lengths).flatMap(rowLength => {
    const rows = tried.map(step => packExamples(lengths, rowLength, step).length);
    const most = Math.min(Math.max(...rows), maxRows(rowLength));
    return Array.from({ length: most }, (_, i) => {
      const rowsPerMicroBatch = most - i;
      const microBatches = rows.reduce((sum, count) => sum + Math.ceil(count / rowsPerMicroBatch), 0);
      const cost = microBatches * (rowsPerMicroBatch * rowLength + microBatchWorth);
      return { rowLength, rowsPerMicroBatch, cost };
    });
  });
  const accepted = acceptedCost * Math.min(...shapes.map(({ cost }) => cost));
  const shortest = shapes.find(({ cost }) => cost <= accepted)?.rowLength;
  return shapes
    .filter(({ rowLength }) => rowLength === shortest)
    .reduce((best, shape) => (shape.cost < best.cost ? shape : best));
}

function maxRows(rowLength: number): number {
  return Math.max(1, Math.floor(microBatchTokens / rowLength));
}

/** Size of at most `most` that divides `whole` into parts with little padding. */
function evenParts(whole: number, most: number): number {
  return Math.ceil(whole / Math.ceil(whole / most));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
