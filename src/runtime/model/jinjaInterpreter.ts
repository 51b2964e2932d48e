// Interpreter of the Jinja library with limits on time and memory, adapted where it rejects what Python's
// Jinja accepts.
import { type Environment, Interpreter } from "@huggingface/jinja";
import { filterMethods, methodName, textMethods } from "./jinjaText.ts";

/**
 * Maximum number of expressions and statements in one rendering; real templates evaluate a few hundred for a
 * chat of two messages.
 */
const maxSteps = 50_000;
/** Additional steps for each message, since templates visit every message several times. */
const maxStepsPerMessage = 5_000;
/** Maximum nesting of expressions and calls; real templates reach about a dozen. */
const maxDepth = 200;
/**
 * Maximum number of characters and list elements that all steps together may produce, plus an allowance for
 * each character of input.
 */
const maxSize = 2_000_000;
const maxSizePerCharacter = 200;
/**
 * Largest number allowed: templates have no use for larger ones, and as a width or an indent they would
 * exhaust the memory.
 */
const largestNumber = 1_000_000;

type Evaluate = Interpreter["evaluate"];
type Evaluated = ReturnType<Evaluate>;
/** Node of a parsed template. */
export type Node = NonNullable<Parameters<Evaluate>[0]>;

/** Node that holds an already evaluated value. */
interface Held extends Node {
  readonly held: Evaluated;
}

const isHeld = (node: Node): node is Held => node.type === "Held";
const held = (value: Evaluated): Held => ({ type: "Held", held: value });
const emptyList = { type: "ArrayLiteral", value: [] } as Node;
const emptyText = { type: "StringLiteral", value: "" } as Node;
const listOf = (value: readonly Node[]): Node => ({ type: "ArrayLiteral", value }) as Node;
const numberOf = (value: string): Node => ({ type: "IntegerLiteral", value: Number(value) }) as Node;

/**
 * Filters that in Python treat an undefined value as an empty list or text. Those of the second set also
 * accept None as an empty list.
 */
const listFilters = new Set([
  "length",
  "count",
  "list",
  "first",
  "last",
  "join",
  "sort",
  "unique",
  "reverse",
]);
const selections = new Set(["select", "reject", "selectattr", "rejectattr", "map"]);
const textFilters = new Set(["trim", "string", "lower", "upper", "title", "capitalize", "replace"]);

function sizeOf({ value }: Evaluated): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

export class BoundedInterpreter extends Interpreter {
  #steps = 0;
  #size = 0;
  #depth = 0;
  readonly #maxSteps: number;
  readonly #maxSize: number;
  /** Maps with numeric keys. The library's maps support only text keys, so theirs are the numbers as text. */
  readonly #numbered = new WeakSet<Evaluated>();
  /** Innermost node that failed; null if none did. */
  failed: Node | null = null;

  /** @param inputLength Number of characters of the template and its input. */
  constructor(environment: Environment, inputLength: number, messages: number) {
    super(environment);
    this.#maxSize = maxSize + maxSizePerCharacter * inputLength;
    this.#maxSteps = maxSteps + maxStepsPerMessage * messages;
  }

  /** @throws Error for a template that would not end or would exhaust the memory. */
  override evaluate(statement: Node | undefined, environment: Environment): Evaluated {
    if (statement !== undefined && isHeld(statement)) return statement.held;
    if (++this.#steps > this.#maxSteps) throw new Error(`it takes more than ${this.#maxSteps} steps`);
    const result = this.#nested(statement, environment);
    this.#size += sizeOf(result);
    if (this.#size > this.#maxSize) throw new Error("it makes far more text than a chat needs");
    const { value } = result;
    if (typeof value === "number" && Math.abs(value) > largestNumber)
      throw new Error(`the number ${value} is too large`);
    return result;
  }

  #nested(statement: Node | undefined, environment: Environment): Evaluated {
    if (++this.#depth > maxDepth) throw new Error(`it is nested more than ${maxDepth} deep`);
    try {
      if (statement === undefined) return super.evaluate(statement, environment);
      const node = this.#asPython(statement, environment);
      return isHeld(node) ? node.held : super.evaluate(node, environment);
    } catch (error) {
      if (error instanceof Error && statement !== undefined) this.failed ??= statement;
      throw error;
    } finally {
      this.#depth--; // `break` and `continue` are exceptions
    }
  }

  /** Rewrites a node so that the library returns what Python's Jinja returns. */
  #asPython(node: Node, environment: Environment): Node {
    const parts = node as Node & Readonly<Record<string, unknown>>;
    switch (node.type) {
      case "FilterExpression":
        return this.#filtered(parts, environment);
      case "For":
        return this.#looped(parts, environment);
      case "CallExpression":
        return withOwnMethod(parts);
      case "MemberExpression":
        return this.#member(parts, environment);
      case "ObjectLiteral":
        return this.#map(parts, environment);
      default:
        return node;
    }
  }

  #filtered(node: Node & Readonly<Record<string, unknown>>, environment: Environment): Node {
    const value = this.evaluate(node.operand as Node, environment);
    const name = filterName(node.filter);
    if (name === "dictsort" && this.#numbered.has(value))
      return listOf(numberedEntries(value).map(([key, one]) => listOf([numberOf(key), held(one)])));
    const method = Object.hasOwn(filterMethods, name) ? filterMethods[name] : undefined;
    if (method !== undefined && value.type === "StringValue")
      return this.#byMethod(
        method,
        node.filter as Node & Readonly<Record<string, unknown>>,
        value,
        environment,
      );
    return { ...node, operand: filteredOperand(value.type, name) ?? held(value) } as Node;
  }

