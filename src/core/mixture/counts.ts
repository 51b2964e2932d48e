// How many examples of each language a form comes to, from the sizes of the data alone.
import { sortedTags } from "../language/tags.ts";
import { apportion, examplesOf } from "./amounts.ts";
import type { MixtureForm } from "./mixtureFile.ts";

/** Rows of training data by canonical tag. */
export type DataSizes = ReadonlyMap<string, number>;

/**
 * The counts that `realise` (sample.ts) arrives at, without handing out a single id: a slider asks for them with every
 * movement. Languages stand in the order of the form.
 */
export function realisedCounts(
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

/** The largest remainder of equal parts: the first in the order listed get one more. */
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
