// One function per operator, which computes the shape and type of its result.
import type { GraphBuilder } from "./builder.ts";
import {
  broadcastShape,
  type Dim,
  type DType,
  describe,
  type Shape,
  type StandardOp,
  sameShape,
  type Value,
} from "./value.ts";

/** Returns the only output of a node. */
export function one(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined) throw new Error("an operator yielded nothing");
  return value;
}

function elementwise(g: GraphBuilder, op: StandardOp, a: Value, b: Value, dtype: DType = a.dtype): Value {
  if (a.dtype !== b.dtype) throw new Error(`${op} of different types: ${describe(a)} and ${describe(b)}`);
  return one(g.node(op, [a, b], [{ dtype, shape: broadcastShape(a, b) }]));
}

function unary(g: GraphBuilder, op: StandardOp, x: Value): Value {
  return one(g.node(op, [x], [{ dtype: x.dtype, shape: x.shape }]));
}

export const add = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "Add", a, b);
export const sub = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "Sub", a, b);
export const mul = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "Mul", a, b);
export const div = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "Div", a, b);
export const maximum = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "Max", a, b);
export const pow = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "Pow", a, b);
export const equal = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "Equal", a, b, "bool");
export const lessOrEqual = (g: GraphBuilder, a: Value, b: Value): Value =>
  elementwise(g, "LessOrEqual", a, b, "bool");
export const and = (g: GraphBuilder, a: Value, b: Value): Value => elementwise(g, "And", a, b);
export const neg = (g: GraphBuilder, x: Value): Value => unary(g, "Neg", x);
export const exp = (g: GraphBuilder, x: Value): Value => unary(g, "Exp", x);
export const log = (g: GraphBuilder, x: Value): Value => unary(g, "Log", x);
export const sqrt = (g: GraphBuilder, x: Value): Value => unary(g, "Sqrt", x);
export const reciprocal = (g: GraphBuilder, x: Value): Value => unary(g, "Reciprocal", x);
export const tanh = (g: GraphBuilder, x: Value): Value => unary(g, "Tanh", x);
export const erf = (g: GraphBuilder, x: Value): Value => unary(g, "Erf", x);
export const sigmoid = (g: GraphBuilder, x: Value): Value => unary(g, "Sigmoid", x);

export function cast(g: GraphBuilder, x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return one(g.node("Cast", [x], [{ dtype, shape: x.shape }], { to: onnxTypes[dtype] }));
}

/** TensorProto.DataType of the ONNX standard. */
export const onnxTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
  uint4: 21,
};

/** a[..., m, k] · b[..., k, n], broadcasting the leading dimensions. */
export function matmul(g: GraphBuilder, a: Value, b: Value): Value {
  return one(g.node("MatMul", [a, b], [{ dtype: a.dtype, shape: matmulShape(a, b, false, false) }]));
}

/** Shape of a matrix product, broadcasting the leading dimensions. */
export function matmulShape(a: Value, b: Value, transA: boolean, transB: boolean): Shape {
  const [m, k] = transA ? [a.shape.at(-1), a.shape.at(-2)] : a.shape.slice(-2);
  const [k2, n] = transB ? [b.shape.at(-1), b.shape.at(-2)] : b.shape.slice(-2);
  if (m === undefined || n === undefined || k !== k2)
    throw new Error(`MatMul of ${describe(a)}${transA ? "ᵀ" : ""} and ${describe(b)}${transB ? "ᵀ" : ""}`);
  const lead = broadcastShape({ ...a, shape: a.shape.slice(0, -2) }, { ...b, shape: b.shape.slice(0, -2) });
  return [...lead, m, n];
}

export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
  /** Added to the product: [m, n], or [n] for every row. */
  readonly c?: Value;
}

/** alpha · op(a) · op(b) + c for matrices. */
export function gemm(g: GraphBuilder, a: Value, b: Value, options: GemmOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1, c } = options;
  const [m, k] = transA ? [a.shape[1], a.shape[0]] : [a.shape[0], a.shape[1]];
  const [k2, n] = transB ? [b.shape[1], b.shape[0]] : [b.shape[0], b.shape[1]];
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== k2 || m === undefined || n === undefined) {
    throw new Error(`Gemm of ${describe(a)}${transA ? "ᵀ" : ""} and ${describe(b)}${transB ? "ᵀ" : ""}`);
  }
  if (c !== undefined && !sameShape(c.shape, [m, n]) && !sameShape(c.shape, [n]))
    throw new Error(`Gemm adds ${describe(c)} to [${m}, ${n}]`);
  const attributes = {
    transA: transA ? 1 : 0,
    transB: transB ? 1 : 0,
    alpha: { float: alpha },
    beta: { float: 1 },
  };
  return one(
    g.node("Gemm", c === undefined ? [a, b] : [a, b, c], [{ dtype: a.dtype, shape: [m, n] }], attributes),
  );
}

