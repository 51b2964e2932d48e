// Records a graph node by node, along with the tape that gradients are computed from.
import {
  type Attributes,
  type CompositeOp,
  type DType,
  elementCount,
  type GraphNode,
  type Shape,
  type StandardOp,
  type Value,
} from "./value.ts";

/**
 * Location of a weight's bytes: a range of a file next to the graph. Weights are never stored in the graph.
 */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export type Initializer =
  | { readonly value: Value; readonly data: Float32Array | BigInt64Array | Int32Array }
  | { readonly value: Value; readonly external: ExternalData };

/** One differentiable step: a node, or a composite along with the values that its gradient rule needs. */
export interface TapeEntry {
  readonly op: StandardOp | CompositeOp;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** Intermediate values of a composite, in the order that its rule expects. */
  readonly saved: readonly Value[];
  /** Recomputed parts only: builds the outputs a second time. */
  readonly replay?: () => readonly Value[];
}

export class GraphBuilder {
  readonly inputs: Value[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly initializers: Initializer[] = [];
  readonly nodes: GraphNode[] = [];
  readonly tape: TapeEntry[] = [];
  readonly producers = new Map<Value, GraphNode>();
  readonly uses = new Map<Value, number>();
  private readonly recipes = new Map<Value, () => Value>();
  private readonly constants = new Map<string, Value>();
  private readonly known = new Map<string, GraphNode>();
  private readonly keys = new Map<GraphNode, string>();
  private readonly counters = new Map<string, number>();
  private readonly ids = new Map<Value, number>();
  private compositeDepth = 0;
  private repeating: string | null = null;
  /** Nodes that recompute something. */
  readonly repeated = new Set<GraphNode>();

  input(name: string, dtype: DType, shape: Shape): Value {
    const value = this.newValue(name, dtype, shape);
    this.inputs.push(value);
    return value;
  }

  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
    this.uses.set(value, (this.uses.get(value) ?? 0) + 1);
  }

  /** Returns a constant stored in the graph; equal constants are deduplicated. */
  constant(data: Float32Array | BigInt64Array | Int32Array, shape: Shape): Value {
    if (elementCount(shape) !== data.length)
      throw new Error(`constant of ${data.length} elements for shape [${shape.join(", ")}]`);
    const dtype: DType =
      data instanceof Float32Array ? "float32" : data instanceof BigInt64Array ? "int64" : "int32";
    const key = data.length <= 64 ? `${dtype}[${shape.join(",")}]${data.join(",")}` : "";
    const existing = key === "" ? undefined : this.constants.get(key);
    if (existing !== undefined) return existing;
    const value = this.newValue(this.freshName("const"), dtype, shape);
    this.initializers.push({ value, data });
    if (key !== "") this.constants.set(key, value);
    return value;
  }

  scalar(x: number): Value {
    return this.constant(Float32Array.of(x), []);
  }

  /** Returns an int64 vector, for shapes, axes and indices. */
  ints(...xs: readonly number[]): Value {
    return this.constant(BigInt64Array.from(xs, BigInt), [xs.length]);
  }

  /** Returns a frozen weight whose bytes stay in their own file. */
  external(name: string, dtype: DType, shape: Shape, external: ExternalData): Value {
    const value = this.newValue(name, dtype, shape);
    this.initializers.push({ value, external });
    return value;
  }

  /** Adds a node, or returns the outputs of an identical node that already exists. */
  node(
    op: StandardOp,
    inputs: readonly (Value | null)[],
    results: readonly { readonly dtype: DType; readonly shape: Shape }[],
    attributes: Attributes = {},
  ): readonly Value[] {
    const key = `${this.repeating ?? ""}${op}(${inputs.map(input => (input === null ? "" : this.idOf(input))).join(",")})${JSON.stringify(attributes)}`;
    const existing = this.known.get(key);
    if (existing !== undefined) return existing.outputs;
    const name = this.freshName(op);
    const outputs = results.map((result, i) =>
      this.newValue(i === 0 ? name : `${name}:${i}`, result.dtype, result.shape),
    );
    const node: GraphNode = { name, op, inputs, attributes, outputs };
    this.nodes.push(node);
    if (this.repeating !== null) this.repeated.add(node);
    this.known.set(key, node);
    this.keys.set(node, key);
    for (const output of outputs) this.producers.set(output, node);
    for (const input of inputs) if (input !== null) this.uses.set(input, (this.uses.get(input) ?? 0) + 1);
    if (this.compositeDepth === 0) this.tape.push({ op, inputs, outputs, attributes, saved: [] });
    return outputs;
  }

