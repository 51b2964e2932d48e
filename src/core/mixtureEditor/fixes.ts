// Quick fixes: the text edits that resolve each kind of diagnostic.

import type { Diagnostic, SourceRange } from "../../common/diagnostic.ts";
import { apportion, parsePercent } from "../mixture/amounts.ts";
import type { OutlineNode } from "../mixtureFile/outline.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import { Source, scalarText, type TextEdit } from "../mixtureFile/textEdit.ts";
import { fillEmpty, insertKey } from "./insert.ts";
import type { FixContext, QuickFix } from "./quickFix.ts";
import { allNodes, nodeAt, parentOf, removeNode } from "./remove.ts";
import { unseenFixes } from "./unseenFixes.ts";

/** Quick fixes for one fault. Returns none for faults in other files. */
export function fixesFor(text: string, parsed: ParsedMixtureFile, fault: Diagnostic): QuickFix[] {
  const make = fixes[fault.code];
  if (make === undefined || fault.file !== undefined) return [];
  return make({ source: new Source(text), parsed, nodes: parsed.outline(), fault }).filter(
    fix => fix.edits.length > 0,
  );
}

type Context = FixContext;
type Maker = (context: Context) => QuickFix[];

const fixes: Readonly<Record<string, Maker>> = {
  "unknown-key": context => [...replaceByMeant(context), ...moveKey(context), ...removeKey(context)],
  "unknown-value": replaceByMeant,
  "unknown-language": context => [...replaceByMeant(context), ...removeItem(context, "Remove it")],
  "language-not-canonical": replaceByMeant,
  "language-without-data": context => removeItem(context, "Remove it"),
  "duplicate-language": context => removeItem(context, "Remove the duplicate"),
  "duplicate-value": context => removeItem(context, "Remove the duplicate"),
  "duplicate-key": context => [...renameKey(context), ...removeKey(context)],
  "duplicate-mixture": removeKey,
  "seed-and-seeds": removeKey,
  "unused-key": removeKey,
  "mixed-forms": removeKey,
  "missing-key": addMissing,
  "missing-value": replaceByMeant,
  "wrong-type": replaceByMeant,
  "bad-version": replaceByMeant,
  "bad-pattern": replaceByMeant,
  "hub-choice": replaceByMeant,
  "missing-column": replaceByMeant,
  backslash: replaceByMeant,
  "bad-name": replaceByMeant,
  "spread-over-budget": replaceByMeant,
  "spread-thin": replaceByMeant,
  "unusual-learning-rate": replaceByMeant,
  "unusual-rank": replaceByMeant,
  "shares-sum": scaleShares,
  "budget-over-data": context => setValue(context, ["budget"], "Lower the budget to"),
  "batch-too-small": context => setValue(context, nodePath(context), "Lower maxTokens to"),
  "empty-file": ({ source }) => [fix("Start from the template", [fillEmpty(source)], true)],
  "no-mixtures": ({ source, fault }) => [
    fix(
      "Add a mixture",
      [{ range: trimmed(source, fault.range), newText: "{ english: { monolingual: en } }" }],
      true,
    ),
  ],
  "no-languages": ({ source, fault }) =>
    source.slice(fault.range).trim() === "[]"
      ? [fix("Use all", [{ range: trimmed(source, fault.range), newText: "all" }], true)]
      : [],
  "unseen-languages": unseenFixes,
  yaml: tabsToSpaces,
};

function fix(title: string, edits: readonly (TextEdit | null)[], preferred = false): QuickFix {
  // A fix that can only be made in part is not offered.
  const whole = edits.every(edit => edit !== null);
  return { title, edits: whole ? edits.filter(edit => edit !== null) : [], preferred };
}