export function transpose(g: GraphBuilder, x: Value, perm: readonly number[]): Value {
  if (perm.every((p, i) => p === i)) return x;
  const shape = perm.map(p => x.shape[p] as Dim);
  return one(g.node("Transpose", [x], [{ dtype: x.dtype, shape }], { perm }));
}

/**
 * Reshapes x. An unknown size is copied if it keeps its axis; at most one other is inferred when the graph
 * runs.
 */
export function reshape(g: GraphBuilder, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const target = shape.map((dim, i) => (typeof dim === "number" ? dim : x.shape[i] === dim ? 0 : -1));
  if (target.filter(dim => dim === -1).length > 1) {
    throw new Error(`reshape of ${describe(x)} to [${shape.join(", ")}]: two unknown sizes`);
  }
  return one(g.node("Reshape", [x, g.ints(...target)], [{ dtype: x.dtype, shape }]));
}

/**
 * Reshapes x[rows·length, width] to [rows, length, width], where `like` is [rows, length] and neither need be
 * known.
 */
export function splitRows(g: GraphBuilder, x: Value, like: Value, width: number): Value {
  const shape = [...like.shape, width];
  if (sameShape(x.shape, shape)) return x;
  if (like.shape.filter(dim => typeof dim === "string").length < 2) return reshape(g, x, shape);
  const lead = one(g.node("Shape", [like], [{ dtype: "int64", shape: [like.shape.length] }]));
  const target = concat(g, [lead, g.ints(width)], 0, shape.length);
  return one(g.node("Reshape", [x, target], [{ dtype: x.dtype, shape }]));
}

/** Sizes of x, int64 [rank of x]. */
export function shapeOf(g: GraphBuilder, x: Value): Value {
  return one(g.node("Shape", [x], [{ dtype: "int64", shape: [x.shape.length] }]));
}

/** Broadcasts x to the shape of `like`, whose sizes may be unknown until the graph runs. */
export function expandLike(g: GraphBuilder, x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x;
  const known = like.shape.every(dim => typeof dim === "number");
  const shape = known
    ? g.ints(...like.shape.map(Number))
    : one(g.node("Shape", [like], [{ dtype: "int64", shape: [like.shape.length] }]));
  return one(g.node("Expand", [x, shape], [{ dtype: x.dtype, shape: like.shape }]));
}

/** Zeros with the shape of `like`. */
export function zerosLike(g: GraphBuilder, like: Value): Value {
  return expandLike(g, g.scalar(0), like);
}

export function reduceSum(g: GraphBuilder, x: Value, axes: readonly number[], keep = false): Value {
  return reduce(g, "ReduceSum", x, axes, keep);
}

export function reduceMean(g: GraphBuilder, x: Value, axes: readonly number[], keep = false): Value {
  return reduce(g, "ReduceMean", x, axes, keep);
}

export function reduceMax(g: GraphBuilder, x: Value, axes: readonly number[], keep = false): Value {
  return reduce(g, "ReduceMax", x, axes, keep);
}

function reduce(g: GraphBuilder, op: StandardOp, x: Value, axes: readonly number[], keep: boolean): Value {
  const positive = axes.map(axis => (axis < 0 ? axis + x.shape.length : axis));
  const shape = x.shape.flatMap((dim, i) => (positive.includes(i) ? (keep ? [1] : []) : [dim]));
  return one(g.node(op, [x, g.ints(...positive)], [{ dtype: x.dtype, shape }], { keepdims: keep ? 1 : 0 }));
}

export function softmax(g: GraphBuilder, x: Value): Value {
  return one(g.node("Softmax", [x], [{ dtype: x.dtype, shape: x.shape }], { axis: -1 }));
}

export function logSoftmax(g: GraphBuilder, x: Value): Value {
  return one(g.node("LogSoftmax", [x], [{ dtype: x.dtype, shape: x.shape }], { axis: -1 }));
}