  /** Records everything that `forward` builds as a single step with its own gradient rule. */
  composite(
    op: CompositeOp,
    inputs: readonly Value[],
    forward: () => { readonly outputs: readonly Value[]; readonly saved: readonly Value[] },
    attributes: Attributes = {},
  ): readonly Value[] {
    this.compositeDepth++;
    const { outputs, saved } = forward();
    this.compositeDepth--;
    if (this.compositeDepth === 0) this.tape.push({ op, inputs, outputs, attributes, saved });
    return outputs;
  }

  /**
   * Keeps only the inputs of `build` for the backward pass, which runs `build` again (gradient checkpointing,
   * Chen et al. 2016). `build` must create the same nodes each time.
   */
  recomputed(build: () => readonly Value[]): readonly Value[] {
    const { result, entries } = this.record(build);
    const made = new Set(entries.flatMap(entry => entry.outputs));
    const used = new Set(entries.flatMap(entry => entry.inputs));
    const inputs = [...used].filter(value => value !== null && !made.has(value));
    this.tape.push({ op: "Recompute", inputs, outputs: result, attributes: {}, saved: [], replay: build });
    return result;
  }

  /** Runs `build` and takes the entries it records off the tape. */
  record<T>(build: () => T): { readonly result: T; readonly entries: readonly TapeEntry[] } {
    const from = this.tape.length;
    const result = build();
    return { result, entries: this.tape.splice(from) };
  }

  /** Registers a recipe for recomputing a cheap value from values that are kept anyway. */
  recomputable(value: Value, recipe: () => Value): void {
    this.recipes.set(value, recipe);
  }

  /**
   * Returns the value for use in a gradient: recomputed if it has a recipe, so that it need not be kept until
   * then.
   */
  again(value: Value): Value {
    const recipe = this.recipes.get(value);
    return recipe === undefined ? value : this.repeat(recipe);
  }

  /**
   * Builds nodes that are merged only with identical nodes of the same purpose, by default recomputation for
   * gradients.
   */
  repeat<T>(build: () => T, purpose = "again"): T {
    const before = this.repeating;
    this.repeating = purpose;
    const result = build();
    this.repeating = before;
    return result;
  }

  /**
   * Computes `term + gemm` by making `term` the Gemm's C input, which saves a pass over memory. Returns null
   * unless the Gemm has no C and is unused so far.
   */
  addIntoGemm(gemm: Value, term: Value): Value | null {
    const node = this.producers.get(gemm);
    if (node?.op !== "Gemm" || node.inputs.length !== 2 || (this.uses.get(gemm) ?? 0) > 0) return null;
    const termNode = this.producers.get(term);
    if (termNode !== undefined && this.nodes.lastIndexOf(termNode) > this.nodes.lastIndexOf(node))
      return null;
    this.known.delete(this.keys.get(node) ?? ""); // must not be found for an identical Gemm without C
    node.inputs = [...node.inputs, term];
    this.uses.set(term, (this.uses.get(term) ?? 0) + 1);
    return gemm;
  }

  private idOf(value: Value): number {
    const id = this.ids.get(value);
    if (id === undefined) throw new Error(`${value.name} belongs to another graph`);
    return id;
  }

  private newValue(name: string, dtype: DType, shape: Shape): Value {
    const value: Value = { name, dtype, shape };
    this.ids.set(value, this.ids.size);
    return value;
  }

  private freshName(stem: string): string {
    const count = this.counters.get(stem) ?? 0;
    this.counters.set(stem, count + 1);
    return `${stem}_${count}`;
  }
}
