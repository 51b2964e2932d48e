// Checks all mixtures of a file against the data: finds the faults that the text alone does not show.
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { Purpose } from "../dataset/layouts.ts";
import { displayName, sortedTags } from "../language/tags.ts";
import { type DataSource, namesLanguages, sourcesText, whereToAdd } from "../mixture/dataSource.ts";
import { type AvailableIds, drawMixture, languagesOf } from "../mixture/draw.ts";
import { usesDevelopment } from "./development.ts";
import { indistinguishable } from "./indistinguishable.ts";
import { choosesRate } from "./learningRate.ts";
import type { ParsedMixtureFile } from "./parse.ts";

/**
 * Checks a parsed mixture file, which may have other faults, against its data.
 *
 * @param available Ids of the training data by language; null while they are not loaded yet.
 * @param evaluated Languages with evaluation data; null = not checked.
 * @param developed Languages with development data; null = not checked.
 */
export function checkAgainstData(
  parsed: ParsedMixtureFile,
  available: AvailableIds | null,
  evaluated: Iterable<string> | null = null,
  developed: Iterable<string> | null = null,
): Diagnostic[] {
  const { draft, locate } = parsed;
  const diagnostics: Diagnostic[] = [];
  if (draft.data.train !== null && available?.size === 0) {
    diagnostics.push(noFiles("training", draft.data.train, locate(["data", "train"])));
  } else if (draft.data.train !== null && available !== null) {
    diagnostics.push(...mixtureFaults(parsed, available));
  }
  if (draft.data.eval !== null && evaluated !== null) {
    diagnostics.push(
      ...evaluationFaults(parsed, draft.data.eval, new Set(evaluated), available ?? new Map()),
    );
  }
  if (draft.data.dev !== null && developed !== null)
    diagnostics.push(...developmentFaults(parsed, draft.data.dev, [...developed]));
  return diagnostics;
}

function noFiles(kind: Purpose, sources: readonly DataSource[], range: Diagnostic["range"]): Diagnostic {
  const byName = sources.some(namesLanguages);
  return {
    severity: "error",
    code: "no-data",
    message: `No ${kind} data: ${byName ? "no file matches" : "no row could be read from"} ${sourcesText(sources)}.`,
    remedy: byName
      ? `Put one file per language there, for example ${whereToAdd(sources, "en")}, or correct the path.`
      : "Correct the path, or the name of the language column.",
    range,
  };
}

/** Checks the development data. They may lack a language, which is then left out wherever they are used. */
function developmentFaults(
  { draft, locate }: ParsedMixtureFile,
  sources: readonly DataSource[],
  developed: readonly string[],
): Diagnostic[] {
  const range = locate(["data", "dev"]);
  if (developed.length === 0) return [noFiles("development", sources, range)];
  const { languages } = draft.evaluate;
  if (!usesDevelopment(draft)) return [];
  if (languages === "all" || developed.some(language => languages.includes(language))) return [];
  const prevented = choosesRate(draft.train)
    ? "no learning rate can be chosen"
    : draft.train.earlyStopping && "no step can be chosen";
  return [
    {
      severity: prevented === undefined ? "warning" : "error",
      code: "no-development-data",
      message: `There are development data only in ${developed.join(", ")}, none of which is evaluated: ${prevented ?? "nothing is measured on them"}.`,
      remedy: `Add ${whereToAdd(sources, languages[0] ?? "en")}, or add one of these languages to evaluate.languages.`,
      range,
    },
  ];
}

