// Counts the arithmetic of a graph's matrix products.
import type { GraphBuilder } from "./builder.ts";
import { neededNodes } from "./onnx/check.ts";
import type { Dim, GraphNode } from "./value.ts";

/** FLOPs (two per multiply-add) of all Gemm and MatMul nodes, with the sizes that were unknown given by name. */
export function matrixFlops(g: GraphBuilder, sizes: Readonly<Record<string, number>>): number {
  const size = (dim: Dim | undefined): number => {
    if (dim === undefined) throw new Error("a matrix without sizes");
    const value = typeof dim === "number" ? dim : sizes[dim];
    if (value === undefined) throw new Error(`no size given for ${dim}`);
    return value;
  };
  const flops = ({ op, inputs, outputs, attributes }: GraphNode): number => {
    if (op !== "Gemm" && op !== "MatMul") return 0;
    const inner = inputs[0]?.shape.at(op === "Gemm" && attributes.transA === 1 ? 0 : -1);
    return (
      2 * size(inner) * (outputs[0]?.shape ?? []).reduce<number>((product, dim) => product * size(dim), 1)
    );
  };
  return neededNodes(g).reduce((sum, node) => sum + flops(node), 0);
}
