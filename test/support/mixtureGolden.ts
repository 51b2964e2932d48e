// All that the language features say of one mixture file, as text that a person can read and a test compares.
import type { Diagnostic, Position, SourceRange } from "../../src/common/diagnostic.ts";
import { completionsAt } from "../../src/core/mixtureEditor/completions.ts";
import { fixesFor } from "../../src/core/mixtureEditor/fixes.ts";
import { hoverAt } from "../../src/core/mixtureEditor/hover.ts";
import type { Known } from "../../src/core/mixtureEditor/known.ts";
import { hintsOf, lensesOf } from "../../src/core/mixtureEditor/lenses.ts";
import {
  definitionsAt,
  type FileSymbol,
  foldingOf,
  symbolsOf,
} from "../../src/core/mixtureEditor/structure.ts";
import { checkAgainstData } from "../../src/core/mixtureFile/checkAgainstData.ts";
import { parseMixtureFile } from "../../src/core/mixtureFile/parse.ts";
import { applyEdits, Source } from "../../src/core/mixtureFile/textEdit.ts";

/** Stands for the cursor in a fixture; taken out before the text is read. */
const marker = "\u2038";

/** Rows, characters and tokens of an example, in the study's languages; sw has half as many rows. */
const languages: readonly (readonly [string, number, number, number])[] = [
  ["ar", 600, 80, 40],
  ["cs", 600, 90, 36],
  ["en", 600, 100, 25],
  ["es", 600, 105, 30],
  ["et", 600, 90, 36],
  ["fi", 600, 95, 38],
  ["he", 600, 75, 50],
  ["hi", 600, 95, 76],
  ["it", 600, 104, 32],
  ["ru", 600, 98, 49],
  ["sw", 300, 99, 36],
  ["zh", 600, 30, 27],
];

export const known: Known = {
  train: languages.map(([language, rows, each, perExample]) => ({
    language,
    path: `data/train/${language}.jsonl`,
    rows,
    characters: rows * each,
    tokens: { perExample, sampled: 100 },
  })),
  eval: languages.map(([language]) => ({
    language,
    path: `data/eval/${language}.jsonl`,
    rows: 40,
    characters: 2_000,
    tokens: null,
  })),
  dev: languages.map(([language]) => ({
    language,
    path: `data/dev/${language}.jsonl`,
    rows: 10,
    characters: 500,
    tokens: null,
  })),
  models: [{ value: "../models/small", detail: "llama, 26 million parameters" }],
  patterns: [{ value: "data/train/{language}.jsonl", detail: "12 languages" }],
  identifiers: [{ value: "models/lid.176.ftz", detail: "fastText" }],
  results: [
    { mixture: "english", text: "61 % ±4 followed" },
    { mixture: "curve@10%", text: "70 % ±3 followed" },
  ],
};

const available = new Map(
  languages.map(([language, rows]) => [language, Array.from({ length: rows }, (_, i) => `r${i}`)]),
);

/** Of the text itself and of the data. */
export function faultsOf(text: string): Diagnostic[] {
  const parsed = parseMixtureFile(text);
  return [
    ...parsed.diagnostics,
    ...checkAgainstData(
      parsed,
      available,
      known.eval.map(each => each.language),
      known.dev.map(each => each.language),
    ),
  ];
}

/** The text without its markers, and where they stood. */
export function unmarked(marked: string): { text: string; cursors: Position[] } {
  const cursors: Position[] = [];
  let text = "";
  for (const [index, part] of marked.split(marker).entries()) {
    if (index > 0) cursors.push(new Source(text).position(text.length));
    text += part;
  }
  return { text, cursors };
}

export function goldenOf(marked: string): unknown {
  const { text, cursors } = unmarked(marked);
  const source = new Source(text);
  const parsed = parseMixtureFile(text);
  const faults = faultsOf(text);
  return {
    diagnostics: faults.map(
      ({ severity, code, message, remedy, range }) =>
        `${place(range)} ${severity} ${code}: ${message}${remedy === "" ? "" : ` ${remedy}`}`,
    ),
    fixes: faults.flatMap(fault =>
      fixesFor(text, parsed, fault).map(fix => ({
        of: `${fault.code} ${place(fault.range)}`,
        title: fix.title + (fix.preferred ? " (preferred)" : ""),
        change: changedLines(text, applyEdits(text, fix.edits)),
      })),
    ),
    cursors: cursors.map(cursor => ({
      at: `${cursor.line + 1}:${cursor.column + 1}`,
      completions: completionsAt(source, parsed, known, cursor).map(
        ({ label, detail, insert, range }) =>
          `${label} | ${detail} | ${JSON.stringify(insert)} for ${JSON.stringify(source.slice(range))}`,
      ),
      hover: hoverAt(source, parsed, known, cursor)?.markdown.split("\n") ?? [],
      definitions: definitionsAt(parsed, known, cursor),
    })),
    hints: hintsOf(source, parsed, known, { from: 0, to: source.lineCount }).map(
      ({ position, text: hint, tooltip }) =>
        `${position.line + 1}:${position.column + 1}${hint}${tooltip === "" ? "" : ` (${tooltip})`}`,
    ),
    lenses: lensesOf(parsed, known, { run: true, plan: true }).map(
      ({ range, title, mixture }) => `${range.start.line + 1}: ${title} [${mixture ?? "all"}]`,
    ),
    symbols: symbolsOf(source, parsed).flatMap(symbol => symbolLines(symbol, "")),
    folding: foldingOf(source, parsed).map(({ start, end, kind }) => `${start + 1}-${end + 1} ${kind}`),
  };
}

function symbolLines({ name, kind, detail, range, children }: FileSymbol, indent: string): string[] {
  const line = `${indent}${name} ${kind} ${place(range)}${detail === "" ? "" : ` ${detail}`}`;
  return [line, ...children.flatMap(child => symbolLines(child, `${indent}  `))];
}

function place({ start, end }: SourceRange): string {
  return `${start.line + 1}:${start.column + 1}-${end.line + 1}:${end.column + 1}`;
}

/** `-` and `+` lines between what both texts begin and end with. */
function changedLines(before: string, after: string): string[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return [
    ...a.slice(head, a.length - tail).map(line => `-${line}`),
    ...b.slice(head, b.length - tail).map(line => `+${line}`),
  ];
}
