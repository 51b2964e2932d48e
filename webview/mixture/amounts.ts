// Amounts of a mixture in examples or tokens, including those of a slider in motion.
import { moveAmount } from "../../src/core/mixture/balance.ts";
import { type DataSizes, drawnCounts } from "../../src/core/mixture/counts.ts";
import type { LanguageItem, MixturePoint } from "../../src/protocol/mixtureView.ts";

export type Unit = "examples" | "tokens";

export type Counts = Readonly<Record<string, number>>;

/** Counts after moving one language, as the file will have them; null if the move is not possible. */
export function movedCounts(
  point: MixturePoint,
  budget: number,
  move: { readonly language: string; readonly examples: number; readonly locked: readonly string[] },
  sweep: boolean,
  languages: readonly LanguageItem[],
): Counts | null {
  if (point.counts === null) return null;
  const form = moveAmount(point.form, point.counts, budget, move, sweep);
  if (form === null) return null;
  const sizes: DataSizes = new Map(
    languages.filter(({ rows }) => rows !== 0).map(({ tag, rows }) => [tag, rows ?? 1]),
  );
  return drawnCounts(form, budget, sizes);
}

/** Null if tokens are requested and not known for every language. */
export function inUnit(counts: Counts | null, unit: Unit, languages: readonly LanguageItem[]): Counts | null {
  if (counts === null || unit === "examples") return counts;
  const perExample = new Map(languages.map(({ tag, tokens }) => [tag, tokens]));
  const amounts: Record<string, number> = {};
  for (const [tag, count] of Object.entries(counts)) {
    const tokens = perExample.get(tag) ?? null;
    if (tokens === null && count > 0) return null;
    amounts[tag] = Math.round(count * (tokens ?? 0));
  }
  return amounts;
}
