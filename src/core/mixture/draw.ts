// Draws the examples of a mixture: deterministic, parallel-aware and nested.
import { type Diagnostic, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { sortedTags } from "../language/tags.ts";
import { examplesOf } from "./amounts.ts";
import { assign, type Unit } from "./assign.ts";
import { drawnCounts } from "./counts.ts";
import type { DataSource } from "./dataSource.ts";
import { compareText, drawingOrders, seedPlaces } from "./drawOrder.ts";
import type { MixtureForm, MixtureSpec } from "./mixtureFile.ts";

/** Ids of the training data in each language. Languages without data are absent. */
export type AvailableIds = ReadonlyMap<string, readonly string[]>;

interface DrawnExample {
  readonly language: string;
  readonly id: string;
}

export interface MixtureDraw {
  /** Every language that the mixture names, in its order, including those with no examples. */
  readonly counts: Readonly<Record<string, number>>;
  /** Shuffled by the seed. Parallel examples have the same relative order in every mixture. */
  readonly examples: readonly DrawnExample[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Settings of a mixture file, apart from the mixture itself, that affect the draw. */
export interface DrawnFile {
  readonly budget: number;
  readonly data?: { readonly train: readonly DataSource[] | null };
}

/**
 * Locates a fault in the text: `part` is a path below the mixture, or null for the budget. Called only for
 * faults.
 */
export type LocateInMixture = (part: readonly (string | number)[] | null) => SourceRange;

/**
 * Draws the examples of a mixture from the available data.
 *
 * The seed defines one order of all ids, shared by all mixtures. A spread serves its languages in turn, one
 * example each, before the base language takes the rest. Each takes the first id in that order that is still
 * free and for which it has data. For one seed, therefore:
 *
 * - with parallel data, each id is taken once, in one language;
 * - a larger spread over the same languages contains everything a smaller one took, and replaces the base's
 *   examples with the same ids;
 * - with parallel data, a mixture of n examples takes the first n ids, whatever its form, so a larger budget
 *   keeps the ids of a smaller one;
 * - a growing spread is served after the base language, which keeps what it has alone, and adds ids that the
 *   base does not have.
 *
 * Source weights change the order within each language independently (drawOrder.ts).
 */
export function drawMixture(
  spec: MixtureSpec,
  file: DrawnFile,
  available: AvailableIds,
  seed: number,
  locate: LocateInMixture = () => startOfFile,
): MixtureDraw {
  const shares = divide(spec.form, file.budget, available);
  const faults = languagesWithoutData(spec, available, locate);
  if (faults.length > 0) return { counts: shares.counts, examples: [], diagnostics: faults };

  const inOrder = drawingOrders(shares.languages, available, seed, file.data?.train ?? []);
  const drawn = assign(shares.units, inOrder);
  if (drawn.short !== null) {
    const diagnostic = notEnough(spec, file.budget, available, shares, drawn.short, locate);
    return { counts: shares.counts, examples: [], diagnostics: [diagnostic] };
  }
  // A separate order: in drawing order, all spread examples would come before those of the base.
  const standOf = seedPlaces(seed, "stand");
  const examples = [...drawn.taken].sort((a, b) => standOf(a.id) - standOf(b.id) || compareText(a.id, b.id));
  return { counts: shares.counts, examples, diagnostics: [] };
}

/** Languages that a form names, with `all` resolved to those with data. */
export function languagesOf(form: MixtureForm, available: AvailableIds): readonly string[] {
  const listed = (over: readonly string[] | "all") => (over === "all" ? sortedTags(available.keys()) : over);
  switch (form.kind) {
    case "monolingual":
      return [form.language];
    case "spread":
      return [...new Set([form.base, ...listed(form.over)])];
    case "uniform":
    case "temperature":
      return listed(form.over);
    case "shares":
      return Object.keys(form.shares);
  }
}

interface Division {
  readonly languages: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** Units in the order in which examples are assigned. Generated lazily, since budgets can be large. */
  readonly units: Iterable<Unit>;
}

function divide(form: MixtureForm, budget: number, available: AvailableIds): Division {
  const languages = languagesOf(form, available);
  const sizes = new Map([...available].map(([language, ids]) => [language, ids.length]));
  const counts = drawnCounts(form, budget, sizes);
  return { languages, counts, units: unitsOf(form, budget, available, languages, counts) };
}

function unitsOf(
  form: MixtureForm,
  budget: number,
  available: AvailableIds,
  languages: readonly string[],
  counts: Readonly<Record<string, number>>,
): Iterable<Unit> {
  switch (form.kind) {
    case "monolingual":
      return [{ language: form.language, count: budget }];
    case "spread": {
      const over = form.over === "all" ? sortedTags(available.keys()) : form.over;
      const wanted = examplesOf(form.spread, budget);
      if (form.grow === true) return joined([{ language: form.base, count: budget }], inTurn(over, wanted));
      const spread = over.length === 0 ? 0 : Math.min(budget, wanted);
      return joined(inTurn(over, spread), [{ language: form.base, count: budget - spread }]);
    }
    case "uniform":
      return inTurn(languages, budget);
    case "shares":
    case "temperature":
      return interleaved(
        languages,
        languages.map(language => counts[language] ?? 0),
      );
  }
}

function* joined(...parts: readonly Iterable<Unit>[]): Iterable<Unit> {
  for (const part of parts) yield* part;
}

/** One example for each language in turn. The first languages listed get the remainder. */
function* inTurn(languages: readonly string[], total: number): Iterable<Unit> {
  if (languages.length === 0) return;
  for (let i = 0; i < total; i++) yield { language: languages[i % languages.length] as string, count: 1 };
}

/**
 * Interleaves the languages evenly: the k-th of a language's n examples comes at (k + ½) / n of the way, so
 * that no language is served last.
 */
function* interleaved(languages: readonly string[], counts: readonly number[]): Iterable<Unit> {
  const served = counts.map(() => 0);
  const placeOf = (index: number): number => ((served[index] ?? 0) + 0.5) / (counts[index] ?? 0);
  for (;;) {
    let next: number | null = null;
    for (const [index, count] of counts.entries()) {
      const isLeft = (served[index] ?? 0) < count;
      if (isLeft && (next === null || placeOf(index) < placeOf(next))) next = index;
    }
    if (next === null) return;
    served[next] = (served[next] ?? 0) + 1;
    yield { language: languages[next] as string, count: 1 };
  }
}

function languagesWithoutData(
  spec: MixtureSpec,
  available: AvailableIds,
  locate: LocateInMixture,
): Diagnostic[] {
  const { form } = spec;
  const languages = languagesOf(form, available);
  if (languages.length === 0) {
    return [
      {
        severity: "error",
        code: "no-data",
        message: `${spec.name} takes all languages, but there is no training data in any.`,
        remedy: "Add data files, or correct the path under data.train.",
        range: locate([]),
      },
    ];
  }
  return languages
    .filter(language => !((available.get(language)?.length ?? 0) > 0))
    .map(language => ({
      severity: "error",
      code: "language-without-data",
      message: `${spec.name} takes ${language}, but there is no training data in ${language}.`,
      remedy: `Add a data file for it, or remove ${language} from the mixture.`,
      range: locate(placeOfLanguage(form, language)),
    }));
}

/** Path, below the mixture, of the value that names the language. */
function placeOfLanguage(form: MixtureForm, language: string): readonly (string | number)[] {
  const listed = (key: string, over: readonly string[] | "all") =>
    over === "all" ? [key] : [key, over.indexOf(language)];
  switch (form.kind) {
    case "monolingual":
      return ["monolingual"];
    case "spread":
      return form.base === language ? ["base"] : listed("over", form.over);
    case "uniform":
      return listed("uniform", form.over);
    case "shares":
      return ["shares", language];
    case "temperature":
      return listed("languages", form.over);
  }
}

function notEnough(
  spec: MixtureSpec,
  budget: number,
  available: AvailableIds,
  shares: Division,
  together: readonly string[],
  locate: LocateInMixture,
): Diagnostic {
  const has = (language: string) => new Set(available.get(language)).size;
  const short = shares.languages.filter(language => (shares.counts[language] ?? 0) > has(language));
  const lacks = short.map(
    language => `${count(shares.counts[language] ?? 0)} in ${language}, which has ${count(has(language))}`,
  );
  const needed = together.reduce((all, language) => all + (shares.counts[language] ?? 0), 0);
  const ids = new Set(together.flatMap(language => available.get(language) ?? [])).size;
  const named =
    together.length === shares.languages.length ? "its languages" : sortedTags(together).join(", ");
  const message =
    lacks.length > 0
      ? `${spec.name} needs ${lacks.join("; ")}.`
      : `${spec.name} needs ${count(needed)} different examples in ${named}, which have only ${count(ids)} between them. Each id is used once.`;
  const largest = largestBudget(spec.form, budget, available);
  const remedy = largest > 0 ? `Lower the budget to ${largest}, or add data.` : "Add data.";
  const meant = largest > 0 ? { meant: String(largest) } : {};
  return { severity: "error", code: "budget-over-data", message, remedy, range: locate(null), ...meant };
}

/** Returns the largest budget below `budget` for which the data suffice, or 0 when there is none. */
function largestBudget(form: MixtureForm, budget: number, available: AvailableIds): number {
  const suffices = (smaller: number) => {
    if (form.kind === "spread" && form.grow !== true && examplesOf(form.spread, smaller) > smaller)
      return false;
    const { languages, units } = divide(form, smaller, available);
    const ids = new Map(languages.map(language => [language, [...new Set(available.get(language))]]));
    return assign(units, ids).short === null;
  };
  // A spread with a fixed number of examples needs at least that budget, so the search starts there.
  let low =
    form.kind === "spread" && form.grow !== true && "examples" in form.spread ? form.spread.examples : 0;
  if (low > 0 && !suffices(low)) return 0;
  let high = Math.min(
    budget,
    [...available.values()].reduce((all, ids) => all + ids.length, 1),
  );
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (suffices(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
