// Rewrites a recorded graph: replaces inputs, and the nodes that compute a value.
import type { GraphBuilder } from "./builder.ts";
import type { GraphNode, Value } from "./value.ts";

/** Makes every node selected by `uses` read `to` instead of `from`. The graph's outputs are unaffected. */
export function redirect(
  g: GraphBuilder,
  from: Value,
  to: Value,
  uses: (node: GraphNode) => boolean = () => true,
): void {
  let moved = 0;
  for (const node of g.nodes) {
    if (!node.inputs.includes(from) || !uses(node)) continue;
    moved += node.inputs.filter(input => input === from).length;
    node.inputs = node.inputs.map(input => (input === from ? to : input));
  }
  g.uses.set(from, (g.uses.get(from) ?? 0) - moved);
  g.uses.set(to, (g.uses.get(to) ?? 0) + moved);
}

/** Removes an input that nothing reads any more. */
export function dropInput(g: GraphBuilder, input: Value): void {
  const at = g.inputs.indexOf(input);
  if (at < 0) throw new Error(`${input.name} is not an input of the graph`);
  if (g.nodes.some(node => node.inputs.includes(input))) throw new Error(`${input.name} is still read`);
  g.inputs.splice(at, 1);
}

/** Removes outputs from the graph and returns their values by name. */
export function takeOutputs(g: GraphBuilder, taken: (name: string) => boolean): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  const kept = g.outputs.filter(({ name, value }) => {
    if (!taken(name)) return true;
    values.set(name, value);
    g.uses.set(value, (g.uses.get(value) ?? 0) - 1);
    return false;
  });
  g.outputs.splice(0, g.outputs.length, ...kept);
  return values;
}

/**
 * Sorts the nodes so that every value exists before it is used, changing their order as little as possible.
 */
export function sortNodes(g: GraphBuilder): void {
  const sorted = new Set<GraphNode>();
  const open = new Set<GraphNode>();
  for (const root of g.nodes) {
    const stack = [root]; // an explicit stack, because graphs are deeper than the call stack allows
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (open.has(node) || sorted.has(node)) {
        stack.pop();
        sorted.add(node);
        continue;
      }
      open.add(node);
      // A node that depends on itself stays where it is, and `checkGraph` reports it.
      stack.push(...producersOf(g, node).filter(producer => !open.has(producer)));
    }
  }
  g.nodes.splice(0, g.nodes.length, ...sorted);
}

function producersOf(g: GraphBuilder, node: GraphNode): GraphNode[] {
  return node.inputs.flatMap(input => {
    const producer = input === null ? undefined : g.producers.get(input);
    return producer === undefined ? [] : [producer];
  });
}