/**
 * int64 index of the largest element of the last axis, the first if several are equal: x[..., n] -> [...].
 */
export function argMax(g: GraphBuilder, x: Value): Value {
  const shape = x.shape.slice(0, -1);
  return one(g.node("ArgMax", [x], [{ dtype: "int64", shape }], { axis: -1, keepdims: 0 }));
}

/** Rows of x at int64 indices: x[r, ...rest], indices[...s] -> [...s, ...rest]. */
export function gather(g: GraphBuilder, x: Value, indices: Value): Value {
  const shape = [...indices.shape, ...x.shape.slice(1)];
  return one(g.node("Gather", [x, indices], [{ dtype: x.dtype, shape }], { axis: 0 }));
}

export function gatherElements(g: GraphBuilder, x: Value, indices: Value, axis: number): Value {
  return one(g.node("GatherElements", [x, indices], [{ dtype: x.dtype, shape: indices.shape }], { axis }));
}

/** A copy of x with x[i, indices[i, 0]] replaced by updates[i, 0], along the axis. */
export function scatterElements(
  g: GraphBuilder,
  x: Value,
  indices: Value,
  updates: Value,
  axis: number,
): Value {
  return one(
    g.node("ScatterElements", [x, indices, updates], [{ dtype: x.dtype, shape: x.shape }], { axis }),
  );
}

/** A copy of x[r, ...] with rows updates[n, ...] added at indices[n, 1]; repeated indices add up. */
export function scatterAdd(g: GraphBuilder, x: Value, indices: Value, updates: Value): Value {
  return one(
    g.node("ScatterND", [x, indices, updates], [{ dtype: x.dtype, shape: x.shape }], { reduction: "add" }),
  );
}

export function concat(g: GraphBuilder, parts: readonly Value[], axis: number, dim: Dim): Value {
  const first = one(parts);
  const at = axis < 0 ? axis + first.shape.length : axis;
  const shape = first.shape.map((size, i) => (i === at ? dim : size));
  return one(g.node("Concat", parts, [{ dtype: first.dtype, shape }], { axis: at }));
}

/** x[..., from:to, ...] along one axis of known size. */
export function slice(g: GraphBuilder, x: Value, axis: number, from: number, to: number): Value {
  const at = axis < 0 ? axis + x.shape.length : axis;
  if (from === 0 && to === x.shape[at]) return x;
  const shape = x.shape.map((size, i) => (i === at ? to - from : size));
  return one(g.node("Slice", [x, g.ints(from), g.ints(to), g.ints(at)], [{ dtype: x.dtype, shape }]));
}

/**
 * x[..., from:to, ...] with int64 [1] values as bounds; null means the end of the axis. `size` names the
 * result's size.
 */
export function sliceTo(
  g: GraphBuilder,
  x: Value,
  axis: number,
  from: Value | null,
  to: Value | null,
  size: Dim,
): Value {
  const shape = x.shape.map((dim, i) => (i === axis ? size : dim));
  const bounds = [from ?? g.ints(0), to ?? g.ints(Number.MAX_SAFE_INTEGER)];
  return one(g.node("Slice", [x, ...bounds, g.ints(axis)], [{ dtype: x.dtype, shape }]));
}

export function where(g: GraphBuilder, condition: Value, a: Value, b: Value): Value {
  const shape = broadcastShape({ ...a, shape: broadcastShape(a, b) }, condition);
  return one(g.node("Where", [condition, a, b], [{ dtype: a.dtype, shape }]));
}

/**
 * Pads x with zeros along one axis.
 * @param before Number of leading zeros, int64 [1]
 * @param size size of the result along the axis
 */
export function padTo(
  g: GraphBuilder,
  x: Value,
  axis: number,
  before: Value,
  after: number,
  size: Dim,
): Value {
  const shape = x.shape.map((dim, i) => (i === axis ? size : dim));
  const amounts = concat(g, [before, g.ints(after)], 0, 2);
  return one(g.node("Pad", [x, amounts, g.scalar(0), g.ints(axis)], [{ dtype: x.dtype, shape }]));
}

/** Returns x unchanged, but not before `gate` is computed: adds 0 times the first element of `gate`. */
export function after(g: GraphBuilder, x: Value, gate: Value): Value {
  const first = gate.shape.reduce<Value>((part, _, axis) => slice(g, part, axis, 0, 1), gate);
  const zero = mul(g, reshape(g, first, []), g.scalar(0));
  return add(g, x, zero);
}
