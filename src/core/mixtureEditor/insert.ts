// Puts a missing key into a mixture file where its section's keys stand.
import type { OutlineNode } from "../mixtureFile/outline.ts";
import { newMixtureFileText } from "../mixtureFile/template.ts";
import { type Source, scalarText, type TextEdit } from "../mixtureFile/textEdit.ts";
import { nodeAt } from "./remove.ts";

/** Values that make a file whole; the person then changes them. */
const starters: Readonly<Record<string, string>> = {
  version: "1",
  model: "pinch/starter",
  budget: "600",
  // Braces of the placeholder would end a value that stands in braces.
  data: `{ train: "data/train/{language}.jsonl", eval: "data/eval/{language}.jsonl" }`,
  "data.train": "data/train/{language}.jsonl",
  "data.dev": "data/dev/{language}.jsonl",
  mixtures: "{ english: { monolingual: en } }",
  "mixtures.*.base": "en",
  "mixtures.*.spread": "10%",
  "mixtures.*.over": "all",
  "mixtures.*.temperature": "3",
  "mixtures.*.languages": "all",
};

/**
 * `key` as in the schema; `section` is the path in the file of the map that lacks it. Null where it is no map with keys,
 * or nothing is known that could be written.
 */
export function insertKey(
  source: Source,
  nodes: readonly OutlineNode[],
  key: string,
  section: readonly (string | number)[],
  value = starters[key],
): TextEdit | null {
  const name = key.slice(key.lastIndexOf(".") + 1);
  if (value === undefined) return null;
  if (section.length === 0)
    return { range: topRange(source, nodes), newText: `${name}: ${value}${source.eol}` };
  const parent = nodeAt(nodes, section);
  const last = parent?.children.at(-1);
  if (parent?.kind !== "map" || last === undefined) return null;
  const end = source.trimmedEnd({
    start: last.keyRange.start,
    end: last.valueRange?.end ?? last.keyRange.end,
  });
  if (parent.flow) {
    const written = key.startsWith("data.") ? scalarText(value, true) : value;
    return { range: source.range(end, end), newText: `, ${name}: ${written}` };
  }
  // After the comment of the last line, in the column of its neighbours.
  const newline = source.text.indexOf("\n", end);
  const at = newline < 0 ? source.text.length : newline - (source.text[newline - 1] === "\r" ? 1 : 0);
  const indent = " ".repeat(last.keyRange.start.column);
  return { range: source.range(at, at), newText: `${source.eol}${indent}${name}: ${value}` };
}

/** Before the first key, where `version` and `model` are looked for; comments above it stay above. */
function topRange(source: Source, nodes: readonly OutlineNode[]): TextEdit["range"] {
  const start = source.offset(nodes[0]?.keyRange.start ?? { line: 0, column: 0 });
  return source.range(start, start);
}

/** The whole of a new file in the place of an empty one. */
export function fillEmpty(source: Source): TextEdit {
  const text = newMixtureFileText();
  return {
    range: source.range(0, source.text.length),
    newText: source.eol === "\n" ? text : text.replaceAll("\n", source.eol),
  };
}
