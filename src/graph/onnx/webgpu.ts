// Rewrites operators that ONNX Runtime's WebGPU provider computes differently from its CPU provider into
// nodes on which both agree.
import type { GraphBuilder } from "../tape/builder.ts";
import {
  add,
  cast,
  exp,
  gather,
  lessOrEqual,
  log,
  matmul,
  mul,
  reciprocal,
  reduceMax,
  reduceMean,
  reduceSum,
  sqrt,
  sub,
  transpose,
  where,
} from "../tape/ops.ts";
import { redirect, sortNodes } from "../tape/rewrite.ts";
import type { GraphNode, Value } from "../tape/value.ts";

export interface Abilities {
  /** True if the adapter computes in float16 (shader-f16). None supports bfloat16. */
  readonly float16: boolean;
}

/**
 * Rewrites the graph in place. Based on the behavior of onnxruntime-node 1.30.0; the numeric suite trains
 * with the result.
 */
export function lowerForWebGpu(g: GraphBuilder, { float16 }: Abilities): void {
  for (const initializer of g.initializers) {
    const { dtype } = initializer.value;
    if (dtype === "bfloat16" || (dtype === "float16" && !float16)) widen(g, initializer.value);
  }
  for (const node of [...g.nodes]) {
    const [first, second] = node.outputs;
    if (node.op === "SimplifiedLayerNormalization") {
      // WebGPU does not write the second output, 1/√(mean(x²) + ε), which gradients need.
      if (used(g, second)) redirect(g, second, inverseDeviation(g, node));
    } else if (node.op === "LogSoftmax") {
      // WebGPU has no kernel for it: the logits, the largest values of a step, would go to the CPU and back.
      if (used(g, first)) redirect(g, first, logSoftmax(g, inputOf(node, 0)));
    } else if (node.op === "FusedMatMul") {
      // Likewise: the scores of attention would go back and forth.
      if (used(g, first)) redirect(g, first, transposedProduct(g, node));
    } else if (node.op === "Max") {
      const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
      if (used(g, first)) redirect(g, first, where(g, lessOrEqual(g, a, b), b, a));
    }
  }
  sortNodes(g);
}

/**
 * Replaces all uses of a weight with a single float32 copy, which constant folding creates when the runtime
 * loads the
 * graph: rows are gathered from it, and casts of it disappear.
 */
function widen(g: GraphBuilder, weight: Value): void {
  const readers = g.nodes.filter(node => node.inputs.includes(weight));
  const whole = cast(g, weight, "float32");
  for (const node of readers) {
    const [read] = node.outputs;
    if (read === undefined || read === whole) continue;
    if (node.op === "Cast" && read.dtype === "float32") redirect(g, read, whole);
    else if (node.op === "Gather") widenRows(g, read, gather(g, whole, inputOf(node, 1)));
    else throw new Error(`${node.name} reads ${weight.name}, which the device can't`);
  }
}

function widenRows(g: GraphBuilder, narrow: Value, rows: Value): void {
  for (const node of g.nodes) {
    const [read] = node.outputs;
    if (!node.inputs.includes(narrow)) continue;
    if (node.op !== "Cast" || read?.dtype !== "float32") throw new Error(`${node.name} reads ${narrow.name}`);
    redirect(g, read, rows);
  }
}

function used(g: GraphBuilder, value: Value | undefined): value is Value {
  return value !== undefined && (g.uses.get(value) ?? 0) > 0;
}

function inverseDeviation(g: GraphBuilder, node: GraphNode): Value {
  const x = inputOf(node, 0);
  const { epsilon } = node.attributes;
  if (typeof epsilon !== "object" || !("float" in epsilon)) throw new Error(`${node.name} has no epsilon`);
  return reciprocal(g, sqrt(g, add(g, reduceMean(g, mul(g, x, x), [-1], true), g.scalar(epsilon.float))));
}

/** x − max − log Σ exp(x − max) over the last axis. */
function logSoftmax(g: GraphBuilder, x: Value): Value {
  const shifted = sub(g, x, reduceMax(g, x, [-1], true));
  return sub(g, shifted, log(g, reduceSum(g, exp(g, shifted), [-1], true)));
}

/** MatMul with explicitly transposed operands. */
function transposedProduct(g: GraphBuilder, node: GraphNode): Value {
  const { transA, transB } = node.attributes;
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  return matmul(g, transA === 1 ? swapped(g, a) : a, transB === 1 ? swapped(g, b) : b);
}

function swapped(g: GraphBuilder, x: Value): Value {
  const axes = x.shape.map((_, i) => i);
  return transpose(g, x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

function inputOf(node: GraphNode, i: number): Value {
  const value = node.inputs[i];
  if (value === null || value === undefined) throw new Error(`${node.name} has no input ${i}`);
  return value;
}
