// Code lenses above each mixture, and inlay hints with its actual counts.
import type { Position, SourceRange } from "../../common/diagnostic.ts";
import { examplesOf } from "../mixture/amounts.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import type { Source } from "../mixtureFile/textEdit.ts";
import { amount } from "./amountText.ts";
import { countsText } from "./hover.ts";
import type { Known } from "./known.ts";
import { partsOf, sumOfTokens } from "./realised.ts";

export interface Lens {
  readonly range: SourceRange;
  readonly title: string;
  readonly action: "run" | "plan" | "preview" | "results";
  /** Name passed to the run; null = all mixtures of the file. */
  readonly mixture: string | null;
}

/** `may` lists what is currently possible: running needs a trusted workspace and no run in progress. */
export function lensesOf(
  parsed: ParsedMixtureFile,
  known: Known,
  may: { readonly run: boolean; readonly plan: boolean },
): Lens[] {
  const { draft, locate } = parsed;
  const keys = [...new Set(draft.mixtures.map(mixture => mixture.key))];
  if (keys.length === 0) return [];
  const all = locate(["mixtures"], "key");
  const lenses: Lens[] = [];
  const add = (range: SourceRange, action: Lens["action"], title: string, mixture: string | null) =>
    lenses.push({ range, action, title, mixture });
  if (may.run) add(all, "run", "Run mixtures…", null);
  if (may.plan) add(all, "plan", "Plan", null);
  for (const key of keys) {
    const range = locate(["mixtures", key], "key");
    if (may.run) add(range, "run", "Run", key);
    if (may.plan) {
      add(range, "plan", "Plan", key);
      add(range, "preview", "Preview data", key);
    }
    const result = lastResult(parsed, known, key);
    if (result !== null) add(range, "results", `last result: ${result}`, key);
  }
  return lenses;
}

/** Describes the last result; of a sweep, the number of its mixtures with results. */
function lastResult({ draft }: ParsedMixtureFile, { results }: Known, key: string): string | null {
  const names = draft.mixtures.filter(mixture => mixture.key === key).map(({ name }) => name);
  const found = results.filter(({ mixture }) => names.includes(mixture));
  if (names.length === 1) return found[0]?.text ?? null;
  return found.length === 0 ? null : `${found.length} of ${names.length} mixtures`;
}

export interface Hint {
  readonly position: Position;
  readonly text: string;
  readonly tooltip: string;
}

/**
 * DrawnMixture counts at the end of each mixture's first line, and the examples that each sweep member spreads.
 */
export function hintsOf(
  source: Source,
  parsed: ParsedMixtureFile,
  known: Known,
  lines: { readonly from: number; readonly to: number },
): Hint[] {
  const { draft } = parsed;
  const mixtures = parsed.outline().find(({ path }) => path[0] === "mixtures")?.children ?? [];
  const nodes = new Map(mixtures.map(node => [node.path[1], node]));
  const hints: Hint[] = [];
  for (const key of new Set(draft.mixtures.map(mixture => mixture.key))) {
    const node = nodes.get(key);
    if (node === undefined || node.keyRange.start.line > lines.to) continue;
    const members = draft.mixtures.filter(mixture => mixture.key === key);
    const [first] = members;
    if (first === undefined) continue;
    const line = node.keyRange.start.line;
    if (members.length === 1 && line >= lines.from) {
      const parts = partsOf(first, draft.budget, known);
      if (parts === null) continue;
      const tokens = sumOfTokens(parts);
      const tooltip = tokens === null ? "" : `about ${amount(tokens)} tokens in one epoch`;
      // In flow style after the closing brace, otherwise after the name. A comment may follow either.
      const flowEnd = node.flow ? node.valueRange?.end : undefined;
      const position = flowEnd ?? {
        line,
        column: source
          .line(line)
          .replace(/\s+#.*$/, "")
          .trimEnd().length,
      };
      hints.push({ position, text: ` ${countsText(parts)}`, tooltip });
    }
    const list = node.children.find(child => child.path[2] === "spread" && child.kind === "list");
    for (const [index, item] of (list?.children ?? []).entries()) {
      const spec = members[index];
      const { start, end } = item.keyRange;
      if (spec === undefined || draft.budget === null || !item.text.endsWith("%")) continue;
      if (members.length !== list?.children.length || start.line < lines.from || start.line > lines.to)
        continue;
      const parts = partsOf(spec, draft.budget, known);
      if (spec.form.kind !== "spread") continue;
      const spread = examplesOf(spec.form.spread, draft.budget);
      const tooltip = parts === null ? "" : countsText(parts);
      hints.push({ position: end, text: ` = ${amount(spread)}`, tooltip });
    }
  }
  return hints;
}
