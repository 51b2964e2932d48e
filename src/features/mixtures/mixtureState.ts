// Builds the composer's state from a mixture file and its data.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { identifiableWords } from "../../core/language/identifiable.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { formatAmount } from "../../core/mixture/amounts.ts";
import { type DataSizes, drawnCounts, sumOf } from "../../core/mixture/counts.ts";
import type { MixtureForm, MixtureSpec } from "../../core/mixture/mixtureFile.ts";
import type { ParsedMixtureFile } from "../../core/mixtureFile/parse.ts";
import type { LanguageItem, MixtureItem, MixturePoint, ProblemItem } from "../../protocol/mixtureView.ts";

/** Mixtures of a file by key. Mixtures with mistakes in `parsed` are taken from `sound`. */
export function itemsOf(
  parsed: ParsedMixtureFile,
  sound: ParsedMixtureFile | undefined,
  languages: readonly LanguageItem[],
): MixtureItem[] {
  const present = groupsOf(parsed);
  // Only mixtures that the text still names, or all if the text can no longer be parsed.
  const last = sound === undefined ? new Map<string, MixtureSpec[]>() : groupsOf(sound);
  const named = (key: string) => parsed.locate(["mixtures", key], "key");
  // A missing item is reported at its nearest existing parent.
  const around = JSON.stringify(parsed.locate(["mixtures"], "key"));
  const isThere = (key: string) => JSON.stringify(named(key)) !== around;
  const keys =
    present.size === 0
      ? [...last.keys()]
      : inFileOrder([...new Set([...last.keys(), ...present.keys()])], named);
  const budget = parsed.draft.budget ?? sound?.draft.budget ?? null;
  return keys.flatMap(key => {
    const now = present.get(key);
    const specs = now ?? (present.size === 0 || isThere(key) ? last.get(key) : undefined);
    return specs === undefined ? [] : [itemOf(key, specs, budget, languages, now === undefined)];
  });
}

/** Adds a note to languages that can't be told apart, unless the file names its own identifier. */
export function withToldApart(
  { draft }: ParsedMixtureFile,
  languages: readonly LanguageItem[],
): readonly LanguageItem[] {
  if (draft.evaluate.identifier !== undefined) return languages;
  return languages.map(item => {
    const words = item.evaluated ? identifiableWords(item.tag) : null;
    return words === null ? item : { ...item, toldApart: `${words}.` };
  });
}

/** Training examples by language; a language that could not be counted counts as one example. */
export function sizesOf(languages: readonly LanguageItem[]): DataSizes {
  return new Map(languages.filter(({ rows }) => rows !== 0).map(({ tag, rows }) => [tag, rows ?? 1]));
}

/** Null if the counts depend on data that are not known. */
export function countsIn(
  form: MixtureForm,
  budget: number | null,
  languages: readonly LanguageItem[],
): Readonly<Record<string, number>> | null {
  if (budget === null) return null;
  const sizes = sizesOf(languages);
  const needsSizes = form.kind === "temperature";
  const needsLanguages = "over" in form && form.over === "all";
  if ((needsSizes || needsLanguages) && sizes.size === 0) return null;
  if (needsSizes && languages.some(({ rows }) => rows === null)) return null;
  const counts = drawnCounts(form, budget, sizes);
  return sumOf(counts) === 0 ? null : counts;
}

/** Languages that can be removed from a mixture individually. */
export function removableLanguages(form: MixtureForm, all: readonly string[]): readonly string[] {
  switch (form.kind) {
    case "monolingual":
      return [];
    case "shares": {
      const languages = Object.keys(form.shares);
      return languages.length > 1 ? languages : [];
    }
    default: {
      const over = form.over === "all" ? all : form.over;
      return over.length > 1 ? over : [];
    }
  }
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

function groupsOf({ draft }: ParsedMixtureFile): Map<string, MixtureSpec[]> {
  const groups = new Map<string, MixtureSpec[]>();
  for (const spec of draft.mixtures) groups.set(spec.key, [...(groups.get(spec.key) ?? []), spec]);
  return groups;
}

function inFileOrder(
  keys: string[],
  place: (key: string) => { start: { line: number; column: number } },
): string[] {
  return keys
    .map(key => ({ key, at: place(key).start }))
    .sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
    .map(({ key }) => key);
}

function itemOf(
  key: string,
  specs: readonly MixtureSpec[],
  budget: number | null,
  languages: readonly LanguageItem[],
  stale: boolean,
): MixtureItem {
  const sweep = specs.some(({ name }) => name !== key);
  const [first] = specs;
  const all = sortedTags(sizesOf(languages).keys());
  return {
    key,
    points: specs.map(
      ({ name, form }): MixturePoint => ({
        name,
        form,
        label: sweep ? labelOf(form) : "",
        counts: countsIn(form, budget, languages),
      }),
    ),
    sweep,
    stale,
    removable: first === undefined ? [] : removableLanguages(first.form, all),
  };
}

/** The property in which a member of a sweep differs from the others. */
function labelOf(form: MixtureForm): string {
  switch (form.kind) {
    case "spread":
      return formatAmount(form.spread);
    case "temperature":
      return String(form.temperature);
    case "monolingual":
      return form.language;
    default:
      return "";
  }
}
