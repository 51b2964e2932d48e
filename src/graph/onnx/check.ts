// Checks the invariants of a graph before it is serialised.
import type { GraphBuilder } from "../tape/builder.ts";
import type { GraphNode, StandardOp, Value } from "../tape/value.ts";

/** Minimum and maximum number of inputs of each operator. */
const arity: Readonly<Record<StandardOp, readonly [number, number]>> = {
  Add: [2, 2],
  Sub: [2, 2],
  Mul: [2, 2],
  Div: [2, 2],
  Max: [2, 2],
  Neg: [1, 1],
  Exp: [1, 1],
  Log: [1, 1],
  Sqrt: [1, 1],
  Reciprocal: [1, 1],
  Sigmoid: [1, 1],
  Tanh: [1, 1],
  Erf: [1, 1],
  Pow: [2, 2],
  MatMul: [2, 2],
  Gemm: [2, 3],
  Transpose: [1, 1],
  Reshape: [2, 2],
  Expand: [2, 2],
  Shape: [1, 1],
  ReduceSum: [2, 2],
  ReduceMean: [2, 2],
  ReduceMax: [2, 2],
  Softmax: [1, 1],
  LogSoftmax: [1, 1],
  ArgMax: [1, 1],
  Gather: [2, 2],
  GatherElements: [2, 2],
  ScatterElements: [3, 3],
  ScatterND: [3, 3],
  Concat: [1, Number.POSITIVE_INFINITY],
  Slice: [4, 4],
  Cast: [1, 1],
  Equal: [2, 2],
  LessOrEqual: [2, 2],
  And: [2, 2],
  Where: [3, 3],
  SimplifiedLayerNormalization: [2, 2],
  LayerNormalization: [2, 3],
  RotaryEmbedding: [4, 4],
  QuickGelu: [1, 1],
  FastGelu: [1, 2],
  FusedMatMul: [2, 2],
  DequantizeLinear: [2, 2],
  MatMulNBits: [3, 3],
  Pad: [2, 4],
};

/** Returns the nodes that some output needs, in order, so that unrequested gradients cost nothing. */
export function neededNodes(g: GraphBuilder): GraphNode[] {
  const needed = new Set<Value>(g.outputs.map(output => output.value));
  const kept: GraphNode[] = [];
  for (let i = g.nodes.length - 1; i >= 0; i--) {
    const node = g.nodes[i] as GraphNode;
    if (!node.outputs.some(output => needed.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) if (input !== null) needed.add(input);
  }
  return kept.reverse();
}

/**
 * Returns the needed nodes in the order in which they are written to the file. The runtime walks back from nodes
 * that nothing reads, the last one in the file first, and runs what each needs as it is reached, the last one in
 * the file first again. Gradients of weights are such nodes: written last, in reverse order of computation, each
 * runs as soon as backpropagation reaches it and frees what only it needed. What is computed without the texts
 * (converted and merged weights, masks of dropout) is written first, so that it runs when what it is combined with
 * is there: otherwise that of all layers would run, and be held, before the first layer.
 */
export function fileOrder(g: GraphBuilder): GraphNode[] {
  const nodes = neededNodes(g);
  const read = new Set(nodes.flatMap(node => node.inputs));
  const isLeaf = (node: GraphNode): boolean => !node.outputs.some(output => read.has(output));
  const inner = nodes.filter(node => !isLeaf(node));
  // Tokens and positions are the only inputs of these types.
  const ofTexts = new Set(g.inputs.filter(({ dtype }) => dtype === "int64" || dtype === "int32"));
  for (const { inputs, outputs } of nodes)
    if (inputs.some(input => input !== null && ofTexts.has(input)))
      for (const output of outputs) ofTexts.add(output);
  const isApart = ({ outputs }: GraphNode): boolean => !outputs.some(output => ofTexts.has(output));
  return [
    ...inner.filter(isApart),
    ...inner.filter(node => !isApart(node)),
    ...nodes.filter(isLeaf).reverse(),
  ];
}

/**
 * Throws on the first violation: a duplicate name, a value used before it exists, a wrong number of inputs.
 */
export function checkGraph(g: GraphBuilder, nodes: readonly GraphNode[]): void {
  const defined = new Set<Value>([...g.inputs, ...g.initializers.map(initializer => initializer.value)]);
  const names = new Set<string>();
  const claim = (name: string): void => {
    if (name === "" || names.has(name)) throw new Error(`graph: the name "${name}" is empty or used twice`);
    names.add(name);
  };
  for (const value of defined) claim(value.name);
  for (const node of nodes) {
    const [least, most] = arity[node.op];
    if (node.inputs.length < least || node.inputs.length > most) {
      throw new Error(
        `graph: ${node.name} has ${node.inputs.length} inputs, ${node.op} takes ${least} to ${most}`,
      );
    }
    for (const input of node.inputs) {
      if (input !== null && !defined.has(input))
        throw new Error(`graph: ${node.name} uses ${input.name} before it exists`);
    }
    for (const output of node.outputs) {
      claim(output.name);
      defined.add(output);
    }
  }
  if (g.outputs.length === 0) throw new Error("graph: no outputs");
  for (const { name, value } of g.outputs) {
    claim(name);
    if (!defined.has(value)) throw new Error(`graph: output ${name} is never computed`);
  }
}
