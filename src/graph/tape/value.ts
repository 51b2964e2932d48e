// Typed values of a graph: element types and shapes are known before anything runs.

export type DType = "float32" | "float16" | "bfloat16" | "int64" | "int32" | "uint8" | "uint4" | "bool";

/** A size, or the name of a size that is only known when the graph runs. */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** Values of a graph's symbolic sizes, by name. */
export type Sizes = Readonly<Record<string, number>>;

/** Resolves a size, looking up its name if needed; `lossTokens/4` is one of 4 parts. */
export function sizeOf(dim: Dim, sizes: Sizes): number {
  if (typeof dim === "number") return dim;
  const [name = dim, parts = 1] = dim.split("/");
  const value = sizes[name];
  if (value === undefined) throw new Error(`no size given for ${dim}`);
  return value / Number(parts);
}

/** One edge of the graph. Compared by identity. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Operators of the ONNX standard (opset 18) and of ONNX Runtime that graphs may use. */
export const standardOps = [
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Max",
  "Neg",
  "Exp",
  "Log",
  "Sqrt",
  "Reciprocal",
  "Sigmoid",
  "Tanh",
  "Erf",
  "Pow",
  "MatMul",
  "Gemm",
  "Transpose",
  "Reshape",
  "Expand",
  "Shape",
  "ReduceSum",
  "ReduceMean",
  "ReduceMax",
  "Softmax",
  "LogSoftmax",
  "ArgMax",
  "Gather",
  "GatherElements",
  "ScatterElements",
  "ScatterND",
  "Concat",
  "Slice",
  "Cast",
  "Equal",
  "LessOrEqual",
  "And",
  "Where",
  "SimplifiedLayerNormalization",
  "LayerNormalization",
  "RotaryEmbedding",
  "QuickGelu",
  "FastGelu",
  "FusedMatMul",
  "Pad",
  "DequantizeLinear",
  "MatMulNBits",
] as const;
export type StandardOp = (typeof standardOps)[number];

/** Groups of operators with their own gradient, which is cheaper than that of the parts. */
export const compositeOps = [
  "RmsNorm",
  "LayerNorm",
  "Rotary",
  "Attention",
  "SplitColumns",
  "CausalConvolution",
  "TriangularInverse",
  "SwiGlu",
  "GeGlu",
  "Gelu",
  "XIelu",
  "LinearCrossEntropy",
  "LoraLinear",
  "Dropout",
  "Recompute",
] as const;
export type CompositeOp = (typeof compositeOps)[number];

/** Operators that are not in the ONNX standard at the opset that graphs declare. */
export const microsoftOps: ReadonlySet<StandardOp> = new Set<StandardOp>([
  "RotaryEmbedding",
  "QuickGelu",
  "FastGelu",
  "FusedMatMul",
  "MatMulNBits",
]);

export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface GraphNode {
  readonly name: string;
  readonly op: StandardOp;
  inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** Formats a value for an error message: `float32[N, 256]`. */
export function describe(value: Value): string {
  return `${value.name}: ${value.dtype}[${value.shape.join(", ")}]`;
}

/** Shape of an elementwise result (ONNX broadcasting). Throws if the shapes are incompatible. */
export function broadcastShape(a: Value, b: Value): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  const dims: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a.shape[a.shape.length - rank + i] ?? 1;
    const y = b.shape[b.shape.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new Error(`shapes do not broadcast: ${describe(a)} and ${describe(b)}`);
    dims.push(x === 1 ? y : x);
  }
  return dims;
}

/** Number of elements. Throws if a size is only known when the graph runs. */
export function elementCount(shape: Shape): number {
  return shape.reduce<number>((product, dim) => {
    if (typeof dim === "string") throw new Error(`the size of ${dim} is not known when the graph is built`);
    return product * dim;
  }, 1);
}
