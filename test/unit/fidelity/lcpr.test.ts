// The harmonic mean of the two pass rates, and when there is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { harmonicMean, lcprOf } from "../../../src/core/fidelity/lcpr.ts";

type Judged = Omit<Parameters<typeof lcprOf>[0][number], "id">;
const pass: Judged = { lpr: true, wpr: true };
const word: Judged = { lpr: true, wpr: false };
const line: Judged = { lpr: false, wpr: null };
const short: Judged = { lpr: null, wpr: null };
const latin: Judged = { lpr: true, wpr: null };
const of = (...samples: Judged[]) => lcprOf(samples.map((sample, i) => ({ id: `p${i}`, ...sample })));

test("2 · LPR · WPR / (LPR + WPR) over the responses with a line", () => {
  // LPR 3/4, WPR 2/3
  const found = of(pass, pass, word, line, short, {});
  assert.ok(found !== null);
  assert.equal(found.n, 4);
  assert.ok(Math.abs(found.value - (2 * 0.75 * (2 / 3)) / (0.75 + 2 / 3)) < 1e-12);
  assert.ok(found.interval[0] < found.value && found.value < found.interval[1]);
  assert.equal(harmonicMean(0, 0), 0);
});

test("is not defined in Latin script, nor where no response passes at line level", () => {
  assert.equal(of(latin, latin, line), null);
  assert.equal(of(line, short), null);
  assert.equal(of(), null);
});

test("does not claim certainty where all responses came out alike", () => {
  assert.deepEqual(of(pass, pass, pass)?.value, 1);
  assert.ok((of(pass, pass, pass)?.interval[0] ?? 1) < 0.5);
  assert.deepEqual(of(word, word)?.value, 0);
  assert.ok((of(word, word)?.interval[1] ?? 0) > 0.5);
});

test("the interval is that which resampled responses would have", () => {
  const n = 200;
  const samples = Array.from({ length: n }, (_, i) => (i % 10 < 5 ? pass : i % 10 < 8 ? word : line));
  const found = of(...samples);
  const random = seededRandom("draws");
  const drawn = Array.from({ length: 4000 }, () => {
    const taken = samples.map(() => samples[Math.floor(random() * n)]);
    const lines = taken.filter(sample => sample?.lpr === true).length;
    return harmonicMean(lines / n, taken.filter(sample => sample?.wpr === true).length / lines);
  }).sort((a, b) => a - b);
  const [low = 0, high = 0] = [drawn[100], drawn[3899]];
  const [from = 0, to = 0] = found?.interval ?? [];
  const halfWidth = (high - low) / 2;
  assert.ok(Math.abs(from - low) < 0.08 * halfWidth, `${from} beside ${low}`);
  assert.ok(Math.abs(to - high) < 0.08 * halfWidth, `${to} beside ${high}`);
});
