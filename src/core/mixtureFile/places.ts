// Maps a path in a mixture file to its range in the text, and a position back to its path.
import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { type Position, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import type { Path } from "./reader.ts";
import type { YamlText } from "./yamlText.ts";

/** See `ParsedMixtureFile.locate`. */
export function locate(yaml: YamlText, path: Path, part: "key" | "value"): SourceRange {
  let node: Node | null = yaml.resolve(yaml.document.contents);
  let range: SourceRange = startOfFile;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    // A single value counts as a list with one item.
    if (typeof step === "number" && node !== null && !isSeq(node)) {
      range = yaml.rangeOf(node) ?? range;
    } else if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return range;
      const keyRange = yaml.rangeOf(pair.key) ?? range;
      // A missing child is reported at the key of its parent instead of the parent's whole text.
      range = last && part === "value" ? (yaml.rangeOf(pair.value) ?? keyRange) : keyRange;
      node = yaml.resolve(pair.value);
    } else if (isSeq(node) && typeof step === "number") {
      const item = node.items[step];
      if (item === undefined) return range;
      range = yaml.rangeOf(item) ?? range;
      node = yaml.resolve(item);
    } else return range;
  }
  return range;
}

/** See `ParsedMixtureFile.pathAt`. */
export function pathAt(yaml: YamlText, position: Position): Path | null {
  const contains = (range: SourceRange | null) =>
    range !== null && isBefore(range.start, position) && isBefore(position, range.end);
  const path: (string | number)[] = [];
  let node = yaml.document.contents as unknown;
  for (;;) {
    if (isAlias(node)) break;
    if (isMap(node)) {
      const pair = node.items.find(
        item => contains(yaml.rangeOf(item.key)) || contains(yaml.rangeOf(item.value)),
      );
      if (pair === undefined) break;
      path.push(isScalar(pair.key) ? String(pair.key.value) : "");
      if (contains(yaml.rangeOf(pair.key))) break;
      node = pair.value;
    } else if (isSeq(node)) {
      const index = node.items.findIndex(item => contains(yaml.rangeOf(item)));
      if (index < 0) break;
      path.push(index);
      node = node.items[index];
    } else break;
  }
  return path.length === 0 ? null : path;
}

/** True also when the positions are equal. */
export function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column <= b.column);
}
