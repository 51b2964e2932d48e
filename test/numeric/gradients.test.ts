// Each gradient rule against finite differences of its own forward computation.

import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../src/common/random.ts";
import { grad } from "../../src/graph/autodiff/grad.ts";
import { attention, blockMasks } from "../../src/graph/nn/attention.ts";
import { causalConvolution } from "../../src/graph/nn/causalConvolution.ts";
import { type CrossEntropyOptions, type Head, linearCrossEntropy } from "../../src/graph/nn/crossEntropy.ts";
import { dropped, factorsOfBytes } from "../../src/graph/nn/dropout.ts";
import { gatedDelta, packedChunks } from "../../src/graph/nn/gatedDelta.ts";
import { geGlu } from "../../src/graph/nn/geGlu.ts";
import { gelu } from "../../src/graph/nn/gelu.ts";
import { gradientRules } from "../../src/graph/nn/gradientRules.ts";
import { layerNorm } from "../../src/graph/nn/layerNorm.ts";
import { rmsNorm, swiGlu } from "../../src/graph/nn/layers.ts";
import { loraLinear } from "../../src/graph/nn/loraLinear.ts";
import { rotary, rotaryTables } from "../../src/graph/nn/rotary.ts";
import { splitColumns } from "../../src/graph/nn/splitColumns.ts";
import { inverseMasks, triangularInverse } from "../../src/graph/nn/triangularInverse.ts";
import { xIelu } from "../../src/graph/nn/xIelu.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../../src/graph/tape/builder.ts";
import * as ops from "../../src/graph/tape/ops.ts";
import {
  type CompositeOp,
  compositeOps,
  type StandardOp,
  standardOps,
  type Value,
} from "../../src/graph/tape/value.ts";
import { Session, tensor } from "../../src/runtime/ort/session.ts";

interface Case {
  /** Shapes of the inputs whose gradients are checked. */
  readonly inputs: readonly (readonly number[])[];
  readonly build: (g: GraphBuilder, xs: readonly Value[]) => Value;
  /** Inputs are drawn from [0.5, 1.5] instead of [-1, 1]. */
  readonly positive?: boolean;
  /** Wider than the usual tolerance, where the forward pass itself rounds more. */
  readonly tolerance?: number;
}

const x = (xs: readonly Value[], i = 0): Value => xs[i] as Value;
const indices = (g: GraphBuilder, ...values: number[]): Value =>
  g.constant(BigInt64Array.from(values, BigInt), [values.length]);

/** Drops some elements of both rows. */
function someDropped(g: GraphBuilder, values: Value): Value {
  const bits = ops.cast(g, g.constant(Int32Array.of(0b01010010, 0b10000101), [2, 1]), "uint8");
  return dropped(g, values, bits, factorsOfBytes(g, 0.25));
}

const headShapes = [
  [3, 4],
  [6, 4],
];

function crossEntropy(
  g: GraphBuilder,
  xs: readonly Value[],
  options: CrossEntropyOptions,
  head: Head = { kind: "floats", matrix: x(xs, 1) },
): Value {
  return linearCrossEntropy(g, x(xs), head, indices(g, 5, 0, 2), options).objective;
}

function headOfIntegers(g: GraphBuilder, rowsAtOnce: number): Head {
  const some = (rows: number, columns: number): Value =>
    g.constant(
      Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(3 * i + rows)),
      [rows, columns],
    );
  const integers = g.constant(
    Int32Array.from({ length: 6 * 4 }, (_, i) => (7 * i) % 5),
    [6, 4],
  );
  const blocks = g.constant(Float32Array.of(1, 1, 0, 0, 0, 0, 1, 1), [2, 4]);
  return { kind: "integers", integers, scales: some(6, 2), least: some(6, 2), blocks, rowsAtOnce };
}

/** Operators that yield integers or truth values, or appear only inside other rules. */
const withoutGradient: readonly StandardOp[] = [
  "Shape",
  "ArgMax",
  "ReduceMax",
  "Max",
  "ScatterElements",
  "ScatterND",
  "Equal",
  "LessOrEqual",
  "And",
  "SimplifiedLayerNormalization",
  "LayerNormalization",
  "RotaryEmbedding",
  "QuickGelu",
  "FastGelu",
  "FusedMatMul",
  "DequantizeLinear",
  "MatMulNBits",
  "Pad",
];

