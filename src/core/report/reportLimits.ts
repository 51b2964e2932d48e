// Lists the limitations of a report: seeds, prompts, judge, identification, multiple comparisons.

import { displayName } from "../language/tags.ts";
import type { ComparisonRecord } from "../records/comparison.ts";
import type { RunRecord } from "../records/records.ts";
import type { SampledMixture } from "../results/differences.ts";
import { promptsOf } from "../results/languageNotes.ts";
import type { ResultsTable } from "../results/resultsTable.ts";
import { echoLimit } from "./echoes.ts";

export function reportLimits(
  table: ResultsTable,
  comparisons: readonly ComparisonRecord[],
  models: readonly string[],
  sampled: readonly SampledMixture[] = [],
): string[] {
  const seeds = Math.max(0, ...table.rows.map(row => row.runs.length));
  const fewest = fewestPrompts(table);
  const judges = new Set(comparisons.map(({ judge }) => judge.kind));
  return [
    seeds < 2
      ? "One seed: how much another draw of examples and another order would change is not known, and no interval holds it."
      : `${seeds} seeds at most: intervals hold their spread by Student's t with few degrees of freedom, so that they are wide, and a difference that can't be told from noise may still be there.`,
    ...(fewest === null
      ? []
      : [
          `${fewest} prompts per language and seed at the least, of a few kinds: scores hold for such prompts, not for whatever people may ask.`,
        ]),
    ...(models.length === 1
      ? [`One base model (${models[0]}): another one may do otherwise, above all a larger one.`]
      : []),
    "The language of a response is identified, not known: short responses, and close relatives of a language, are where that goes wrong.",
    "Checks are rules about the text: a response that passes may still be poor, and a good one may be worded as no rule expects.",
    ...echoLimit(sampled),
    ...refusedLimit(sampled),
    ...(judges.has("rule")
      ? [
          "The rule judge prefers what passes its checks in the right language, then the right language, then passed checks; of style, depth or truth beyond the checks it knows nothing, and most of its verdicts may be ties.",
        ]
      : []),
    ...([...judges].some(kind => kind !== "rule")
      ? [
          "A judge that is a model has preferences of its own, for length and for what resembles its own answers; swapped order takes away the preference for a place, not these. It may be weaker in some languages.",
        ]
      : []),
    "Intervals are for each number by itself; only where a correction is named do several hold together.",
  ];
}

/** Warns that a language's rows are easier, and its scores too high, if some instructions went unchecked. */
function refusedLimit(sampled: readonly SampledMixture[]): string[] {
  const [samples = []] = sampled.flatMap(({ runs }) => runs.map(run => run.samples));
  const byLanguage = new Map<string, { rows: number; kinds: Set<string> }>();
  for (const { language, refused = [] } of samples) {
    if (refused.length === 0) continue;
    const { rows, kinds } = byLanguage.get(language) ?? { rows: 0, kinds: new Set<string>() };
    for (const kind of refused) kinds.add(kind);
    byLanguage.set(language, { rows: rows + 1, kinds });
  }
  if (byLanguage.size === 0) return [];
  const named = [...byLanguage].map(
    ([language, { rows, kinds }]) =>
      `${displayName(language)} (${rows} ${rows === 1 ? "row" : "rows"}: ${[...kinds].sort().join(", ")})`,
  );
  return [
    `Some instructions can't be checked in their language and are left out there, which makes these rows easier than those of other languages: ${named.join("; ")}. Compare mixtures within such a language, not the language with others.`,
  ];
}

function fewestPrompts(table: ResultsTable): number | null {
  const counts = table.rows.flatMap(row =>
    Object.values(row.cells).flatMap(cell => promptsOf(cell, row.runs.length) ?? []),
  );
  return counts.length === 0 ? null : Math.min(...counts);
}

/**
 * Lists the findings in the data that make scores doubtful, with the number of runs unless all are affected.
 */
export function dataLimits(records: readonly Pick<RunRecord, "findings">[]): string[] {
  const runsOf = new Map<string, number>();
  for (const { findings = [] } of records)
    for (const message of new Set(findings.map(finding => finding.message)))
      runsOf.set(message, (runsOf.get(message) ?? 0) + 1);
  return [...runsOf].map(([message, count]) =>
    count === records.length
      ? `In the data: ${message}`
      : `In the data of ${count} of ${records.length} runs: ${message}`,
  );
}
