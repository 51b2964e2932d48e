// Packing: every example once, rows never too long, and no loss across examples or on filler.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomInt, seededRandom, shuffled } from "../../../src/common/random.ts";
import {
  buildBatch,
  chooseRowLength,
  keyStartsOf,
  packExamples,
} from "../../../src/runtime/train/packing.ts";

const random = seededRandom("packing");
const lengths = Array.from({ length: 400 }, () => 5 + randomInt(random, 60));
const order = shuffled(
  lengths.map((_, index) => index),
  random,
);

test("every example is in exactly one row, and no row is too long", () => {
  const rows = packExamples(lengths, 128, order);
  assert.deepEqual(
    rows.flat().sort((a, b) => a - b),
    lengths.map((_, index) => index),
  );
  for (const row of rows) assert.ok(row.reduce((sum, index) => sum + (lengths[index] ?? 0), 0) <= 128);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  assert.equal(rows.length, Math.ceil(total / 128), "best fit fills these rows as well as possible");
});

test("the same order gives the same rows, another order others", () => {
  assert.deepEqual(packExamples(lengths, 128, order), packExamples(lengths, 128, order));
  const other = shuffled(order, seededRandom("another epoch"));
  assert.notDeepEqual(packExamples(lengths, 128, order), packExamples(lengths, 128, other));
});

test("rows follow the shuffled order, not the length", () => {
  const same = [8, 8, 8, 8];
  assert.deepEqual(packExamples(same, 8, [2, 0, 3, 1]), [[2], [0], [3], [1]]);
  assert.deepEqual(packExamples([2, 8, 3], 8, [0, 1, 2]), [[1], [2, 0]]);
  assert.deepEqual(packExamples([2, 8, 3], 8, [2, 1]), [[2], [1]]);
});

test("an example that no row holds is refused", () => {
  assert.throws(() => packExamples([9], 8, [0]), /Example 0 has 9 tokens/);
  assert.throws(() => packExamples([0], 8, [0]), /has 0 tokens/);
  assert.throws(() => packExamples([4], 8, [1]), /Example 1/);
});

test("the row length is the smallest multiple of 32 that wastes little", () => {
  assert.equal(chooseRowLength([32, 32, 32]), 32);
  assert.equal(chooseRowLength([33, 31, 33, 31]), 64);
  // Two of 20 fill 40 of 64, but eight of 20 fill 160 of 160.
  assert.equal(chooseRowLength(Array.from({ length: 80 }, () => 20)), 160);
  assert.equal(chooseRowLength([700]), 704);
  assert.equal(chooseRowLength([]), 32);
  const chosen = chooseRowLength(lengths);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  assert.ok(1 - total / (packExamples(lengths, chosen, order).length * chosen) < 0.03);
});

test("a batch restarts positions, numbers segments and leaves filler alone", () => {
  const examples = [
    { ids: [10, 11, 12], responseStart: 1 },
    { ids: [20, 21], responseStart: 1 },
    { ids: [30, 31, 32, 33], responseStart: 3 },
  ];
  const batch = buildBatch([[0, 1], [2]], examples, 6);
  assert.deepEqual([...batch.inputIds].map(Number), [10, 11, 12, 20, 21, 0, 30, 31, 32, 33, 0, 0]);
  assert.deepEqual([...batch.positions].map(Number), [0, 1, 2, 0, 1, 0, 0, 1, 2, 3, 0, 0]);
  assert.deepEqual([...batch.segments], [1, 1, 1, 2, 2, 0, 1, 1, 1, 1, 0, 0]);
  assert.deepEqual([...batch.lossRows].map(Number), [0, 1, 3, 8]);
  assert.deepEqual([...batch.targets].map(Number), [11, 12, 21, 33]);
  assert.equal(batch.tokens, 9);
});

test("each target is the next token of the same example and part of its response", () => {
  const examples = lengths.map((length, index) => ({
    ids: Array.from({ length }, (_, position) => index * 100 + position + 1),
    responseStart: randomInt(random, length),
  }));
  const rows = packExamples(lengths, 96, order);
  const { inputIds, segments, lossRows, targets } = buildBatch(rows, examples, 96);
  const expected = examples.reduce(
    (sum, { ids, responseStart }) => sum + ids.length - Math.max(1, responseStart),
    0,
  );
  assert.equal(lossRows.length, expected);
  for (const [i, flat] of lossRows.entries()) {
    const at = Number(flat);
    assert.notEqual(segments[at], 0);
    assert.equal(segments[at], segments[at + 1]);
    assert.equal(Math.floor(at / 96), Math.floor((at + 1) / 96));
    assert.equal(targets[i], inputIds[at + 1]);
    const token = Number(targets[i]) - 1;
    const example = examples[Math.floor(token / 100)];
    assert.ok(example && token % 100 >= example.responseStart);
  }
});

test("a row that is too long or names no example is refused", () => {
  assert.throws(() => buildBatch([[0, 0]], [{ ids: [1, 2, 3], responseStart: 1 }], 5), /more than 5/);
  assert.throws(() => buildBatch([[1]], [{ ids: [1], responseStart: 0 }], 5), /no example 1/);
});

test("keys begin where the example of a block's first query does, the earliest of all rows", () => {
  const example = (length: number) => ({ ids: new Array<number>(length).fill(1), responseStart: 1 });
  const examples = [example(100), example(150), example(384), example(90)];
  const starts = (rows: number[][]): number[] => keyStartsOf(buildBatch(rows, examples, 384).segments, 384);
  // blocks begin at 0, 128 and 256
  assert.deepEqual(starts([[0, 1]]), [0, 100, 256]); // the last block begins in what is filled up
  assert.deepEqual(starts([[2]]), [0, 0, 0]);
  assert.deepEqual(
    starts([
      [0, 1, 3],
      [3, 0, 1],
    ]),
    [0, 90, 190],
  );
  assert.deepEqual(starts([[0, 1], []]), [0, 100, 256], "rows that fill a batch up ask for nothing");
});
