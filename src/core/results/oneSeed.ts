// With one run of each mixture a difference is that of two models: what is said of it wherever it is shown.
import type { DifferencesTable } from "./differences.ts";

/** Runs of one mixture that differ in their seed only; from here on their spread is an estimate, with wide intervals. */
export const fewestSeeds = 3;

export const oneSeedNote =
  "One run each: these differences are between two models, not between two mixtures. Another seed draws other examples " +
  `and may move a score by several points; ${fewestSeeds} seeds or more of each mixture would tell (seeds: [7, 8, 9]).`;

/** In a plan, before anything runs. */
export const oneSeedPlanned =
  "One seed of each mixture: what comes out speaks of these models only, not of their mixtures.";

/** Whether a row rests on a single pair of runs. */
export function restsOnOneSeed({ rows }: DifferencesTable): boolean {
  return rows.some(({ languages, mean }) =>
    [mean, ...Object.values(languages)].some(difference => difference?.seeds === 1),
  );
}
