// Counts the floating-point operations of a graph's matrix products.

import { neededNodes } from "../onnx/check.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { type Dim, type GraphNode, type Sizes, sizeOf } from "../tape/value.ts";

/**
 * Returns the FLOPs (two per multiply-add) of all matrix products except recomputed ones.
 * @param sizes Values of the graph's symbolic sizes.
 */
export function matrixFlops(g: GraphBuilder, sizes: Sizes): number {
  const size = (dim: Dim | undefined): number => {
    if (dim === undefined) throw new Error("a matrix without sizes");
    return sizeOf(dim, sizes);
  };
  const flops = (node: GraphNode): number => {
    const { op, inputs, outputs, attributes } = node;
    if ((op !== "Gemm" && op !== "MatMul" && op !== "FusedMatMul") || g.repeated.has(node)) return 0;
    const inner = inputs[0]?.shape.at(attributes.transA === 1 ? -2 : -1);
    return (
      2 * size(inner) * (outputs[0]?.shape ?? []).reduce<number>((product, dim) => product * size(dim), 1)
    );
  };
  return neededNodes(g).reduce((sum, node) => sum + flops(node), 0);
}
