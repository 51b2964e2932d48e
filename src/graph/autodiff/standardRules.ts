// Gradient rules of the standard operators: y = f(x), dx from dy.
import {
  cast,
  div,
  exp,
  expandLike,
  gemm,
  matmul,
  mul,
  neg,
  pow,
  reduceSum,
  reshape,
  scatterAdd,
  slice,
  sub,
  transpose,
  where,
  zerosLike,
} from "../tape/ops.ts";
import { type Dim, describe, type StandardOp, type Value } from "../tape/value.ts";
import { type GradientRule, type RuleContext, sumTo } from "./rule.ts";

/** Returns input i of the entry. An absent input is a bug in the caller. */
function input(context: RuleContext, i: number): Value {
  const value = context.entry.inputs[i];
  if (value === undefined || value === null) throw new Error(`${context.entry.op} has no input ${i}`);
  return value;
}

function output(context: RuleContext): Value {
  const [value] = context.entry.outputs;
  if (value === undefined) throw new Error(`${context.entry.op} has no output`);
  return value;
}

function outer(context: RuleContext): Value {
  const [gradient] = context.gradients;
  if (gradient === undefined || gradient === null)
    throw new Error(`${context.entry.op}: no gradient arrived`);
  return gradient;
}

/** Wraps the rule of a one-input operator, or of one whose first input alone is differentiable. */
const unaryRule =
  (rule: (context: RuleContext, dy: Value) => Value): GradientRule =>
  context => [context.wants(0) ? rule(context, outer(context)) : null];

/** Wraps the rule of an elementwise operator with two operands and undoes its broadcasting. */
const binaryRule =
  (
    a: (context: RuleContext, dy: Value) => Value,
    b: (context: RuleContext, dy: Value) => Value,
  ): GradientRule =>
  context =>
    [a, b].map((rule, i) =>
      context.wants(i) ? sumTo(context.g, rule(context, outer(context)), input(context, i).shape) : null,
    );

/** Rule of operators that return integers or booleans, or that only occur inside gradients. */
export const notDifferentiable: GradientRule = context => {
  throw new Error(`${context.entry.op} has no gradient (asked for at ${describe(output(context))})`);
};

/** Restores the axes that a reduction dropped, as size 1. */
function keepAxes(context: RuleContext, dy: Value): Value {
  const x = input(context, 0);
  const shape: Dim[] = [...x.shape];
  for (const axis of reducedAxes(context)) shape[axis] = 1;
  return reshape(context.g, dy, shape);
}

const reducedAxes = (context: RuleContext): readonly number[] => constantInts(context, 1);

function constantInts(context: RuleContext, i: number): readonly number[] {
  const value = input(context, i);
  const found = context.g.initializers.find(initializer => initializer.value === value);
  if (found === undefined || !("data" in found))
    throw new Error(`${context.entry.op}: input ${i} must be constant`);
  return Array.from(found.data as BigInt64Array, Number);
}

/** Y = α·op(A)·op(B) + C. dA = α·dY·op(B)ᵀ, dB = α·op(A)ᵀ·dY (each transposed back), dC = dY, summed over rows for C[n]. */
const gemmRule: GradientRule = context => {
  const { g, entry, wants } = context;
  const dy = outer(context);
  const [a, b] = [input(context, 0), input(context, 1)];
  const transA = entry.attributes.transA === 1;
  const transB = entry.attributes.transB === 1;
  const alpha = (entry.attributes.alpha as { readonly float: number }).float;
  const da = !wants(0)
    ? null
    : transA
      ? gemm(g, g.again(b), dy, { transA: transB, transB: true, alpha })
      : gemm(g, dy, g.again(b), { transB: !transB, alpha });
  const db = !wants(1)
    ? null
    : transB
      ? gemm(g, dy, g.again(a), { transA: true, transB: transA, alpha })
      : gemm(g, g.again(a), dy, { transA: !transA, alpha });
  return [da, db, wants(2) ? sumTo(g, dy, input(context, 2).shape) : null];
};

