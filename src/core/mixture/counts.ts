// Number of examples that a form takes in each language, computed from the data sizes alone.
import { sortedTags } from "../language/tags.ts";
import { apportion, examplesOf } from "./amounts.ts";
import type { MixtureForm } from "./mixtureFile.ts";

/** Number of rows of training data by canonical tag. */
export type DataSizes = ReadonlyMap<string, number>;

/**
 * Returns the counts that `drawMixture` (draw.ts) produces, without assigning any ids: a slider calls this on
 * every movement. Languages are in the order of the form.
 */
export function drawnCounts(
  form: MixtureForm,
  budget: number,
  sizes: DataSizes,
): Readonly<Record<string, number>> {
  const listed = (over: readonly string[] | "all") => (over === "all" ? sortedTags(sizes.keys()) : over);
  switch (form.kind) {
    case "monolingual":
      return { [form.language]: budget };
    case "uniform":
      return evenly(listed(form.over), budget);
    case "shares":
      return named(Object.keys(form.shares), apportion(budget, Object.values(form.shares)));
    case "temperature": {
      const languages = listed(form.over);
      const weights = languages.map(tag => (sizes.get(tag) ?? 0) ** (1 / form.temperature));
      return named(languages, apportion(budget, weights));
    }
    case "spread": {
      const over = listed(form.over);
      const wanted = over.length === 0 ? 0 : examplesOf(form.spread, budget);
      const spread = form.grow === true ? wanted : Math.min(budget, wanted);
      const counts: Record<string, number> = { [form.base]: 0, ...evenly(over, spread) };
      counts[form.base] = (counts[form.base] ?? 0) + (form.grow === true ? budget : budget - spread);
      return counts;
    }
  }
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

/** Divides `total` into equal parts; the first languages listed get the remainder, one each. */
function evenly(languages: readonly string[], total: number): Record<string, number> {
  return named(
    languages,
    apportion(
      total,
      languages.map(() => 1),
    ),
  );
}

function named(languages: readonly string[], counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(languages.map((language, index) => [language, counts[index] ?? 0]));
}
