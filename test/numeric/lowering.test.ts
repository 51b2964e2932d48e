// What stands in for operators that WebGPU lacks or computes otherwise gives the same values.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../src/common/random.ts";
import { neededNodes } from "../../src/graph/onnx/check.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { lowerForWebGpu } from "../../src/graph/onnx/webgpu.ts";
import { GraphBuilder } from "../../src/graph/tape/builder.ts";
import { matmulTransposed, simplifiedLayerNorm } from "../../src/graph/tape/fusedOps.ts";
import * as ops from "../../src/graph/tape/ops.ts";
import { sortNodes } from "../../src/graph/tape/rewrite.ts";
import { float32Of, Session, tensor } from "../../src/runtime/ort/session.ts";

const shape = [2, 6, 8];
const random = seededRandom("lowering");
const feeds = {
  // Far apart, so that a softmax that is not shifted by its largest value would overflow.
  x: tensor(
    Float32Array.from({ length: 96 }, () => (random() - 0.5) * 200),
    shape,
  ),
};

/** Every operator that is replaced, with its output behind another node, as in a training graph. */
function graph(): GraphBuilder {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", shape);
  const weight = g.constant(new Float32Array(8).fill(1.5), [8]);
  const [y, inverse] = simplifiedLayerNorm(g, x, weight, 1e-5);
  g.output("norm", ops.neg(g, y));
  g.output("inverse", ops.neg(g, inverse));
  g.output("logSoftmax", ops.neg(g, ops.logSoftmax(g, x)));
  g.output("product", ops.neg(g, matmulTransposed(g, x, x, { transB: true })));
  g.output("gram", ops.neg(g, matmulTransposed(g, x, x, { transA: true })));
  return g;
}

async function run(g: GraphBuilder): Promise<Record<string, Float32Array>> {
  const session = await Session.create(encodeModel(g, "lowered"), "cpu", { asWritten: true });
  const outputs = await session.run(feeds);
  await session.release();
  return Object.fromEntries(g.outputs.map(({ name }) => [name, float32Of(outputs[name], name)]));
}

test("the lowered graph computes the same without the operators in question", async () => {
  const lowered = graph();
  lowerForWebGpu(lowered, { float16: false });
  const read = new Set(lowered.nodes.flatMap(node => node.inputs));
  const inUse = lowered.nodes.flatMap(({ op, outputs }) =>
    outputs.flatMap((output, i) => (read.has(output) ? [`${op}:${i}`] : [])),
  );
  for (const gone of ["LogSoftmax:0", "FusedMatMul:0", "SimplifiedLayerNormalization:1"])
    assert.equal(inUse.includes(gone), false, gone);
  assert.ok(inUse.includes("SimplifiedLayerNormalization:0"));
  const [expected, actual] = [await run(graph()), await run(lowered)];
  for (const [name, values] of Object.entries(expected)) {
    const scale = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    values.forEach((x, i) => {
      const found = actual[name]?.[i] ?? Number.NaN;
      assert.ok(Math.abs(found - x) <= 1e-6 * scale, `${name}[${i}]: ${found}, expected ${x}`);
    });
  }
});

test("half-precision weights are widened once, and rows are picked from that", () => {
  const g = new GraphBuilder();
  const at = { location: "weights.bin", offset: 0, length: 16 };
  const weight = g.external("w", "float16", [4, 2], at);
  const rows = ops.cast(g, ops.gather(g, weight, g.input("rows", "int64", ["n"])), "float32");
  const again = g.repeat(() => ops.cast(g, weight, "float32"));
  g.output("y", ops.gemm(g, rows, ops.cast(g, weight, "float32"), { transB: true }));
  g.output("z", ops.gemm(g, rows, again, { transB: true }));
  lowerForWebGpu(g, { float16: false });
  const needed = neededNodes(g);
  const [only, ...others] = needed.filter(node => node.inputs.includes(weight));
  assert.ok(only !== undefined && others.length === 0);
  assert.equal(only.op, "Cast");
  const [whole = null] = only.outputs;
  assert.deepEqual(
    needed.filter(node => node.inputs.includes(whole)).map(node => node.op),
    ["Gather", "Gemm", "Gemm"],
  );
});

test("nodes are put into an order that exists, and keep theirs where they can", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2]);
  const [a, b] = [ops.exp(g, x), ops.neg(g, x)];
  g.output("y", ops.add(g, ops.sqrt(g, a), b));
  const order = g.nodes.map(node => node.name);
  g.nodes.reverse();
  sortNodes(g);
  const sorted = g.nodes.map(node => node.name);
  assert.deepEqual([...sorted].sort(), [...order].sort());
  assert.ok(sorted.indexOf("Exp_0") < sorted.indexOf("Sqrt_0"));
  assert.equal(sorted.at(-1), "Add_0");
  sortNodes(g);
  assert.deepEqual(
    g.nodes.map(node => node.name),
    sorted,
  );
  assert.doesNotThrow(() => encodeModel(g, "sorted"));
});
