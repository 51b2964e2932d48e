// Attention over packed rows compared with softmax in float64, where float32 would underflow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../src/common/random.ts";
import { attention, blockMasks } from "../../src/graph/nn/attention.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../../src/graph/tape/builder.ts";
import { Session, tensor } from "../../src/runtime/ort/session.ts";

const [length, headSize] = [12, 4];
const visible = (q: number, k: number): boolean => k <= q && (k >= 5 || q < 5); // two examples

/** softmax(q·kᵀ)·v over the visible keys: [length, headSize]. */
function expected(q: Float32Array, k: Float32Array, v: Float32Array): number[] {
  const dot = (i: number, j: number): number =>
    Array.from(
      { length: headSize },
      (_, d) => (q[i * headSize + d] ?? 0) * (k[j * headSize + d] ?? 0),
    ).reduce((sum, x) => sum + x);
  return Array.from({ length }, (_, i) => {
    const keys = Array.from({ length }, (_unused, j) => j).filter(j => visible(i, j));
    const highest = Math.max(...keys.map(j => dot(i, j)));
    const weights = keys.map(j => Math.exp(dot(i, j) - highest));
    const total = weights.reduce((sum, x) => sum + x);
    return Array.from({ length: headSize }, (_unused, d) =>
      keys.reduce((sum, j, at) => sum + ((weights[at] ?? 0) / total) * (v[j * headSize + d] ?? 0), 0),
    );
  }).flat();
}

for (const scale of [1, 30, 3000]) {
  test(`scores up to about ${10 * scale} apart, and hidden keys that score higher`, async () => {
    const random = seededRandom("attention", scale);
    const some = (): Float32Array => Float32Array.from({ length: length * headSize }, () => 4 * random() - 2);
    const [q, k, v] = [some().map(x => x * scale), some(), some()];
    const g = new GraphBuilder();
    const mask = Float32Array.from({ length: length ** 2 }, (_, at) =>
      visible(Math.floor(at / length), at % length) ? 0 : -1e9,
    );
    const shape = {
      batch: 1,
      length,
      heads: 1,
      kvHeads: 1,
      headSize,
      window: null,
      blocks: 1,
      softCap: null,
    };
    const masks = blockMasks(g, g.constant(mask, [1, 1, length, length]), null, shape);
    const byHead = [1, 1, length, headSize];
    const inputs = [
      g.input("q", "float32", [1, length, headSize]),
      g.input("k", "float32", byHead),
      g.input("v", "float32", byHead),
    ] as const;
    g.output("mixed", attention(g, ...inputs, masks, null, shape));
    const session = await Session.create(encodeModel(g, "attention"), "cpu");
    const found = await session.run({
      q: tensor(q, [1, length, headSize]),
      k: tensor(k, byHead),
      v: tensor(v, byHead),
    });
    const mixed = Array.from(found.mixed?.data as Float32Array);
    for (const [i, value] of expected(q, k, v).entries()) {
      assert.ok(
        Math.abs((mixed[i] ?? Number.NaN) - value) < 1e-5 * Math.max(1, scale / 100),
        `${i}: ${mixed[i]}, ${value}`,
      );
    }
    await session.release();
  });
}