function mixtureFaults(parsed: ParsedMixtureFile, available: AvailableIds): Diagnostic[] {
  const { draft, locate } = parsed;
  const diagnostics: Diagnostic[] = [];
  const train = draft.data.train ?? [];
  for (const spec of draft.mixtures) {
    const at = (part: readonly (string | number)[] | null) =>
      part === null || part.length === 0
        ? locate(["mixtures", spec.key], "key")
        : locate(["mixtures", spec.key, ...part], part[0] === "shares" ? "key" : "value");
    // The seed does not affect whether there are enough data.
    const budget = draft.budget ?? 0;
    const { counts, diagnostics: faults } = drawMixture(spec, { budget }, available, draft.seeds[0] ?? 0, at);
    diagnostics.push(...faults.map(fault => withFileName(fault, train)));
    if (faults.length === 0 && spec.form.kind === "spread" && spec.form.over === "all" && budget > 0) {
      const without = Object.keys(counts).filter(language => counts[language] === 0);
      const { spread } = spec.form;
      const isZero = "examples" in spread ? spread.examples === 0 : spread.percent === 0;
      if (without.length > 0 && !isZero) {
        diagnostics.push({
          severity: "warning",
          code: "spread-thin",
          message: `${spec.name} spreads too few examples: none in ${without.join(", ")}.`,
          remedy: "Spread more, or list fewer languages.",
          range: at(["spread"]),
          meant: String(available.size),
        });
      }
    }
  }
  return withoutRepeats(diagnostics);
}

function withFileName(fault: Diagnostic, sources: readonly DataSource[]): Diagnostic {
  if (fault.code !== "language-without-data") return fault;
  return {
    ...fault,
    remedy: `${fault.remedy} Its ${sources.every(namesLanguages) ? "files are expected at" : "rows are read from"} ${sourcesText(sources)}.`,
  };
}

function evaluationFaults(
  parsed: ParsedMixtureFile,
  sources: readonly DataSource[],
  evaluated: ReadonlySet<string>,
  available: AvailableIds,
): Diagnostic[] {
  const { languages } = parsed.draft.evaluate;
  if (evaluated.size === 0) return [noFiles("evaluation", sources, parsed.locate(["data", "eval"]))];
  const scored = sortedTags(
    [...evaluated].filter(language => languages === "all" || languages.includes(language)),
  );
  const notes = [
    ...unseenLanguages(parsed, available, scored),
    ...indistinguishable(parsed, languages === "all" ? scored : [...new Set(languages)]),
  ];
  if (languages === "all") return notes;
  const missing = languages.flatMap((language, index): Diagnostic[] =>
    evaluated.has(language)
      ? []
      : [
          {
            severity: "error",
            code: "language-without-data",
            message: `There is no evaluation data in ${language}.`,
            remedy: `Add ${whereToAdd(sources, language)}, or remove ${language} from evaluate.languages.`,
            range: parsed.locate(["evaluate", "languages", index]),
          },
        ],
  );
  return [...missing, ...notes];
}

/**
 * Evaluating unseen languages is often intended, as in studies of transfer, so it is reported once and never
 * as a warning.
 */
function unseenLanguages(
  { draft, locate }: ParsedMixtureFile,
  available: AvailableIds,
  evaluated: readonly string[],
): Diagnostic[] {
  if (draft.mixtures.length === 0 || available.size === 0) return [];
  const seen = new Set(draft.mixtures.flatMap(({ form }) => languagesOf(form, available)));
  const unseen = evaluated.filter(language => !seen.has(language));
  const rest = evaluated.filter(language => seen.has(language));
  if (unseen.length === 0) return [];
  const named = unseen.map(tag => displayName(tag)).join(", ");
  return [
    {
      severity: "information",
      code: "unseen-languages",
      message: `No mixture has examples in ${named}: ${unseen.length === 1 ? "it is evaluated as an unseen language" : "they are evaluated as unseen languages"}.`,
      remedy: "No action is needed if this is intended.",
      range: locate(draft.evaluate.languages === "all" ? ["data", "eval"] : ["evaluate", "languages"]),
      // `meant` is the list of evaluated languages without the unseen ones; `languages` are those that have
      // training data.
      ...(rest.length === 0 ? {} : { meant: `[${rest.join(", ")}]` }),
      languages: unseen.filter(language => (available.get(language)?.length ?? 0) > 0),
    },
  ];
}

/** Removes repeated diagnostics: the members of a sweep name the same languages in the same place. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, range, message }) => {
    const { line, column } = range.start;
    const what = code === "budget-over-data" ? "" : (message.split(", but ")[1] ?? message);
    const key = `${code} ${line}:${column} ${what}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
