// Which examples each step takes: exactly as many as the file says, and the same ones in every language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomInt, seededRandom } from "../../../src/common/random.ts";
import { type Batches, batchesOf } from "../../../src/runtime/train/batches.ts";

const random = seededRandom("batches");
/** 100 examples of one text in two languages, of which one takes three times the tokens. */
const short = Array.from({ length: 100 }, () => 8 + randomInt(random, 12));
const long = short.map(length => 3 * length);
const tokens = { epochs: 3, batchTokens: 256 };

const stepsOf = ({ epochs }: Batches) => epochs.flat().map(step => step.flat(2));
const sizesOf = (batches: Batches) => stepsOf(batches).map(step => step.length);
const inOrder = (indices: readonly number[]) => [...indices].sort((a, b) => a - b);

function assertSound({ rowLength, rowsPerMicroBatch, epochs }: Batches, lengths: readonly number[]): void {
  for (const microBatch of epochs.flat(2)) {
    assert.ok(microBatch.length > 0 && microBatch.length <= rowsPerMicroBatch);
    for (const row of microBatch)
      assert.ok(row.reduce((sum, index) => sum + (lengths[index] ?? 0), 0) <= rowLength);
  }
  assert.ok(rowsPerMicroBatch * rowLength <= 1024);
}

test("by tokens a longer language takes more steps", () => {
  assert.ok(sizesOf(batchesOf(long, tokens, 7)).length > 2 * sizesOf(batchesOf(short, tokens, 7)).length);
});

for (const [name, amount, sizes] of [
  ["examples a step", { batchExamples: 16 }, [...Array<number>(18).fill(16), 12]],
  ["one example a step", { batchExamples: 1 }, Array<number>(300).fill(1)],
  ["nearly the whole mixture in a step", { batchExamples: 99 }, [99, 99, 99, 3]],
  ["steps", { steps: 12 }, Array<number>(12).fill(25)],
  ["steps that don't divide the examples", { steps: 7 }, [42, 43, 43, 43, 43, 43, 43]],
  ["steps of examples, passes follow", { steps: 11, batchExamples: 24 }, Array<number>(11).fill(24)],
  ["fewer steps than a pass", { steps: 3, batchExamples: 7 }, [7, 7, 7]],
] as const) {
  test(`${name}: as many in each language, and the same ones`, () => {
    const [one, other] = [short, long].map(lengths => batchesOf(lengths, { ...tokens, ...amount }, 7));
    assert.ok(one !== undefined && other !== undefined);
    assertSound(one, short);
    assertSound(other, long);
    assert.deepEqual(sizesOf(one), sizes);
    assert.deepEqual(stepsOf(one).map(inOrder), stepsOf(other).map(inOrder));
    assert.notDeepEqual(
      stepsOf(one).map(inOrder),
      stepsOf(batchesOf(short, { ...tokens, ...amount }, 8)).map(inOrder),
    );
  });
}

test("every pass takes each example once, wherever steps end", () => {
  const taken = stepsOf(batchesOf(short, { ...tokens, batchExamples: 16 }, 7));
  // A step's rows are packed longest first: whole passes are compared, of which the second ends within a step.
  const counts = new Map<number, number>();
  for (const index of taken.flat()) counts.set(index, (counts.get(index) ?? 0) + 1);
  assert.deepEqual([...new Set(counts.values())], [3]);
  const firstPass = taken.slice(0, 6).flat(); // 96 of 100
  assert.equal(new Set(firstPass).size, 96);
});

test("little of a step's positions is filler", () => {
  for (const lengths of [short, long]) {
    const batches = batchesOf(lengths, { ...tokens, batchExamples: 32 }, 7);
    const positions = batches.epochs.flat(2).length * batches.rowsPerMicroBatch * batches.rowLength;
    const filled = 3 * lengths.reduce((sum, length) => sum + length, 0);
    assert.ok(filled / positions > 0.75, `${filled} of ${positions}`);
  }
});