/** Y = A·B with broadcast leading axes. dA = dY·Bᵀ, dB = Aᵀ·dY, each summed over the broadcast axes. */
const matmulRule: GradientRule = context => {
  const { g, wants } = context;
  const dy = outer(context);
  const [a, b] = [input(context, 0), input(context, 1)];
  const swap = (x: Value): Value => {
    const rank = x.shape.length;
    return transpose(g, x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
  };
  return [
    wants(0) ? sumTo(g, matmul(g, dy, swap(b)), a.shape) : null,
    wants(1) ? sumTo(g, matmul(g, swap(a), dy), b.shape) : null,
  ];
};

/** y = x[indices] along axis 0. dx = zeros with the rows of dy added at their indices. */
const gatherRule: GradientRule = unaryRule((context, dy) => {
  const { g } = context;
  const [x, indices] = [input(context, 0), input(context, 1)];
  const rows = indices.shape.reduce<Dim>(
    (product, dim) => (product === 1 ? dim : dim === 1 ? product : `${product}*${dim}`),
    1,
  );
  return scatterAdd(
    g,
    zerosLike(g, x),
    reshape(g, indices, [rows, 1]),
    reshape(g, dy, [rows, ...x.shape.slice(1)]),
  );
});

const concatRule: GradientRule = context => {
  const { g, entry, wants } = context;
  const dy = outer(context);
  const axis = entry.attributes.axis as number;
  let from = 0;
  return entry.inputs.map((part, i) => {
    const size = Number(part?.shape[axis]);
    from += size;
    return wants(i) ? slice(g, dy, axis, from - size, from) : null;
  });
};

/** y = x[from:to] along one axis. dx = dy padded with zeros. */
const sliceRule: GradientRule = unaryRule((context, dy) => {
  const { g } = context;
  const x = input(context, 0);
  const [from, to, axis] = [1, 2, 3].map(i => constantInts(context, i)[0] ?? 0) as [number, number, number];
  const size = Number(x.shape[axis]);
  const wide = (width: number): Value => zerosLike(g, slice(g, x, axis, 0, width));
  const parts = [...(from > 0 ? [wide(from)] : []), dy, ...(to < size ? [wide(size - to)] : [])];
  if (parts.length === 1) return dy;
  return g.node("Concat", parts, [{ dtype: x.dtype, shape: x.shape }], { axis })[0] as Value;
});

export const standardRules: Readonly<Record<StandardOp, GradientRule>> = {
  // y = a + b
  Add: binaryRule(
    (_, dy) => dy,
    (_, dy) => dy,
  ),
  // y = a − b
  Sub: binaryRule(
    (_, dy) => dy,
    ({ g }, dy) => neg(g, dy),
  ),
  // y = a·b
  Mul: binaryRule(
    (c, dy) => mul(c.g, dy, input(c, 1)),
    (c, dy) => mul(c.g, dy, input(c, 0)),
  ),
  // y = a/b: da = dy/b, db = −dy·y/b
  Div: binaryRule(
    (c, dy) => div(c.g, dy, input(c, 1)),
    (c, dy) => neg(c.g, div(c.g, mul(c.g, dy, output(c)), input(c, 1))),
  ),
  Neg: unaryRule(({ g }, dy) => neg(g, dy)),
  // y = eˣ: dx = dy·y
  Exp: unaryRule((c, dy) => mul(c.g, dy, output(c))),
  Log: unaryRule((c, dy) => div(c.g, dy, input(c, 0))),
  // y = √x: dx = dy/(2y)
  Sqrt: unaryRule((c, dy) => div(c.g, dy, mul(c.g, output(c), c.g.scalar(2)))),
  // y = 1/x: dx = −dy·y²
  Reciprocal: unaryRule((c, dy) => neg(c.g, mul(c.g, dy, mul(c.g, output(c), output(c))))),
  // y = σ(x): dx = dy·y·(1 − y)
  Sigmoid: unaryRule((c, dy) => mul(c.g, dy, mul(c.g, output(c), sub(c.g, c.g.scalar(1), output(c))))),
  // y = tanh x: dx = dy·(1 − y²)
  Tanh: unaryRule((c, dy) => mul(c.g, dy, sub(c.g, c.g.scalar(1), mul(c.g, output(c), output(c))))),
  // y = erf x: dx = dy·2/√π·e^(−x²)
  Erf: unaryRule((c, dy) => {
    const x = input(c, 0);
    return mul(c.g, mul(c.g, dy, c.g.scalar(2 / Math.sqrt(Math.PI))), exp(c.g, neg(c.g, mul(c.g, x, x))));
  }),
  // y = aᵖ for constant p: da = dy·p·aᵖ⁻¹
  Pow: context => {
    if (context.wants(1)) throw new Error("Pow has no gradient for its exponent");
    const [a, p] = [input(context, 0), input(context, 1)];
    const { g } = context;
    return [sumTo(g, mul(g, outer(context), mul(g, p, pow(g, a, sub(g, p, g.scalar(1))))), a.shape)];
  },
  MatMul: matmulRule,
  Gemm: gemmRule,
  Transpose: unaryRule((c, dy) => {
    const perm = c.entry.attributes.perm as readonly number[];
    return transpose(
      c.g,
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    );
  }),
  Reshape: unaryRule((c, dy) => reshape(c.g, dy, input(c, 0).shape)),
  Expand: unaryRule((c, dy) => sumTo(c.g, dy, input(c, 0).shape)),
  // y = Σx: dx = dy, repeated
  ReduceSum: unaryRule((c, dy) => expandLike(c.g, keepAxes(c, dy), input(c, 0))),
  // y = Σx/n
  ReduceMean: unaryRule((c, dy) => {
    const x = input(c, 0);
    const n = reducedAxes(c).reduce((product, axis) => product * Number(x.shape[axis]), 1);
    return expandLike(c.g, mul(c.g, keepAxes(c, dy), c.g.scalar(1 / n)), x);
  }),
  // dx = y·(dy − Σ dy·y)
  Softmax: unaryRule((c, dy) => {
    const y = output(c);
    return mul(c.g, y, sub(c.g, dy, reduceSum(c.g, mul(c.g, dy, y), [-1], true)));
  }),
  // dx = dy − eʸ·Σdy
  LogSoftmax: unaryRule((c, dy) =>
    sub(c.g, dy, mul(c.g, exp(c.g, output(c)), reduceSum(c.g, dy, [-1], true))),
  ),
  Gather: gatherRule,
  // y[i, j] = x[i, n[i, j]]: dx = zeros with dy at n (indices of one row must differ)
  GatherElements: unaryRule((c, dy) => {
    const axis = c.entry.attributes.axis as number;
    const x = input(c, 0);
    return c.g.node(
      "ScatterElements",
      [zerosLike(c.g, x), input(c, 1), dy],
      [{ dtype: x.dtype, shape: x.shape }],
      {
        axis,
        reduction: "add",
      },
    )[0] as Value;
  }),
  ScatterElements: notDifferentiable,
  ScatterND: notDifferentiable,
  Concat: concatRule,
  Slice: sliceRule,
  Cast: unaryRule((c, dy) => cast(c.g, dy, input(c, 0).dtype)),
  Shape: notDifferentiable,
  ReduceMax: notDifferentiable,
  // as the floor of attention's scores
  Max: notDifferentiable,
  ArgMax: notDifferentiable,
  Equal: notDifferentiable,
  LessOrEqual: notDifferentiable,
  And: notDifferentiable,
  // y = c ? a : b
  Where: context => {
    const { g, wants } = context;
    const [condition, a, b] = [input(context, 0), input(context, 1), input(context, 2)];
    const dy = outer(context);
    const zero = g.scalar(0);
    return [
      null,
      wants(1) ? sumTo(g, where(g, condition, dy, zero), a.shape) : null,
      wants(2) ? sumTo(g, where(g, condition, zero, dy), b.shape) : null,
    ];
  },
  // occurs only inside RmsNorm, which has the rule
  SimplifiedLayerNormalization: notDifferentiable,
  // occurs only inside LayerNorm
  LayerNormalization: notDifferentiable,
  // occurs only inside Rotary
  RotaryEmbedding: notDifferentiable,
  // occurs only inside SwiGlu
  QuickGelu: notDifferentiable,
  // occurs only inside GeGlu
  FastGelu: notDifferentiable,
  // occurs only inside Attention
  FusedMatMul: notDifferentiable,
  // applied only to frozen weights
  DequantizeLinear: notDifferentiable,
  MatMulNBits: notDifferentiable,
  Pad: notDifferentiable,
};