const cases: Readonly<Partial<Record<StandardOp | CompositeOp, readonly Case[]>>> = {
  Add: [{ inputs: [[2, 3], [3]], build: (g, xs) => ops.add(g, x(xs), x(xs, 1)) }],
  Sub: [
    {
      inputs: [
        [2, 3],
        [2, 1],
      ],
      build: (g, xs) => ops.sub(g, x(xs), x(xs, 1)),
    },
  ],
  Mul: [
    {
      inputs: [
        [2, 3],
        [1, 3],
      ],
      build: (g, xs) => ops.mul(g, x(xs), x(xs, 1)),
    },
  ],
  Div: [{ inputs: [[2, 3], [3]], build: (g, xs) => ops.div(g, x(xs), x(xs, 1)), positive: true }],
  Neg: [{ inputs: [[4]], build: (g, xs) => ops.neg(g, x(xs)) }],
  Exp: [{ inputs: [[4]], build: (g, xs) => ops.exp(g, x(xs)) }],
  Log: [{ inputs: [[4]], build: (g, xs) => ops.log(g, x(xs)), positive: true }],
  Sqrt: [{ inputs: [[4]], build: (g, xs) => ops.sqrt(g, x(xs)), positive: true }],
  Reciprocal: [{ inputs: [[4]], build: (g, xs) => ops.reciprocal(g, x(xs)), positive: true }],
  Sigmoid: [{ inputs: [[4]], build: (g, xs) => ops.sigmoid(g, x(xs)) }],
  Erf: [{ inputs: [[4]], build: (g, xs) => ops.erf(g, x(xs)) }],
  Tanh: [{ inputs: [[4]], build: (g, xs) => ops.tanh(g, x(xs)) }],
  Pow: [{ inputs: [[4]], build: (g, xs) => ops.pow(g, x(xs), g.scalar(3)), positive: true }],
  MatMul: [
    {
      inputs: [
        [2, 3, 4],
        [2, 4, 5],
      ],
      build: (g, xs) => ops.matmul(g, x(xs), x(xs, 1)),
    },
    {
      inputs: [
        [2, 2, 3, 4],
        [1, 4, 2],
      ],
      build: (g, xs) => ops.matmul(g, x(xs), x(xs, 1)),
    },
  ],
  Gemm: [[3, 5], [5]].flatMap(c =>
    [false, true].flatMap(transA =>
      [false, true].map(transB => ({
        inputs: [transA ? [4, 3] : [3, 4], transB ? [5, 4] : [4, 5], c],
        build: (g: GraphBuilder, xs: readonly Value[]) =>
          ops.gemm(g, x(xs), x(xs, 1), { transA, transB, alpha: 0.7, c: x(xs, 2) }),
      })),
    ),
  ),
  Transpose: [{ inputs: [[2, 3, 4]], build: (g, xs) => ops.transpose(g, x(xs), [2, 0, 1]) }],
  Reshape: [{ inputs: [[2, 6]], build: (g, xs) => ops.reshape(g, x(xs), [3, 4]) }],
  Expand: [
    { inputs: [[2, 1]], build: (g, xs) => ops.expandLike(g, x(xs), g.constant(new Float32Array(6), [2, 3])) },
  ],
  ReduceSum: [{ inputs: [[2, 3, 2]], build: (g, xs) => ops.reduceSum(g, x(xs), [1]) }],
  ReduceMean: [{ inputs: [[2, 3, 2]], build: (g, xs) => ops.reduceMean(g, x(xs), [0, 2], true) }],
  Softmax: [{ inputs: [[2, 5]], build: (g, xs) => ops.softmax(g, x(xs)) }],
  LogSoftmax: [{ inputs: [[2, 5]], build: (g, xs) => ops.logSoftmax(g, x(xs)) }],
  Gather: [{ inputs: [[4, 3]], build: (g, xs) => ops.gather(g, x(xs), indices(g, 2, 0, 2)) }],
  GatherElements: [
    {
      inputs: [[3, 4]],
      build: (g, xs) => ops.gatherElements(g, x(xs), g.constant(BigInt64Array.from([1n, 3n, 0n]), [3, 1]), 1),
    },
  ],
  Concat: [
    {
      inputs: [
        [2, 3],
        [2, 2],
      ],
      build: (g, xs) => ops.concat(g, xs, 1, 5),
    },
  ],
  Slice: [{ inputs: [[3, 5]], build: (g, xs) => ops.slice(g, x(xs), 1, 1, 4) }],
  Cast: [
    {
      tolerance: 0.05,
      inputs: [[3]],
      build: (g, xs) => ops.cast(g, ops.cast(g, x(xs), "float16"), "float32"),
    },
  ],
  Where: [
    {
      inputs: [[2, 3], [3]],
      build: (g, xs) => ops.where(g, ops.equal(g, indices(g, 1, 2, 3), indices(g, 1, 0, 3)), x(xs), x(xs, 1)),
    },
  ],
  RmsNorm: [{ inputs: [[3, 8], [8]], build: (g, xs) => rmsNorm(g, x(xs), x(xs, 1), 1e-5) }],
  LayerNorm: [
    { inputs: [[3, 8], [8]], build: (g, xs) => layerNorm(g, x(xs), x(xs, 1), null, 1e-5) },
    { inputs: [[3, 8], [8], [8]], build: (g, xs) => layerNorm(g, x(xs), x(xs, 1), x(xs, 2), 1e-5) },
  ],
  // pairs of both kinds; all of a head of 4, and 4 elements of a head of 6
  Rotary: [
    { interleaved: false, headSize: 4 },
    { interleaved: true, headSize: 4 },
    { interleaved: false, headSize: 6 },
    { interleaved: true, headSize: 6 },
  ].map(({ interleaved, headSize }) => ({
    inputs: [[2, 3, 2 * headSize]],
    build: (g: GraphBuilder, xs: readonly Value[]) =>
      rotary(
        g,
        x(xs),
        g.constant(BigInt64Array.from([0n, 1n, 2n, 0n, 1n, 0n]), [2, 3]),
        rotaryTables(g, { theta: 100, size: 4, interleaved, scaling: null }, 4, headSize, 0.5, "q"),
      ),
  })),
  // two groups of two heads; in one block, in blocks of unequal size, and where keys lie outside the window
  Attention: [
    { blocks: 1, window: null, softCap: null },
    { blocks: 2, window: null, softCap: null },
    { blocks: 3, window: 2, softCap: null },
    { blocks: 3, window: 2, softCap: 0.8 },
  ].map(({ blocks, window, softCap }) => ({
    inputs: [
      [2, 5, 8],
      [2, 2, 5, 2],
      [2, 2, 5, 2],
    ],
    build: (g: GraphBuilder, xs: readonly Value[]) => {
      const seen = (i: number, j: number): boolean => j <= i && (window === null || j > i - window);
      const mask = Float32Array.from({ length: 25 }, (_, at) =>
        seen(Math.floor(at / 5), at % 5) ? 0 : -1e9,
      );
      const shape = { batch: 2, length: 5, heads: 4, kvHeads: 2, headSize: 2, blocks, window, softCap };
      const keyStarts = blocks === 1 ? null : g.constant(new BigInt64Array(blocks), [blocks]);
      const masks = blockMasks(g, g.constant(mask, [1, 1, 5, 5]), keyStarts, shape);
      return attention(g, x(xs), x(xs, 1), x(xs, 2), masks, keyStarts, shape);
    },
  })),
  SplitColumns: [
    {
      inputs: [[3, 6]],
      build: (g, xs) => {
        const [a, b, c] = splitColumns(g, x(xs), [3, 2, 1]) as [Value, Value, Value];
        return ops.concat(g, [ops.mul(g, b, b), ops.mul(g, a, g.scalar(2)), ops.exp(g, c)], 1, 6);
      },
    },
    {
      inputs: [[3, 6]],
      build: (g, xs) => splitColumns(g, x(xs), [4, 2])[1] as Value, // nothing reads the first part
    },
  ],
  SwiGlu: [
    {
      inputs: [
        [2, 5],
        [2, 5],
      ],
      build: (g, xs) => swiGlu(g, x(xs), x(xs, 1)),
    },
  ],
  GeGlu: [
    {
      inputs: [
        [2, 5],
        [2, 5],
      ],
      build: (g, xs) => geGlu(g, ops.mul(g, x(xs), g.scalar(2)), x(xs, 1)),
    },
  ],
  Gelu: (["exact", "tanh"] as const).map(form => ({
    inputs: [[3, 5]],
    build: (g: GraphBuilder, xs: readonly Value[]) => gelu(g, ops.mul(g, x(xs), g.scalar(2)), form),
  })),
  XIelu: [
    {
      inputs: [[3, 5], [1], [1]],
      build: (g, xs) => xIelu(g, ops.mul(g, x(xs), g.scalar(2)), x(xs, 1), x(xs, 2)),
    },
  ],
  LinearCrossEntropy: [
    { inputs: headShapes, build: (g, xs) => crossEntropy(g, xs, { parts: 1, cap: null }) },
    { inputs: headShapes, build: (g, xs) => crossEntropy(g, xs, { parts: 2, cap: null }) },
    { inputs: headShapes, build: (g, xs) => crossEntropy(g, xs, { parts: 2, cap: 0.8 }) },
    { inputs: headShapes, build: (g, xs) => crossEntropy(g, xs, { parts: 1, cap: null, smoothing: 0.3 }) },
    { inputs: headShapes, build: (g, xs) => crossEntropy(g, xs, { parts: 2, cap: 0.8, smoothing: 0.3 }) },
    {
      inputs: [[3, 4]],
      build: (g, xs) => crossEntropy(g, xs, { parts: 2, cap: null }, headOfIntegers(g, 6)),
    },
    {
      inputs: [[3, 4]],
      build: (g, xs) => crossEntropy(g, xs, { parts: 2, cap: 0.8, smoothing: 0.3 }, headOfIntegers(g, 4)),
    },
  ],
  TriangularInverse: [2, 5, 8].map(size => ({
    inputs: [[2, size, size]],
    build: (g, xs) =>
      triangularInverse(
        g,
        x(xs),
        inverseMasks(g, size, mask => mask),
      ),
  })),
  CausalConvolution: [1, 4].map(taps => ({
    inputs: [
      [2, 7, 3],
      [3, 1, taps],
    ],
    build: (g, xs) => {
      const positions = g.constant(BigInt64Array.from(packedPositions, BigInt), [2, 7]);
      return causalConvolution(g, x(xs), x(xs, 1), positions, null);
    },
  })),
  LoraLinear: [
    {
      inputs: [
        [3, 4],
        [2, 4],
        [5, 2],
        [3, 5],
      ],
      build: (g, xs) => {
        const weight = g.constant(
          Float32Array.from({ length: 20 }, (_, i) => Math.sin(i)),
          [5, 4],
        );
        return loraLinear(g, x(xs), weight, { a: x(xs, 1), b: x(xs, 2), scale: 2 }, x(xs, 3));
      },
    },
  ],
  Dropout: [
    // Widths of whole bytes, and not.
    { inputs: [[2, 8]], build: (g, xs) => someDropped(g, x(xs)) },
    { inputs: [[2, 5]], build: (g, xs) => someDropped(g, x(xs)) },
    { inputs: [[2, 8]], build: (g, xs) => ops.mul(g, someDropped(g, x(xs)), x(xs)) },
  ],
};

