// Slopes of linear biases on attention scores, as transformers computes them for BLOOM.
import assert from "node:assert/strict";
import { test } from "node:test";
import { alibiSlopes } from "../../../src/graph/nn/alibi.ts";

test("slopes are powers of one base for a power of 2 heads; more heads have odd powers of the next base", () => {
  assert.deepEqual([...alibiSlopes(4)], [1 / 4, 1 / 16, 1 / 64, 1 / 256]);
  assert.deepEqual([...alibiSlopes(6)], [1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 2, 1 / 8]);
  // _get_alibi_slopes(14) of transformers 5.24.0
  const expected = [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625];
  const further = [0.707106769, 0.353553385, 0.176776677, 0.0883883387, 0.0441941656, 0.0220970828];
  const slopes = alibiSlopes(14);
  for (const [i, slope] of [...expected, ...further].entries())
    assert.ok(Math.abs((slopes[i] as number) / slope - 1) < 1e-6, `${i}: ${slopes[i]}, not ${slope}`);
});
