// Finds the side-by-side scores that the results panel was asked to show.

import type { MetricKey } from "../../core/records/records.ts";
import type { SideBySide } from "../../core/results/sideBySide.ts";

/** A comparison, identified by the names of its run folder and of itself, or the newest one. */
export type WantedComparison = { readonly folder: string; readonly comparison: string } | "newest";

/**
 * Parses a command's argument: `{ sideBySide: true }`, or names in place of `true`. Returns null if it
 * contains neither.
 */
export function sideBySideOf(argument: unknown): WantedComparison | null {
  if (typeof argument !== "object" || argument === null || !("sideBySide" in argument)) return null;
  const named = argument.sideBySide;
  if (typeof named !== "object" || named === null) return "newest";
  const { folder, comparison } = named as { readonly folder?: unknown; readonly comparison?: unknown };
  return typeof folder === "string" && typeof comparison === "string" ? { folder, comparison } : "newest";
}

/** The metric that shows the comparison; if a newer one of its kind replaced it, the newest of all. */
export function wantedMetric(all: readonly SideBySide[], wanted: WantedComparison): MetricKey | undefined {
  const [newest] = [...all].sort((a, b) => b.ended.localeCompare(a.ended));
  if (wanted === "newest") return newest?.key;
  const { folder, comparison } = wanted;
  const named = all.find(({ rows }) =>
    rows.some(({ runs }) => runs.some(run => run.folder === folder && run.comparison === comparison)),
  );
  return (named ?? newest)?.key;
}
