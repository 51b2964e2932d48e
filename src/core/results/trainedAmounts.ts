// Reports how much each mixture was trained and how many responses were cut off: table, text and notes.

import type { TrainedAmount } from "../experiments/trainedAmount.ts";
import { amountText, unequalNote } from "../experiments/unequalTraining.ts";
import type { DataTable } from "../figures/dataTable.ts";
import { displayName } from "../language/tags.ts";
import { untunedName } from "../mixture/mixtureFile.ts";
import { formatScore } from "../scoring/metricNames.ts";
import { mixtureLabel, type ResultsRow, type ResultsTable, type RunSummary } from "./resultsTable.ts";

/** Share of cut responses in a language above which it is reported. */
const worthSaying = 0.03;

const unknown = "–";

/** Returns one table, or none when nothing is known. An example counts each time it is used. */
export function amountsTables({ rows }: ResultsTable): DataTable[] {
  if (rows.every(({ trained, mean }) => trained === undefined && mean.truncated === undefined)) return [];
  return [
    {
      caption:
        "Amounts over the whole training, or up to the step that early stopping kept, mean over seeds, and % of responses cut off at the token limit",
      head: ["Mixture", "steps", "examples", "tokens", "cut"],
      rows: rows.map(({ mixture, trained, mean }) => [
        mixtureLabel(mixture),
        ...amountCells(trained),
        mean.truncated === undefined ? unknown : formatScore("truncated", mean.truncated.value),
      ]),
    },
  ];
}

function amountCells(trained: TrainedAmount | undefined): string[] {
  if (trained === undefined) return [unknown, unknown, unknown];
  const { steps, examplesSeen, tokensSeen } = trained;
  return [steps, examplesSeen, tokensSeen].map(value => (value === null ? unknown : amountText(value)));
}

/** `in all 50 steps, 1,800 examples, 41,203 tokens; 3 % cut`, without the parts that are unknown. */
export function amountWords({ trained, mean }: ResultsRow): string {
  const [steps, examples, tokens] = amountCells(trained);
  const parts = [`${steps} steps`, `${examples} examples`, `${tokens} tokens`];
  const amount =
    trained === undefined ? [] : [`in all ${parts.filter(part => !part.startsWith(unknown)).join(", ")}`];
  const cut =
    mean.truncated === undefined ? [] : [`${formatScore("truncated", mean.truncated.value, 0)} % cut`];
  return [...amount, ...cut].join("; ");
}

/** @param runs the runs behind the rows of the experiment */
export function amountNotes(rows: readonly ResultsRow[], runs: readonly RunSummary[]): string[] {
  const tuned = rows.filter(({ mixture, differs }) => mixture !== untunedName && differs === undefined);
  const trainings = runs.flatMap(({ record }) => record.configuration.train ?? []);
  const byExample = trainings.every(({ lossWeight }) => lossWeight === "example");
  const stopsEarly = runs.some(({ record }) => record.earlyStop !== undefined);
  const unequal = unequalNote(
    tuned.map(({ mixture, trained = null }) => ({ mixture, trained })),
    { byExample, stopsEarly },
  );
  return [unequal, cutNote(tuned, runs)].flatMap(note => note ?? []);
}

/** Reports the highest share in each language, except of the untuned model, which rarely stops by itself. */
function cutNote(tuned: readonly ResultsRow[], runs: readonly RunSummary[]): string | null {
  const languages = [...new Set(tuned.flatMap(({ cells }) => Object.keys(cells)))];
  const shares = languages.flatMap(language => {
    const [most] = tuned
      .map(({ mixture, cells }) => ({ mixture, share: cells[language]?.truncated?.value ?? 0 }))
      .sort((a, b) => b.share - a.share);
    return most === undefined || most.share <= worthSaying
      ? []
      : [`${Math.round(100 * most.share)} % of the ${displayName(language)} ones (${most.mixture})`];
  });
  if (shares.length === 0) return null;
  const own = runs.filter(({ record }) => record.configuration.imported === undefined);
  const limits = [...new Set(own.map(({ record }) => record.configuration.evaluate.maxNewTokens))];
  const at = limits.length === 0 ? "" : ` at ${limits.join(" or ")} tokens`;
  return `Responses were cut off${at}, at most ${shares.join(", ")}: the rest counts in no score. Raise evaluate.maxNewTokens and evaluate again (pinch eval RUN-FOLDER), unless these responses only repeat themselves.`;
}
