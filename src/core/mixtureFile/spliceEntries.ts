// Changes the entries of a block in a mixture file line by line, so that comments on unchanged entries are
// kept.
import { isMap, isScalar, isSeq, type ParsedNode, type YAMLSeq } from "yaml";
import type { FormValue } from "../mixture/formYaml.ts";

type Part = FormValue[string];

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Returns the text with the block at `node` changed to these entries; new ones come last. Null when it is not
 * a block, or when an entry has an anchor that aliases may refer to. The caller checks that the result has
 * the intended meaning.
 */
export function spliceEntries(text: string, node: ParsedNode | null, value: FormValue): string | null {
  const splices = entries(text, node, value);
  if (splices === null) return null;
  // At the same offset, insertions come before deletions.
  splices.sort((a, b) => b.start - a.start || b.end - a.end);
  return splices.reduce((all, { start, end, text: by }) => all.slice(0, start) + by + all.slice(end), text);
}

function entries(text: string, node: ParsedNode | null, value: FormValue): Splice[] | null {
  if (!isMap<ParsedNode, ParsedNode | null>(node) || node.flow === true || node.anchor !== undefined)
    return null;
  const [first] = node.items;
  if (first === undefined) return null;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const indent = " ".repeat(columnOf(text, first.key.range[0]));
  const splices: Splice[] = [];
  const written = new Set<string>();
  /** Offset for new entries: after the last one kept, or null = in place of the first. */
  let after: number | null = null;
  for (const { key, value: old } of node.items) {
    if (!isScalar(key)) return null;
    const name = String(key.value);
    const start = key.range[0];
    const end = trimmedEnd(text, old?.range[1] ?? key.range[1], key.range[1]);
    if (text.slice(start, end).includes("&")) return null;
    const part = value[name];
    if (part === undefined) {
      splices.push(wholeLines(text, start, end));
      continue;
    }
    const changes = changed(text, eol, old, part);
    if (changes === null) return null;
    splices.push(...changes);
    written.add(name);
    after = lineEnd(text, end);
  }
  const added = Object.entries(value)
    .filter(([name]) => !written.has(name))
    .map(([name, part]) => `${indent}${name}: ${flowText(part)}`);
  if (added.length > 0) {
    const at = after ?? lineStart(text, first.key.range[0]);
    const lines = added.join(eol);
    splices.push({ start: at, end: at, text: after === null ? lines + eol : eol + lines });
  }
  return splices;
}

/** Returns the splices that change a value; null when they can't be determined. */
function changed(text: string, eol: string, old: ParsedNode | null, part: Part): Splice[] | null {
  if (old === null) return null;
  if (JSON.stringify(plainOf(old)) === JSON.stringify(part)) return [];
  const start = old.range[0];
  const end = trimmedEnd(text, old.range[1], start);
  if (isSeq<ParsedNode>(old) && old.flow !== true) {
    if (Array.isArray(part)) return items(text, eol, old, part as readonly unknown[]);
    return null;
  }
  if (isMap<ParsedNode, ParsedNode | null>(old) && old.flow !== true) {
    return typeof part === "object" && !Array.isArray(part) ? entries(text, old, part as FormValue) : null;
  }
  return [{ start, end, text: flowText(part) }];
}

/** Adds and removes items of a block list, each with its line. */
function items(text: string, eol: string, list: YAMLSeq.Parsed, wanted: readonly unknown[]): Splice[] | null {
  const left = [...wanted];
  const splices: Splice[] = [];
  let dash: string | null = null;
  let after: number | null = null;
  for (const item of list.items) {
    if (!isScalar(item) || item.range === undefined) return null;
    const start = lineStart(text, item.range[0]);
    const at = left.indexOf(item.value);
    dash = text.slice(start, item.range[0]);
    if (!/^\s*-\s+$/.test(dash)) return null;
    if (at < 0) splices.push(wholeLines(text, item.range[0], item.range[1]));
    else {
      left.splice(at, 1);
      after = lineEnd(text, item.range[1]);
    }
  }
  if (left.length === 0) return splices;
  if (after === null || dash === null) return null;
  const lead = dash;
  return [
    ...splices,
    { start: after, end: after, text: left.map(value => `${eol}${lead}${value}`).join("") },
  ];
}

function plainOf(node: ParsedNode): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq<ParsedNode>(node)) return node.items.map(item => plainOf(item));
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return undefined;
  return Object.fromEntries(
    node.items.map(({ key, value }) => [String(plainOf(key)), value === null ? null : plainOf(value)]),
  );
}

function flowText(part: Part): string {
  if (typeof part !== "object") return String(part);
  if (Array.isArray(part)) return `[${part.join(", ")}]`;
  return `{ ${Object.entries(part)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")} }`;
}

function wholeLines(text: string, start: number, end: number): Splice {
  const newline = text.indexOf("\n", end);
  return { start: lineStart(text, start), end: newline < 0 ? text.length : newline + 1, text: "" };
}

function trimmedEnd(text: string, end: number, atLeast: number): number {
  return atLeast + text.slice(atLeast, end).trimEnd().length;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  if (newline < 0) return text.length;
  return text[newline - 1] === "\r" ? newline - 1 : newline;
}