/** What is computed again must give the same, through everything that is cheap to compute again as well. */
const checkpointed: Case = {
  inputs: [[3, 4], [4], [2, 4], [4, 2]],
  build: (g, [h, norm, a, b]) => {
    const weight = g.constant(
      Float32Array.from({ length: 16 }, (_, i) => Math.cos(i)),
      [4, 4],
    );
    const lora = { a: a as Value, b: b as Value, scale: 1 };
    const block = (y: Value, passed?: Value): readonly [Value, Value] => {
      const normal = rmsNorm(g, y, norm as Value, 1e-5);
      const gated = swiGlu(g, loraLinear(g, normal, weight, lora), passed ?? normal);
      return [loraLinear(g, gated, weight, lora, y), gated];
    };
    // Something inside the first block is passed on to the others, as shared keys and values are.
    const [first, gated] = g.recomputed(() => block(h as Value)) as readonly [Value, Value];
    const [second] = g.recomputed(() => block(first, gated)) as readonly [Value, Value];
    const [third] = g.recomputed(() => block(second, gated)) as readonly [Value, Value];
    return third;
  },
};

/** Positions of two rows of packed examples, of which some are shorter than the convolution reaches. */
const packedPositions = [0, 1, 0, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6];

const step = 0.04;
const tolerance = 2e-3; // float32 forward, fourth-order differences

