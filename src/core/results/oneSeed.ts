// Wording for results with one run per mixture: their differences are between models, not mixtures.
import type { DifferencesTable } from "./differences.ts";
import { comparableRows, type ResultsTable } from "./resultsTable.ts";

const otherSeed = "Another seed draws other examples and may move a score by several points";
const enough =
  "three seeds per mixture reveal large differences, five medium ones (seeds: [1, 2, 3, 4, 5]), and plan says how large";

export const oneSeedNote = `One run each: these differences are between two models, not between two mixtures. ${otherSeed}; ${enough}.`;

/** Note for scores that were not tested against each other. */
const oneSeedScores = "One run each: these are scores of models, and their intervals cover prompts only.";

/** True if a row rests on a single pair of runs. */
export function restsOnOneSeed({ rows }: DifferencesTable): boolean {
  return rows.some(({ languages, mean }) =>
    [mean, ...Object.values(languages)].some(difference => difference?.seeds === 1),
  );
}

/** Names the noise that a difference is compared with: with one run each, only that of the prompts. */
export function noiseOf(differences: DifferencesTable): string {
  return restsOnOneSeed(differences) ? "the noise of the prompts" : "noise";
}

/**
 * Returns sentences to show under a figure of scores when no mixture has a second run.
 * @param remedy add the number of seeds needed; once per view is enough
 */
export function scoresOfOneSeed(table: ResultsTable, remedy = false): string[] {
  const most = Math.max(0, ...comparableRows(table).map(({ runs }) => runs.length));
  if (most !== 1) return [];
  return [oneSeedScores, ...(remedy ? [`${otherSeed}; ${enough}.`] : [])];
}
