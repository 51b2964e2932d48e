// Inserts a missing key among the other keys of its section.
import type { OutlineNode } from "../mixtureFile/outline.ts";
import { newMixtureFileText } from "../mixtureFile/template.ts";
import { type Source, scalarText, type TextEdit } from "../mixtureFile/textEdit.ts";
import { nodeAt } from "./remove.ts";

/** Initial values that make a file complete, to be edited by the user. */
const starters: Readonly<Record<string, string>> = {
  version: "1",
  model: "pinch/starter",
  budget: "600",
  // In braces, because an unquoted `{language}` would end a value in flow style.
  data: `{ train: "data/train/{language}.jsonl", eval: "data/eval/{language}.jsonl" }`,
  "data.train": "data/train/{language}.jsonl",
  "data.dev": "data/dev/{language}.jsonl",
  "evaluate.during": "20",
  mixtures: "{ english: { monolingual: en } }",
  "mixtures.*.base": "en",
  "mixtures.*.spread": "10%",
  "mixtures.*.over": "all",
  "mixtures.*.temperature": "3",
  "mixtures.*.languages": "all",
};

/**
 * Returns null when `section` is not a map with keys, or when no value can be suggested.
 *
 * @param key Path in the schema.
 * @param section Path in the file of the map that lacks the key.
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
  // After any comment on the last line, in the column of the other keys.
  const newline = source.text.indexOf("\n", end);
  const at = newline < 0 ? source.text.length : newline - (source.text[newline - 1] === "\r" ? 1 : 0);
  const indent = " ".repeat(last.keyRange.start.column);
  return { range: source.range(at, at), newText: `${source.eol}${indent}${name}: ${value}` };
}

/** Position before the first key, where `version` and `model` are expected. Comments above it stay above. */
function topRange(source: Source, nodes: readonly OutlineNode[]): TextEdit["range"] {
  const start = source.offset(nodes[0]?.keyRange.start ?? { line: 0, column: 0 });
  return source.range(start, start);
}

/** Fills an empty file with the template of a new one. */
export function fillEmpty(source: Source): TextEdit {
  const text = newMixtureFileText();
  return {
    range: source.range(0, source.text.length),
    newText: source.eol === "\n" ? text : text.replaceAll("\n", source.eol),
  };
}