async function check(name: string, one: Case): Promise<void> {
  const { inputs, build, positive } = one;
  const random = seededRandom("gradients", name);
  const g = new GraphBuilder();
  const values = inputs.map((shape, i) => g.input(`x${i}`, "float32", shape));
  const y = build(g, values);
  const size = y.shape.reduce<number>((n, dim) => n * Number(dim), 1);
  const weights = g.constant(
    Float32Array.from({ length: size }, () => random() * 2 - 1),
    y.shape,
  );
  const product = ops.mul(g, y, weights);
  const loss =
    product.shape.length === 0
      ? product
      : ops.reduceSum(
          g,
          product,
          product.shape.map((_, i) => i),
        );
  g.output("loss", loss);
  grad(g, loss, values, gradientRules).forEach((gradient, i) => {
    g.output(`g${i}`, gradient);
  });
  const session = await Session.create(encodeModel(g, "check"), "cpu");
  const data = inputs.map(shape =>
    Float32Array.from({ length: shape.reduce((n, dim) => n * dim, 1) }, () =>
      positive ? 0.5 + random() : random() * 2 - 1,
    ),
  );
  const run = async () =>
    session.run(Object.fromEntries(data.map((d, i) => [`x${i}`, tensor(d, inputs[i] as number[])])));
  const lossAt = async (d: Float32Array, i: number, value: number): Promise<number> => {
    const held = d[i] as number;
    d[i] = value;
    const result = (await run()).loss?.data[0] as number;
    d[i] = held;
    return result;
  };
  const exact = await run();
  for (const [k, d] of data.entries()) {
    const gradient = exact[`g${k}`]?.data as Float32Array;
    assert.equal(gradient.length, d.length);
    const scale = Math.max(1, ...gradient.map(Math.abs));
    for (let i = 0; i < d.length; i++) {
      const at = d[i] as number;
      const near = (await lossAt(d, i, at + step)) - (await lossAt(d, i, at - step));
      const far = (await lossAt(d, i, at + 2 * step)) - (await lossAt(d, i, at - 2 * step));
      const numeric = (8 * near - far) / (12 * step);
      const error = Math.abs((gradient[i] as number) - numeric) / scale;
      assert.ok(
        error < tolerance,
        `${name}, input ${k}, element ${i}: ${gradient[i]} but differences give ${numeric}`,
      );
    }
  }
  await session.release();
}

