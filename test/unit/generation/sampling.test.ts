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

test("of a large vocabulary only as many of the likeliest tokens are drawn as reach top-p", () => {
  // Weights 1, 1/2, 1/4 ... at scattered ids: 1 + 1/2 + 1/4 is 7/8 of all, so that top-p 0.87 keeps three.
  const scattered = new Float32Array(1000).fill(Number.NEGATIVE_INFINITY);
  const ids = Array.from({ length: 60 }, (_, i) => (i * 237) % 1000);
  for (const [i, id] of ids.entries()) scattered[id] = -i * Math.LN2;
  const random = seededRandom("large");
  const counts = new Map<number, number>();
  for (let i = 0; i < 2000; i++) {
    const token = pickToken(scattered, { temperature: 1, topP: 0.87 }, random);
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  assert.deepEqual(new Set(counts.keys()), new Set(ids.slice(0, 3)));
  close(
    ids.slice(0, 3).map(id => (counts.get(id) ?? 0) / 2000 / 3),
    [4 / 21, 2 / 21, 1 / 21],
  );
});

test("a flat distribution needs its unlikely tokens too", () => {
  const flat = Float32Array.from({ length: 300 }, (_, i) => (i === 7 ? 0 : -12)); // 299 · e^-12 of the mass
  const random = () => 0.9999999;
  assert.equal(pickToken(flat, { temperature: 1, topP: 0.9999999 }, random), 299);
  assert.equal(pickToken(flat, { temperature: 1, topP: 0.9 }, random), 7);
});
