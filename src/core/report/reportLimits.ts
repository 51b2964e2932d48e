// Lists the limitations of a report: seeds, prompts, judge, identification, multiple comparisons.

import { displayName } from "../language/tags.ts";
import type { ComparisonRecord } from "../records/comparison.ts";
import type { RunRecord } from "../records/runRecord.ts";
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
      ? "One seed: the effect of another draw and order of examples is unknown, and no interval includes it."
      : `${seeds} seeds at most: intervals include their spread by Student's t with few degrees of freedom, so they are wide, and a difference that can't be told from noise may still exist.`,
    ...(fewest === null
      ? []
      : [
          `At least ${fewest} prompts per language and seed, of a few kinds: scores apply to such prompts, not to everything that people may ask.`,
        ]),
    ...(models.length === 1
      ? [`One base model (${models[0]}): another one may behave differently, especially a larger one.`]
      : []),
    "The language of a response is identified, not known: errors are most likely for short responses and closely related languages.",
    "Checks are rules about the text: a response that passes may still be poor, and a good one may be worded in a way that no rule expects.",
    ...echoLimit(sampled),
    ...refusedLimit(sampled),
    ...(judges.has("rule")
      ? [
          "The rule judge prefers what passes its checks in the right language, then the right language, then passed checks; it knows nothing about style, depth or truth beyond the checks, and most of its verdicts may be ties.",
        ]
      : []),
    ...([...judges].some(kind => kind !== "rule")
      ? [
          "A model as a judge has preferences of its own, for length and for answers like its own; swapping the order removes a preference for a position, but not these. It may be weaker in some languages.",
        ]
      : []),
    "Each interval is for a single number; several hold jointly only where a correction is mentioned.",
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