  #byMethod(
    method: string,
    filter: Node & Readonly<Record<string, unknown>>,
    value: Evaluated,
    environment: Environment,
  ): Node {
    const given = filter.type === "CallExpression" ? (filter.args as readonly Node[]) : [];
    const callee = { type: "Identifier", value: methodName(method) } as Node;
    const call = { type: "CallExpression", callee, args: [held(value), ...given] } as Node;
    return held(this.evaluate(call, environment));
  }

  #looped(node: Node & Readonly<Record<string, unknown>>, environment: Environment): Node {
    const iterable = node.iterable as Node;
    if (iterable.type === "SelectExpression") return node;
    const value = this.evaluate(iterable, environment);
    const numbers = this.#numbered.has(value) ? numberedEntries(value).map(([key]) => numberOf(key)) : null;
    const list =
      value.type === "UndefinedValue" ? emptyList : numbers === null ? held(value) : listOf(numbers);
    return { ...node, iterable: list } as Node;
  }

  #member(node: Node & Readonly<Record<string, unknown>>, environment: Environment): Node {
    const value = this.evaluate(node.object as Node, environment);
    const whole = { ...node, object: held(value) } as Node;
    if (!this.#numbered.has(value)) return whole;
    if (node.computed !== true)
      throw new Error("a map with numbers as keys has only its values and dictsort");
    const key = this.evaluate(node.property as Node, environment);
    const property = { type: "StringLiteral", value: String(key.value) } as Node;
    return { ...whole, property } as Node;
  }

  #map(node: Node & Readonly<Record<string, unknown>>, environment: Environment): Node {
    const entries = [...(node.value as ReadonlyMap<Node, Node>)];
    if (entries.length === 0 || entries.some(([key]) => key.type !== "IntegerLiteral")) return node;
    const named = entries.map(([key, value]): [Node, Node] => [
      { ...key, type: "StringLiteral", value: String((key as Node & { value: unknown }).value) } as Node,
      value,
    ]);
    const map = this.evaluate({ ...node, value: new Map(named) } as Node, environment);
    this.#numbered.add(map);
    return held(map);
  }
}

function numberedEntries({ value }: Evaluated): [string, Evaluated][] {
  return [...(value as Map<string, Evaluated>)].sort(([a], [b]) => Number(a) - Number(b));
}

function filterName(filter: unknown): string {
  const { type, value, callee } = filter as {
    readonly type: string;
    readonly value?: unknown;
    readonly callee?: unknown;
  };
  return type === "CallExpression" ? filterName(callee) : String(value);
}

function filteredOperand(type: string, filter: string): Node | null {
  if (selections.has(filter)) return type === "UndefinedValue" || type === "NullValue" ? emptyList : null;
  if (type !== "UndefinedValue") return null;
  if (listFilters.has(filter)) return emptyList;
  return textFilters.has(filter) ? emptyText : null;
}

/**
 * Turns a method call on a text into a function call, for methods that the library lacks or implements
 * differently.
 */
function withOwnMethod(call: Node & Readonly<Record<string, unknown>>): Node {
  const callee = call.callee as Node & Readonly<Record<string, unknown>>;
  if (callee.type !== "MemberExpression" || callee.computed === true) return call;
  const name = String((callee.property as { readonly value?: unknown }).value);
  if (!Object.hasOwn(textMethods, name)) return call;
  const args = [callee.object, ...(call.args as readonly Node[])];
  return { ...call, callee: { type: "Identifier", value: methodName(name) }, args } as Node;
}
