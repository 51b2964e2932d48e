// Document of a YAML text, with the positions of its nodes and the targets of its aliases.
import { type Document, isAlias, isNode, type Node, visit } from "yaml";
import type { Position, SourceRange } from "../../common/diagnostic.ts";
import { type ParsedYaml, parseYaml } from "./parseYaml.ts";

export class YamlText {
  readonly text: string;
  readonly #parsed: ParsedYaml;
  #targets: ReadonlyMap<Node, Node> | null = null;

  /** @param previous The previous version, whose parts are used again where they did not change. */
  constructor(text: string, previous?: YamlText) {
    this.text = text;
    this.#parsed = parseYaml(text, previous === undefined ? null : previous.#parsed.mixtures);
  }

  get document(): Document.Parsed {
    return this.#parsed.document;
  }

  position(offset: number): Position {
    const { line, col } = this.#parsed.lines.linePos(offset);
    return { line: Math.max(0, line - 1), column: Math.max(0, col - 1) };
  }

  span(start: number, end: number): SourceRange {
    return { start: this.position(start), end: this.position(Math.max(start + 1, end)) };
  }

  /** Range from the first character of a node to the end of its value; null for a node without text. */
  rangeOf(node: unknown): SourceRange | null {
    const offsets = this.#offsetsOf(node as Node | null);
    return offsets === null || offsets[0] === offsets[1] ? null : this.span(...offsets);
  }

  /** A node as written in the file. */
  written(node: Node | null): string {
    const offsets = this.#offsetsOf(node);
    return offsets === null ? "" : this.text.slice(...offsets).trim();
  }

  #offsetsOf(node: Node | null): [number, number] | null {
    if (node?.range === null || node?.range === undefined) return null;
    const [start, end] = node.range;
    const offset = this.#parsed.offsetOf(node);
    return [offset + start, offset + end];
  }

  resolve(node: unknown): Node | null {
    if (isAlias(node)) return this.#marked().get(node) ?? null;
    return (node ?? null) as Node | null;
  }

  /** Resolves all aliases in one walk: each refers to the last preceding node with its anchor. */
  #marked(): ReadonlyMap<Node, Node> {
    if (this.#targets !== null) return this.#targets;
    const targets = new Map<Node, Node>();
    const anchors = new Map<string, Node>();
    visit(this.document, (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (isNode(node) && "anchor" in node && typeof node.anchor === "string") {
        anchors.set(node.anchor, node);
      }
    });
    this.#targets = targets;
    return targets;
  }
}
