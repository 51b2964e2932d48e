// Amounts, rounding and largest remainders.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  apportion,
  examplesOf,
  formatAmount,
  parseAmount,
  parsePercent,
} from "../../../src/core/mixture/amounts.ts";

describe("parseAmount", () => {
  for (const [written, amount] of [
    [40, { examples: 40 }],
    [0, { examples: 0 }],
    ["10%", { percent: 10 }],
    ["0.5 %", { percent: 0.5 }],
    ["100%", { percent: 100 }],
    ["100.1%", null],
    ["-1%", null],
    [-1, null],
    [1.5, null],
    ["40", null],
    ["ten", null],
    [null, null],
  ] as const) {
    it(`${JSON.stringify(written)}`, () => assert.deepEqual(parseAmount(written), amount));
  }
  it("reads back what it writes", () => {
    for (const amount of [{ examples: 7 }, { percent: 12.5 }]) {
      const text = formatAmount(amount);
      assert.deepEqual(parseAmount(text.endsWith("%") ? text : Number(text)), amount);
    }
  });
  it("only a percentage is one", () => assert.equal(parsePercent(10), null));
});

describe("examplesOf", () => {
  for (const [percent, budget, examples] of [
    [1, 4640, 46],
    [10, 4640, 464],
    [1.5, 300, 5],
    [34.8, 375, 131],
    [12.5, 4, 1],
    [12.4, 4, 0],
    [7, 600, 42],
    [100, 599, 599],
    [0, 600, 0],
  ] as const) {
    it(`${percent}% of ${budget}`, () => assert.equal(examplesOf({ percent }, budget), examples));
  }
});

describe("apportion", () => {
  it("gives the rest by largest remainder", () => assert.deepEqual(apportion(10, [80, 15, 5]), [8, 2, 0]));
  it("breaks ties in order", () => assert.deepEqual(apportion(8, [1, 1, 1]), [3, 3, 2]));
  it("is exact where division is", () =>
    assert.deepEqual(apportion(1000, [33.3, 33.3, 33.4]), [333, 333, 334]));
  it("is exact where binary fractions are not", () => {
    assert.deepEqual(apportion(700, [0.7, 9.3]), [49, 651]);
    assert.deepEqual(apportion(1000, [1.4, 8.6]), [140, 860]);
  });
  it("gives nothing to no weight", () => assert.deepEqual(apportion(5, [0, 0]), [0, 0]));
  it("sums to the total within one of the exact share", () => {
    for (let total = 0; total < 60; total++) {
      const weights = [0.1, 7, 3.3, 1 / 3, 12];
      const counts = apportion(total, weights);
      assert.equal(
        counts.reduce((a, b) => a + b),
        total,
      );
      const sum = weights.reduce((a, b) => a + b);
      for (const [i, count] of counts.entries()) {
        assert.ok(Math.abs(count - (total * (weights[i] ?? 0)) / sum) < 1, `${total}: ${counts.join()}`);
      }
    }
  });
});
