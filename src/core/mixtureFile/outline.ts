// Tree of a mixture file's keys and items with their ranges, used for the outline, folding and edits.
import { isMap, isScalar, isSeq } from "yaml";
import type { SourceRange } from "../../common/diagnostic.ts";
import type { Path } from "./reader.ts";
import type { YamlText } from "./yamlText.ts";

export interface OutlineNode {
  readonly path: Path;
  /** Range of the key, or of the whole item in a list. */
  readonly keyRange: SourceRange;
  /** Null when there is no value. */
  readonly valueRange: SourceRange | null;
  readonly kind: "map" | "list" | "value";
  /** True in braces or brackets, even over several lines. */
  readonly flow: boolean;
  /** The value as written in the file. */
  readonly text: string;
  readonly children: readonly OutlineNode[];
}

/** Depth of the deepest key in the schema, plus one for the items of its list. */
const deepest = 5;

export function outlineOf(yaml: YamlText): readonly OutlineNode[] {
  return childrenOf(yaml, yaml.document.contents, [], 0);
}

function childrenOf(yaml: YamlText, node: unknown, path: Path, depth: number): OutlineNode[] {
  if (depth >= deepest) return [];
  if (isMap(node)) {
    return node.items.flatMap(pair => {
      const keyRange = yaml.rangeOf(pair.key);
      if (keyRange === null || !isScalar(pair.key)) return [];
      return [nodeOf(yaml, keyRange, pair.value, [...path, String(pair.key.value)], depth)];
    });
  }
  if (isSeq(node)) {
    return node.items.flatMap((item, index) => {
      const range = yaml.rangeOf(item);
      return range === null ? [] : [nodeOf(yaml, range, item, [...path, index], depth)];
    });
  }
  return [];
}

function nodeOf(
  yaml: YamlText,
  keyRange: SourceRange,
  value: unknown,
  path: Path,
  depth: number,
): OutlineNode {
  const isTree = isMap(value) || isSeq(value);
  return {
    path,
    keyRange,
    valueRange: yaml.rangeOf(value),
    kind: isMap(value) ? "map" : isSeq(value) ? "list" : "value",
    flow: isTree && value.flow === true,
    text: isScalar(value) ? (value.source ?? String(value.value ?? "")) : "",
    children: childrenOf(yaml, value, path, depth + 1),
  };
}
