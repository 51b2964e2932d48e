// The builder's promises: typed shapes, equal work done once, names and bytes that repeat, checked graphs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { matrixFlops } from "../../../src/graph/cost/flops.ts";
import { llamaDecoder } from "../../../src/graph/nn/architectures/llama.ts";
import { trainingGraph } from "../../../src/graph/nn/training.ts";
import { trainables } from "../../../src/graph/nn/weights.ts";
import { checkGraph, fileOrder, neededNodes } from "../../../src/graph/onnx/check.ts";
import { encodeModel } from "../../../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../../../src/graph/tape/builder.ts";
import * as ops from "../../../src/graph/tape/ops.ts";

const sizes = {
  vocabularySize: 50,
  hiddenSize: 16,
  intermediateSize: 24,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 4,
  tiedEmbeddings: true,
};
const config = llamaDecoder(sizes, 1e-5, { theta: 10_000, interleaved: false, scaling: null });

test("two builds of one graph are the same bytes", () => {
  const [a, b] = [0, 1].map(() => encodeModel(trainingGraph(config, { kind: "full" }, 8), "training"));
  assert.deepEqual(a, b);
});

test("shapes that do not fit are refused when the graph is built, with their names", () => {
  const g = new GraphBuilder();
  const [a, b] = [g.input("a", "float32", [2, 3]), g.input("b", "float32", [4, 5])];
  assert.throws(() => ops.matmul(g, a, b), /a: float32\[2, 3\] and b: float32\[4, 5\]/);
  assert.throws(() => ops.add(g, a, b), /do not broadcast/);
  assert.throws(() => ops.gemm(g, a, a), /Gemm of/);
  assert.throws(() => ops.add(g, a, g.input("c", "int64", [2, 3])), /different types/);
});

test("an unknown size is copied or inferred, never guessed twice", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["rows", "length", 6]);
  assert.deepEqual(ops.reshape(g, x, ["rows", "length", 2, 3]).shape, ["rows", "length", 2, 3]);
  const flat = g.input("flat", "float32", ["tokens", 6]);
  assert.throws(() => ops.reshape(g, flat, ["rows", "length", 6]), /two unknown sizes/);
  assert.deepEqual(ops.splitRows(g, flat, g.input("like", "int64", ["rows", "length"]), 6).shape, [
    "rows",
    "length",
    6,
  ]);
});

test("equal nodes and equal constants are one", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [4]);
  assert.equal(ops.mul(g, x, g.scalar(2)), ops.mul(g, x, g.scalar(2)));
  assert.notEqual(ops.mul(g, x, g.scalar(2)), ops.mul(g, x, g.scalar(3)));
  assert.equal(g.initializers.length, 2);
});

test("a Gemm that took a sum in is not found by an equal Gemm without it", () => {
  const g = new GraphBuilder();
  const [a, b, c] = ["a", "b", "c"].map(name => g.input(name, "float32", [3, 3])) as [never, never, never];
  const first = ops.gemm(g, a, b);
  assert.equal(g.addIntoGemm(first, c), first);
  assert.notEqual(ops.gemm(g, a, b), first);
  assert.equal(g.addIntoGemm(first, c), null, "it has its C already");
});

test("what no output needs is left out", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [4]);
  ops.exp(g, x);
  g.output("y", ops.neg(g, x));
  assert.deepEqual(
    neededNodes(g).map(node => node.op),
    ["Neg"],
  );
});

test("the checker refuses a name used twice, and a value that does not exist", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [4]);
  g.input("x", "float32", [4]);
  g.output("y", ops.neg(g, x));
  assert.throws(() => encodeModel(g, "twice"), /used twice/);
  const h = new GraphBuilder();
  h.output("y", ops.neg(h, h.input("x", "float32", [4])));
  h.outputs.push({ name: "z", value: x });
  assert.throws(() => checkGraph(h, neededNodes(h)), /z is never computed/);
});

test("matrix FLOPs of a training graph are those counted by hand", () => {
  const g = new GraphBuilder();
  g.output(
    "y",
    ops.gemm(g, g.input("a", "float32", ["tokens", 8]), g.input("b", "float32", [5, 8]), { transB: true }),
  );
  assert.equal(matrixFlops(g, { tokens: 3 }), 2 * 3 * 8 * 5);
  assert.throws(() => matrixFlops(g, {}), /tokens/);
  // Every weight matrix is multiplied three times: forward, for its input and for itself (the embedding's lookup is free).
  const [tokens, rows, length] = [16, 2, 8];
  const weights = trainables(config, { kind: "full" }).filter(t => t.shape.length === 2);
  const linear = weights.reduce((sum, { shape }) => sum + 6 * tokens * (shape[0] ?? 0) * (shape[1] ?? 0), 0);
  // Scores and mixing, forward once and backward twice each, per layer; [l, l] with all heads' widths.
  const attention = config.layers * 2 * 3 * 2 * rows * length * length * config.heads * config.headSize;
  assert.equal(
    matrixFlops(trainingGraph(config, { kind: "full" }, length), { tokens, rows, lossTokens: tokens }),
    linear + attention,
  );
});

test("what nothing reads is written last, the first made at the very end", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [4]);
  const first = ops.exp(g, x);
  const last = ops.sqrt(g, ops.neg(g, x));
  g.output("first", first);
  g.output("last", last);
  assert.deepEqual(
    fileOrder(g).map(node => node.op),
    ["Neg", "Sqrt", "Exp"],
  );
});
