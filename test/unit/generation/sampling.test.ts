// Choosing tokens: greedy takes the first of the largest, top-p draws from the smallest sufficient set.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { pickToken } from "../../../src/runtime/generation/sampling.ts";

const logits = Float32Array.from([0.6, 0.3, 0.1].map(Math.log));

function frequencies(temperature: number, topP: number): number[] {
  const random = seededRandom("sampling", temperature, topP);
  const counts = [0, 0, 0];
  const draws = 20000;
  for (let i = 0; i < draws; i++) {
    const token = pickToken(logits, { temperature, topP }, random);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  return counts.map(count => count / draws);
}

function close(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, x] of expected.entries())
    assert.ok(Math.abs((actual[i] ?? Number.NaN) - x) < 0.015, `${actual} is not ${expected}`);
}

test("greedy takes the largest, the first of equals", () => {
  const never = () => assert.fail("greedy draws nothing");
  assert.equal(pickToken(Float32Array.from([1, 5, 5, 2]), { temperature: 0, topP: 1 }, never), 1);
});

test("everything is drawn in proportion", () => close(frequencies(1, 1), [0.6, 0.3, 0.1]));
test("top-p leaves out the tail", () => close(frequencies(1, 0.85), [2 / 3, 1 / 3, 0]));
test("a tiny top-p is greedy", () => close(frequencies(1, 0.01), [1, 0, 0]));
test("a low temperature sharpens", () =>
  close(
    frequencies(0.5, 1),
    [0.36, 0.09, 0.01].map(x => x / 0.46),
  ));

test("the same seed draws the same tokens", () => {
  const draw = () => {
    const random = seededRandom("again", 3);
    return Array.from({ length: 50 }, () => pickToken(logits, { temperature: 1, topP: 1 }, random));
  };
  assert.deepEqual(draw(), draw());
});
