// What the Mixture view shows of a mixture file and its data.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { formatAmount } from "../../core/mixture/amounts.ts";
import type { MixtureSpec } from "../../core/mixture/mixtureFile.ts";
import type { ParsedMixtureFile } from "../../core/mixture/parse.ts";
import { type AvailableIds, countsOf } from "../../core/mixture/sample.ts";
import type { MixtureCard, ProblemItem } from "../../protocol/webviews.ts";
import { removableLanguages } from "./changes.ts";
import type { RowCounts } from "./dataCatalog.ts";

/** A card for every mixture without mistakes of its own. */
export function cardsOf({ draft }: ParsedMixtureFile, rows: RowCounts): MixtureCard[] {
  const languages = sortedTags(rows.keys());
  const sweeps = new Set(
    draft.mixtures.map(mixture => mixture.key).filter((key, index, keys) => keys.indexOf(key) !== index),
  );
  return draft.mixtures.map(spec => ({
    name: spec.name,
    key: spec.key,
    form: spec.form,
    counts: countsIn(spec, draft.budget, rows),
    removable: removableLanguages(spec.form, languages),
    amount: spec.form.kind === "spread" && !sweeps.has(spec.key) ? formatAmount(spec.form.spread) : null,
  }));
}

function countsIn(
  { form }: MixtureSpec,
  budget: number | null,
  rows: RowCounts,
): Readonly<Record<string, number>> | null {
  if (budget === null) return null;
  const needsSizes = form.kind === "temperature";
  const needsLanguages = "over" in form && form.over === "all";
  if ((needsSizes || needsLanguages) && rows.size === 0) return null;
  if (needsSizes && [...rows.values()].some(count => count === null)) return null;
  const counts = countsOf(form, budget, asAvailable(rows));
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : counts;
}

/** Counting looks at how many ids there are, never at which. */
function asAvailable(rows: RowCounts): AvailableIds {
  return new Map([...rows].map(([language, count]) => [language, new Array<string>(count ?? 1).fill("")]));
}

export function problemsOf(diagnostics: readonly Diagnostic[]): ProblemItem[] {
  return diagnostics.map(({ severity, message, remedy, file, range }) => ({
    severity,
    message,
    remedy,
    ...(file === undefined ? {} : { file: file.slice(file.search(/[^\\/]*$/)) }),
    line: range.start.line,
  }));
}