test("every operator is either checked or declared to have no gradient", () => {
  const all = [...standardOps, ...compositeOps];
  const covered = [...Object.keys(cases), ...withoutGradient, "Recompute"];
  assert.deepEqual([...covered].sort(), [...all].sort());
});

for (const [name, list] of Object.entries(cases)) {
  test(`gradient of ${name}`, async () => {
    for (const one of list) await check(name, one);
  });
}

/** Two chunks of 33 tokens, with examples that end within a chunk and one that goes over both. */
const delta: Case = {
  inputs: [
    [66, 2],
    [66, 2],
    [2, 66, 2],
    [2, 66, 1],
    [2, 66, 1],
  ],
  build: (g, [q, k, v, decay, beta]) => {
    const lengths = [12, 40, 14].flatMap(length => Array.from({ length }, (_, i) => BigInt(i)));
    const chunked = (y: Value | undefined, heads: number, width: number): Value =>
      ops.reshape(g, y as Value, [1, 1, heads, 2, 33, width]);
    const inputs = {
      q: chunked(q, 1, 2),
      k: ops.mul(g, chunked(k, 1, 2), g.scalar(0.7)),
      v: chunked(v, 2, 2),
      decay: ops.neg(g, ops.exp(g, chunked(decay, 2, 1))),
      beta: ops.sigmoid(g, chunked(beta, 2, 1)),
    };
    const positions = g.constant(BigInt64Array.from(lengths), [1, 66]);
    return gatedDelta(g, inputs, packedChunks(g, positions), null).outputs;
  },
};

test("gradients of the gated delta rule", () => check("gated delta", delta));

test("gradients through what is computed again", () => check("checkpoint", checkpointed));

test("a gradient sums over all uses, into a Gemm where it can", async () => {
  await check("sum", {
    inputs: [
      [3, 4],
      [4, 4],
    ],
    build: (g, xs) => {
      const twice = ops.gemm(g, ops.gemm(g, x(xs), x(xs, 1)), x(xs, 1), { transB: true, c: x(xs) });
      return ops.add(g, ops.mul(g, twice, x(xs)), ops.gemm(g, x(xs), x(xs, 1), { alpha: 2 }));
    },
  });
});
