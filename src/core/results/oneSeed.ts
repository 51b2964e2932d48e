// With one run of each mixture a difference is that of two models: what is said of it wherever it is shown.
import type { DifferencesTable } from "./differences.ts";
import { comparableRows, type ResultsTable } from "./resultsTable.ts";

const otherSeed = "Another seed draws other examples and may move a score by several points";
const enough =
  "three seeds of each mixture tell large differences, five middling ones (seeds: [1, 2, 3, 4, 5]), and plan says how large";

export const oneSeedNote = `One run each: these differences are between two models, not between two mixtures. ${otherSeed}; ${enough}.`;

/** Of scores that nobody has tested against each other. */
const oneSeedScores = "One run each: these are scores of models, and their intervals know of prompts only.";

/** Whether a row rests on a single pair of runs. */
export function restsOnOneSeed({ rows }: DifferencesTable): boolean {
  return rows.some(({ languages, mean }) =>
    [mean, ...Object.values(languages)].some(difference => difference?.seeds === 1),
  );
}

/** What a difference is beyond, or can't be told from: one run of each says nothing of other seeds. */
export function noiseOf(differences: DifferencesTable): string {
  return restsOnOneSeed(differences) ? "the noise of the prompts" : "noise";
}

/**
 * Sentences for under a figure of scores, where no mixture has a second run; none elsewhere.
 * @param remedy whether to say how many seeds would do: once in a view
 */
export function scoresOfOneSeed(table: ResultsTable, remedy = false): string[] {
  const most = Math.max(0, ...comparableRows(table).map(({ runs }) => runs.length));
  if (most !== 1) return [];
  return [oneSeedScores, ...(remedy ? [`${otherSeed}; ${enough}.`] : [])];
}
