// Reports chosen learning rates: the rate, the losses behind the choice, and lists that were too short.

import type { DataTable } from "../figures/dataTable.ts";
import { edgeOf, type LearningRateChoice, lossText } from "../records/learningRateChoice.ts";
import type { RunRecord } from "../records/runRecord.ts";

interface Chosen {
  readonly record: Pick<RunRecord, "mixture" | "seed">;
  readonly choice: LearningRateChoice;
}

function chosenIn(records: readonly RunRecord[]): Chosen[] {
  return records.flatMap(record => {
    const choice = record.learningRateChoice;
    return choice == null ? [] : [{ record, choice }];
  });
}

/** One row for each run that chose a rate; null when none did. */
export function ratesTable(records: readonly RunRecord[]): DataTable | null {
  const chosen = chosenIn(records);
  if (chosen.length === 0) return null;
  const rates = [
    ...new Set(chosen.flatMap(({ choice }) => choice.tried.map(({ learningRate }) => learningRate))),
  ].sort((a, b) => a - b);
  return {
    caption:
      "The learning rate of each run, and the loss on the development data for each rate tried (mean over languages, nats per token)",
    head: ["Mixture", "Seed", "Chosen", ...rates.map(String)],
    rows: chosen.map(({ record, choice }) => [
      record.mixture,
      String(record.seed),
      String(choice.chosen),
      ...rates.map(rate => {
        const one = choice.tried.find(({ learningRate }) => learningRate === rate);
        return one === undefined ? "–" : lossText(one.devLoss);
      }),
    ]),
  };
}

/** Warns that a best rate at the end of its list may have a better one beyond it. */
export function ratesLimits(records: readonly RunRecord[]): string[] {
  const chosen = chosenIn(records);
  return (["smallest", "largest"] as const).flatMap(edge => {
    const runs = chosen.filter(({ choice }) => edgeOf(choice) === edge);
    if (runs.length === 0) return [];
    const named = runs.slice(0, namedRuns).map(({ record }) => `${record.mixture} seed ${record.seed}`);
    const more = runs.length > named.length ? ", …" : "";
    return `In ${runs.length} of ${chosen.length} runs the chosen learning rate is the ${edge} of those tried (${named.join(", ")}${more}): a better one may lie beyond it. Widen the list in train.learningRate.`;
  });
}

/** Maximum number of runs named in one sentence; the table has all of them. */
const namedRuns = 3;
