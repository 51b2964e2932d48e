// Removes a key or an item from a mixture file, with its comma or line.
import type { OutlineNode } from "../mixtureFile/outline.ts";
import type { Source, TextEdit } from "../mixtureFile/textEdit.ts";

/** Yields all nodes, parents before their children. */
export function* allNodes(nodes: readonly OutlineNode[]): Generator<OutlineNode> {
  for (const node of nodes) {
    yield node;
    yield* allNodes(node.children);
  }
}

export function nodeAt(
  nodes: readonly OutlineNode[],
  path: readonly (string | number)[],
): OutlineNode | null {
  for (const node of allNodes(nodes)) {
    if (node.path.length === path.length && node.path.every((part, i) => part === path[i])) return node;
  }
  return null;
}

/** Returns the node that contains this one, or null at the top of the file. */
export function parentOf(nodes: readonly OutlineNode[], node: OutlineNode): OutlineNode | null {
  return nodeAt(nodes, node.path.slice(0, -1));
}

/** Returns null for an only child, since an empty list or map would be another fault. */
export function removeNode(
  source: Source,
  nodes: readonly OutlineNode[],
  node: OutlineNode,
): TextEdit | null {
  const parent = parentOf(nodes, node);
  const siblings = parent === null ? nodes : parent.children;
  if (siblings.length < 2) return null;
  const start = source.offset(node.keyRange.start);
  const end = source.trimmedEnd({
    start: node.keyRange.start,
    end: node.valueRange?.end ?? node.keyRange.end,
  });
  if (parent?.flow === true) {
    const after = /^\s*,[ \t]*/.exec(source.text.slice(end));
    if (after !== null) return { range: source.range(start, end + after[0].length), newText: "" };
    const before = /,?\s*$/.exec(source.text.slice(0, start));
    return { range: source.range(start - (before?.[0].length ?? 0), end), newText: "" };
  }
  // Whole lines, including a comment at the end of the last. In a list the dash comes before the item.
  const lineStart = source.text.lastIndexOf("\n", start - 1) + 1;
  const newline = source.text.indexOf("\n", end);
  if (newline >= 0) return { range: source.range(lineStart, newline + 1), newText: "" };
  return { range: source.range(Math.max(0, lineStart - 1), source.text.length), newText: "" };
}