function replaceByMeant({ source, nodes, fault }: Context): QuickFix[] {
  if (fault.meant === undefined) return [];
  const range = trimmed(source, fault.range);
  // A block begins at its first key, so the key is looked up before the value.
  const node =
    nodeByKey(nodes, range) ?? [...allNodes(nodes)].find(({ valueRange }) => startsAt(valueRange, range));
  // A range that covers a list or map can't be replaced by a single value.
  if (node !== undefined && startsAt(node.valueRange, range) && node.kind !== "value") return [];
  const parent = node === undefined ? null : parentOf(nodes, node);
  const newText = scalarText(fault.meant, parent?.flow === true);
  if (valueIsMissing(fault, node)) {
    const end = source.offset(range.end);
    const colon = /^["']?\s*:/.exec(source.text.slice(end))?.[0].length ?? null;
    const at = colon === null ? null : source.range(end + colon, end + colon);
    return [fix(`Use ${newText}`, [at === null ? null : { range: at, newText: ` ${newText}` }], true)];
  }
  return [fix(`Use ${newText}`, [{ range, newText }], true)];
}

/** When a key has no value, the range of the fault is that of the key. */
function valueIsMissing({ code, range }: Diagnostic, node: OutlineNode | undefined): boolean {
  if (node === undefined || node.valueRange !== null || typeof node.path.at(-1) !== "string") return false;
  const ofKeys = ["unknown-key", "bad-name", "unknown-language", "language-not-canonical"];
  return startsAt(node.keyRange, range) && !ofKeys.includes(code);
}

function removeKey({ source, nodes, fault }: Context): QuickFix[] {
  const node = nodeByKey(nodes, fault.range);
  if (node === undefined) return [];
  return [fix(`Remove "${String(node.path.at(-1))}"`, [removeNode(source, nodes, node)])];
}

/** Moves a key written one level too high into the section that knows it. */
function moveKey({ source, nodes, fault }: Context): QuickFix[] {
  const section = /^It belongs under "([\w.]+)"\.$/.exec(fault.remedy)?.[1];
  const node = nodeByKey(nodes, fault.range);
  if (section === undefined || node === undefined || node.valueRange === null) return [];
  const target = nodeAt(nodes, section.split("."));
  const last = target?.children.at(-1);
  const name = String(node.path.at(-1));
  if (target === null && node.path.length === 1 && !section.includes(".")) {
    const lead = { range: { start: node.keyRange.start, end: node.keyRange.start } };
    return [fix(`Move it to "${section}"`, [{ ...lead, newText: `${section}:${source.eol}  ` }], true)];
  }
  if (target?.kind !== "map" || last === undefined) return [];
  if (target.children.some(child => child.path.at(-1) === name)) return [];
  const end = source.trimmedEnd({
    start: last.keyRange.start,
    end: last.valueRange?.end ?? last.keyRange.end,
  });
  const written = source.text.slice(
    source.offset(node.keyRange.start),
    source.trimmedEnd({ start: node.keyRange.start, end: node.valueRange.end }),
  );
  if (written.includes("\n")) return [];
  const newline = source.text.indexOf("\n", end);
  const lineEnd = newline < 0 ? source.text.length : newline - (source.text[newline - 1] === "\r" ? 1 : 0);
  const at = target.flow ? end : lineEnd;
  const lead = target.flow ? ", " : source.eol + " ".repeat(last.keyRange.start.column);
  return [
    fix(
      `Move it to "${section}"`,
      [removeNode(source, nodes, node), { range: source.range(at, at), newText: lead + written }],
      true,
    ),
  ];
}

/** Removes an item from a list of languages or values, or a language from `shares`. */
function removeItem({ source, nodes, fault }: Context, title: string): QuickFix[] {
  const node = [...allNodes(nodes)].findLast(({ keyRange }) => startsAt(keyRange, fault.range));
  if (node === undefined) return [];
  const parent = parentOf(nodes, node);
  if (parent?.kind === "list") return [fix(title, [removeNode(source, nodes, node)])];
  if (parent?.path.at(-1) !== "shares") return [];
  const others = parent.children.filter(child => child !== node);
  return [fix(title, [removeNode(source, nodes, node), ...scaled(source, others)])];
}

function scaleShares({ source, nodes, fault }: Context): QuickFix[] {
  const node = [...allNodes(nodes)].find(({ valueRange }) => startsAt(valueRange, fault.range));
  return node === undefined ? [] : [fix("Scale percentages to 100%", scaled(source, node.children), true)];
}

/** Scales percentages so that they add up to 100 and keep their proportions, to two decimals. */
function scaled(source: Source, shares: readonly OutlineNode[]): (TextEdit | null)[] {
  const percents = shares.map(share => parsePercent(share.text));
  if (percents.some(percent => percent === null) || percents.every(percent => percent === 0)) return [null];
  const hundredths = apportion(
    10_000,
    percents.map(percent => percent ?? 0),
  );
  return shares.flatMap(({ valueRange, text }, i) => {
    const newText = `${(hundredths[i] ?? 0) / 100}%`;
    if (valueRange === null || newText === text.replace(/\s/g, "")) return [];
    return [{ range: trimmed(source, valueRange), newText }];
  });
}

/** Adds a number to the second of two equal keys. */
function renameKey({ nodes, fault }: Context): QuickFix[] {
  const node = nodeByKey(nodes, fault.range);
  if (node === undefined || node.path[0] !== "mixtures" || node.path.length !== 2) return [];
  const name = String(node.path[1]);
  const taken = new Set((parentOf(nodes, node)?.children ?? []).map(child => child.path[1]));
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  const newText = `${name}-${number}`;
  return [fix(`Rename it to "${newText}"`, [{ range: fault.range, newText }], true)];
}

function addMissing({ source, nodes, fault }: Context): QuickFix[] {
  const key = fault.meant;
  if (key === undefined) return [];
  const section = key.startsWith("mixtures.*.")
    ? nodeByKey(nodes, fault.range)?.path
    : key.split(".").slice(0, -1);
  if (section === undefined) return [];
  const name = key.slice(key.lastIndexOf(".") + 1);
  return [fix(`Add "${name}"`, [insertKey(source, nodes, key, section)], true)];
}

function setValue(
  { source, nodes, fault }: Context,
  path: readonly (string | number)[],
  title: string,
): QuickFix[] {
  const range = nodeAt(nodes, path)?.valueRange;
  if (fault.meant === undefined || !range) return [];
  return [fix(`${title} ${fault.meant}`, [{ range: trimmed(source, range), newText: fault.meant }], true)];
}

function nodePath({ nodes, fault }: Context): readonly (string | number)[] {
  return [...allNodes(nodes)].find(({ valueRange }) => startsAt(valueRange, fault.range))?.path ?? [];
}

const indentation = "  ";

/** Replaces all tabs in indentation at once: they rarely occur alone. */
function tabsToSpaces({ source, fault }: Context): QuickFix[] {
  if (!fault.message.startsWith("A tab")) return [];
  const edits: TextEdit[] = [];
  for (let line = 0; line < source.lineCount; line++) {
    const lead = /^[ \t]*\t[ \t]*/.exec(source.line(line))?.[0];
    if (lead === undefined) continue;
    const range = { start: { line, column: 0 }, end: { line, column: lead.length } };
    edits.push({ range, newText: lead.replaceAll("\t", indentation) });
  }
  return [fix("Indent with spaces", edits, true)];
}

/** Excludes trailing white space, which the value range of a block includes. */
function trimmed(source: Source, range: SourceRange): SourceRange {
  return { start: range.start, end: source.position(source.trimmedEnd(range)) };
}

function nodeByKey(nodes: readonly OutlineNode[], range: SourceRange): OutlineNode | undefined {
  return [...allNodes(nodes)].find(({ keyRange }) => startsAt(keyRange, range));
}

function startsAt(range: SourceRange | null, { start }: SourceRange): boolean {
  return range !== null && range.start.line === start.line && range.start.column === start.column;
}
