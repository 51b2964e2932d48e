// The walk through a graph's memory: order of nodes, buffers that are shared, and how the allocator holds them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena } from "../../../src/graph/cost/arena.ts";
import { runMemory, runOrder } from "../../../src/graph/cost/memory.ts";
import { GraphBuilder } from "../../../src/graph/tape/builder.ts";
import {
  add,
  exp,
  matmul,
  mul,
  reduceSum,
  reshape,
  softmax,
  transpose,
} from "../../../src/graph/tape/ops.ts";

const mebibyte = 2 ** 20;

test("nodes run from the last leaf backwards, a node's last input first", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2, 2]);
  const a = exp(g, x); // Exp_0
  const b = softmax(g, x); // Softmax_0
  transpose(g, a, [1, 0]); // Transpose_0, a leaf
  matmul(g, a, b); // MatMul_0, the last leaf
  const order = runOrder(g.nodes).map(node => node.name);
  assert.deepEqual(order, ["Softmax_0", "Exp_0", "MatMul_0", "Transpose_0"]);
});

test("an element-wise result takes over memory that nothing else reads, and no other", () => {
  const mib = 256 * 1024; // float32 values
  const live = (build: (g: GraphBuilder, x: ReturnType<GraphBuilder["input"]>) => void): number => {
    const g = new GraphBuilder();
    build(g, g.input("x", "float32", [1, mib]));
    return runMemory(g, {}).live / mebibyte;
  };
  // Inputs are the caller's: the first result needs memory, the second is written over it.
  assert.equal(
    live((g, x) => g.output("y", reduceSum(g, exp(g, exp(g, x)), [0, 1]))),
    1,
  );
  // Softmax can't work in place.
  assert.equal(
    live((g, x) => g.output("y", reduceSum(g, softmax(g, exp(g, x)), [0, 1]))),
    2,
  );
  // The first result is read once more later.
  const kept = live((g, x) => {
    const y = exp(g, x);
    g.output("y", reduceSum(g, add(g, softmax(g, exp(g, y)), y), [0, 1]));
  });
  assert.equal(kept, 3);
  // Another shape of the same memory.
  assert.equal(
    live((g, x) => g.output("y", reduceSum(g, exp(g, reshape(g, exp(g, x), [mib, 1])), [0, 1]))),
    1,
  );
});

test("sizes that the graph leaves open come by name; outputs are counted apart", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["tokens", 1024]);
  g.output("y", mul(g, softmax(g, x), g.scalar(2)));
  assert.deepEqual(runMemory(g, { tokens: 512 }), {
    live: 2 * mebibyte,
    held: 2 * mebibyte,
    returned: 2 * mebibyte,
  });
  assert.throws(() => runMemory(g, {}), /no size given for tokens/);
});

test("the allocator takes the smallest chunk that fits, splits what is twice as large, and joins what is free", () => {
  const arena = new Arena();
  const [first, second] = [arena.allocate(mebibyte / 4), arena.allocate(mebibyte / 2)];
  arena.release(first);
  assert.equal(arena.allocate(1000).offset, 0); // into the first quarter, of which the rest stays free
  arena.release(second);
  assert.equal(arena.allocate(mebibyte / 2).offset, 1024); // what is free after it is one piece again
  assert.equal(arena.touched, 0.75 * mebibyte);
  arena.allocate(3 * mebibyte); // in a region of its own, of which only this is touched
  assert.equal(arena.touched, 3.75 * mebibyte);
});

test("regions double up to a gibibyte; what is larger gets a region of its own size", () => {
  const gibibyte = 2 ** 30;
  const arena = new Arena();
  const first = arena.allocate(gibibyte / 2 + 1);
  assert.equal(first.region.rank, 0);
  const large = arena.allocate(3 * gibibyte);
  assert.equal(large.size, 3 * gibibyte);
  const [second, third] = [arena.allocate(gibibyte / 2), arena.allocate(gibibyte)];
  assert.ok(second.region !== third.region && second.region !== large.region);
  // Without the limit, the region of the second would have had room for the third.
  assert.equal(arena.allocate(gibibyte / 2).region, second.region);
});

test("a run of other sizes does not fit into the gaps that the last one left", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["tokens", 1024]);
  g.output("y", mul(g, softmax(g, x), g.scalar(2)));
  const held = (...tokens: [number, ...number[]]): number => {
    const [first, ...others] = tokens.map(count => ({ tokens: count }));
    return runMemory(g, first as { tokens: number }, ...others).held;
  };
  assert.equal(held(512, 256, 512), held(512));
  assert.ok(held(256, 512) > held(512));
});
