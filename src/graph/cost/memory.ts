// Predicts the memory of a run by simulating the buffer planning and allocation of ONNX Runtime's CPU
// provider.

import { fileOrder } from "../onnx/check.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import {
  type DType,
  type GraphNode,
  type Sizes,
  type StandardOp,
  sizeOf,
  type Value,
} from "../tape/value.ts";
import { Arena, type Chunk } from "./arena.ts";

const elementBytes: Readonly<Record<DType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
  uint4: 0.5,
  bool: 1,
};

/** Inputs whose memory the first output may reuse if nothing else reads them. */
const inPlace: Readonly<Partial<Record<StandardOp, readonly number[]>>> = {
  Add: [0, 1],
  Sub: [0, 1],
  Mul: [0, 1],
  Div: [0, 1],
  Neg: [0],
  Exp: [0],
  Log: [0],
  Sqrt: [0],
  Reciprocal: [0],
  Sigmoid: [0],
  Tanh: [0],
  Erf: [0],
  Cast: [0],
  QuickGelu: [0],
  ScatterElements: [0],
  ScatterND: [0],
};

function bytesOf({ dtype, shape }: Value, sizes: Sizes): number {
  return Math.ceil(shape.reduce<number>((product, dim) => product * sizeOf(dim, sizes), elementBytes[dtype]));
}

/**
 * Order in which the runtime executes nodes: a depth-first walk from the nodes whose outputs nothing reads,
 * last one in the file first; the inputs of each node likewise.
 */
export function runOrder(nodes: readonly GraphNode[]): GraphNode[] {
  const place = new Map(nodes.map((node, i) => [node, i]));
  const producers = new Map(nodes.flatMap(node => node.outputs.map(output => [output, node] as const)));
  const read = new Set(nodes.flatMap(node => node.inputs));
  const stack = nodes
    .filter(node => !node.outputs.some(output => read.has(output)))
    .map(node => ({ node, leave: false }));
  const seen = new Set<GraphNode>();
  const order: GraphNode[] = [];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, leave } = top;
    if (leave) {
      order.push(node);
      continue;
    }
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push({ node, leave: true });
    const before = node.inputs.flatMap(input => (input === null ? [] : (producers.get(input) ?? [])));
    before.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    for (const one of before) if (!seen.has(one)) stack.push({ node: one, leave: false });
  }
  return order;
}

/** Memory that holds one value after another. */
interface Buffer {
  readonly value: Value;
  readonly bytes: number;
  uses: number;
  /** Index of the step after which the buffer is freed. */
  end: number;
}

/** Buffers that a step allocates, and those that are freed after it. */
interface Step {
  readonly starts: Buffer[];
  readonly ends: Buffer[];
}

/** Key under which values may share a buffer: the runtime compares shapes axis by axis. */
function sizeKey({ dtype, shape }: Value): string {
  return `${elementBytes[dtype]}:${shape.join(",")}`;
}

/**
 * Plans buffers as the runtime does when it loads the graph
 * (onnxruntime/core/framework/allocation_planner.cc).
 */
function planBuffers(g: GraphBuilder, order: readonly GraphNode[], sizes: Sizes): Step[] {
  const uses = new Map<Value, number>();
  for (const node of order)
    for (const input of node.inputs) if (input !== null) uses.set(input, (uses.get(input) ?? 0) + 1);
  const returned = new Set(g.outputs.map(output => output.value)); // in the caller's memory
  const buffers = new Map<Value, Buffer>();
  const steps: Step[] = order.map(() => ({ starts: [], ends: [] }));
  const idle = new Map<string, Buffer[]>(); // reused last in, first out
  const all: Buffer[] = [];

  const place = (node: GraphNode, value: Value, first: boolean): Buffer | null => {
    if (returned.has(value)) return null;
    const inputs = node.inputs.map(input => (input === null ? undefined : buffers.get(input)));
    if (node.op === "Reshape") return inputs[0] ?? null;
    for (const i of first ? (inPlace[node.op] ?? []) : []) {
      const [buffer, input] = [inputs[i], node.inputs[i]];
      if (buffer?.uses === 1 && input && sizeKey(input) === sizeKey(value)) return buffer;
    }
    const found = value.shape.length === 0 ? undefined : idle.get(sizeKey(value))?.pop();
    return found ?? { value, bytes: bytesOf(value, sizes), uses: 0, end: 0 };
  };
  const finish = (buffer: Buffer, at: number): void => {
    buffer.end = at;
    const key = sizeKey(buffer.value);
    const others = idle.get(key);
    if (others === undefined) idle.set(key, [buffer]);
    else others.push(buffer);
  };
  for (const [at, node] of order.entries()) {
    for (const [i, value] of node.outputs.entries()) {
      const buffer = place(node, value, i === 0);
      if (buffer === null) continue;
      if (buffer.value === value) {
        steps[at]?.starts.push(buffer);
        all.push(buffer);
      }
      buffer.uses += uses.get(value) ?? 0;
      buffers.set(value, buffer);
    }
    for (const input of node.inputs) {
      const buffer = input === null ? undefined : buffers.get(input);
      if (buffer === undefined) continue;
      buffer.uses--;
      if (buffer.uses === 0) finish(buffer, at);
    }
    for (const value of node.outputs) {
      const buffer = buffers.get(value);
      if (buffer !== undefined && (uses.get(value) ?? 0) === 0) finish(buffer, at);
    }
  }
  for (const buffer of all) steps[buffer.end]?.ends.push(buffer);
  return steps;
}

export interface RunMemory {
  /** Peak bytes of values alive at the same time. */
  readonly live: number;
  /** Bytes that the runtime's allocator holds for them, including fragmentation. */
  readonly held: number;
  /** Bytes of the outputs, whether the caller allocates them or the runtime hands them over. */
  readonly returned: number;
}

/**
 * Predicts the memory for everything that runs of these sizes compute, in order, between inputs and outputs.
 * Runs of unequal sizes leave gaps in the allocator that hold nothing of the next. Inputs and weights are not
 * counted.
 */
export function runMemory(g: GraphBuilder, first: Sizes, ...others: readonly Sizes[]): RunMemory {
  const order = runOrder(fileOrder(g));
  const arena = new Arena();
  let [most, returned] = [0, 0];
  for (const sizes of [first, ...others]) {
    const chunks = new Map<Buffer, Chunk>();
    let live = 0;
    for (const { starts, ends } of planBuffers(g, order, sizes)) {
      for (const buffer of starts) {
        chunks.set(buffer, arena.allocate(buffer.bytes));
        live += buffer.bytes;
      }
      most = Math.max(most, live);
      for (const buffer of ends) {
        const chunk = chunks.get(buffer);
        if (chunk !== undefined) arena.release(chunk);
        live -= buffer.bytes;
      }
    }
    const outputs = g.outputs.reduce((sum, { value }) => sum + bytesOf(value, sizes), 0);
    returned = Math.max(returned, outputs);
  }
  return { live: most, held: arena.touched, returned };
}
