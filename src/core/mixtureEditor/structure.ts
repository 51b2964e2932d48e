// Outline, folding, rename and definitions for mixture files.
import type { Position, SourceRange } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { faultOfName } from "../mixtureFile/mixturesSection.ts";
import type { OutlineNode } from "../mixtureFile/outline.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import { type Source, scalarText, type TextEdit } from "../mixtureFile/textEdit.ts";
import type { Known } from "./known.ts";
import { allNodes } from "./remove.ts";

export interface FileSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: "section" | "mixture" | "key";
  /** Range of key and value; `selection` is the key alone. */
  readonly range: SourceRange;
  readonly selection: SourceRange;
  readonly children: readonly FileSymbol[];
}

/** Maximum length of a value shown next to a name. */
const longestDetail = 60;

export function symbolsOf(source: Source, parsed: ParsedMixtureFile): FileSymbol[] {
  return parsed.outline().map(node => symbolOf(source, node));
}

function symbolOf(source: Source, node: OutlineNode): FileSymbol {
  const isMixture = node.path[0] === "mixtures" && node.path.length === 2;
  const end = node.valueRange?.end ?? node.keyRange.end;
  const range = {
    start: node.keyRange.start,
    end: source.position(source.trimmedEnd({ start: node.keyRange.start, end })),
  };
  const written = node.valueRange === null ? "" : source.slice(node.valueRange).trim();
  const inBlock = node.kind !== "value" && !node.flow;
  const oneLine = inBlock || written.includes("\n") ? "" : written;
  return {
    name: String(node.path.at(-1)) || "?",
    detail: oneLine.length > longestDetail ? `${oneLine.slice(0, longestDetail)}…` : oneLine,
    kind: isMixture ? "mixture" : node.kind === "map" ? "section" : "key",
    range,
    selection: node.keyRange,
    // The languages inside the mixtures would clutter the outline.
    children: isMixture || node.kind !== "map" ? [] : node.children.map(child => symbolOf(source, child)),
  };
}

export interface Folding {
  readonly start: number;
  readonly end: number;
  readonly kind: "region" | "comment";
}

export function foldingOf(source: Source, parsed: ParsedMixtureFile): Folding[] {
  const folds: Folding[] = [];
  for (const { keyRange, valueRange, kind } of allNodes(parsed.outline())) {
    if (valueRange === null || kind === "value") continue;
    const end = source.position(source.trimmedEnd(valueRange)).line;
    if (end > keyRange.start.line) folds.push({ start: keyRange.start.line, end, kind: "region" });
  }
  for (let line = 0; line < source.lineCount; line++) {
    const start = line;
    while (/^\s*#/.test(source.line(line))) line++;
    if (line - start > 1) folds.push({ start, end: line - 1, kind: "comment" });
  }
  return folds.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Returns the mixture whose name is at a position, and the range of the name. */
export function mixtureNameAt(
  parsed: ParsedMixtureFile,
  position: Position,
): { name: string; range: SourceRange } | null {
  const path = parsed.pathAt(position);
  if (path?.[0] !== "mixtures" || path.length !== 2) return null;
  const node = [...allNodes(parsed.outline())].find(
    ({ path: each, keyRange }) =>
      each.length === 2 &&
      each[0] === "mixtures" &&
      keyRange.start.line === position.line &&
      keyRange.start.column <= position.column &&
      position.column <= keyRange.end.column,
  );
  return node === undefined ? null : { name: String(path[1]), range: node.keyRange };
}

/** @throws HumanError for a name that is in use or invalid. */
export function renameMixtureAt(parsed: ParsedMixtureFile, position: Position, newName: string): TextEdit[] {
  const found = mixtureNameAt(parsed, position);
  if (found === null) {
    throw new HumanError("There is no mixture name here.", {
      remedy: "Place the cursor on a name under mixtures.",
    });
  }
  const name = newName.trim();
  const fault = faultOfName(name);
  if (fault !== null) throw new HumanError(fault, { remedy: "Choose another name." });
  const names = [...allNodes(parsed.outline())].filter(
    ({ path }) => path[0] === "mixtures" && path.length === 2,
  );
  if (name !== found.name && names.some(({ path }) => path[1] === name)) {
    throw new HumanError(`A mixture named "${name}" already exists.`, { remedy: "Choose another name." });
  }
  return [{ range: found.range, newText: scalarText(name, true) }];
}

/** Files that the text at a position refers to: all files of a data pattern, or those of one language. */
export function definitionsAt(
  parsed: ParsedMixtureFile,
  known: Known,
  position: Position,
): readonly string[] {
  const path = parsed.pathAt(position);
  if (path === null) return [];
  const [section, name] = path;
  if (section === "data" && (name === "train" || name === "eval" || name === "dev")) {
    return [...new Set(known[name].map(each => each.path))];
  }
  const data = path[0] === "mixtures" ? known.train : path[0] === "evaluate" ? known.eval : [];
  const nodes = [...allNodes(parsed.outline())];
  const node = nodes.find(({ path: each }) => each.join("\n") === path.join("\n"));
  const written = path[2] === "shares" ? String(path[3] ?? "") : (node?.text ?? "");
  return data.filter(({ language }) => language === written).map(each => each.path);
}
