// Reports mixtures of one experiment that are trained on unequal amounts: they differ in more than language.
import type { TrainedAmount } from "./trainedAmount.ts";

/** Relative excess of the largest over the smallest amount that is not reported. */
const acceptedDifference = 0.05;

const amounts = {
  steps: {
    name: "Optimizer steps",
    of: ({ steps }: TrainedAmount) => steps,
    before: "Set train.batchExamples or train.steps, so that mixtures differ in language only.",
    after: "train.batchExamples or train.steps gives every mixture the same steps",
  },
  examples: {
    name: "Examples",
    of: ({ examplesSeen }: TrainedAmount) => examplesSeen,
    before: "Mixtures of different sizes are not trained on the same amount.",
    after: "one budget for all gives them the same number of examples",
  },
  tokens: {
    name: "Tokens",
    of: ({ tokensSeen }: TrainedAmount) => tokensSeen,
    before:
      "The same examples are longer in some languages; train.lossWeight: example gives them equal weight.",
    after: "with train.lossWeight: example, languages with longer texts get no more weight",
  },
} as const;

type AmountName = keyof typeof amounts;

interface Inequality<Run> {
  readonly amount: AmountName;
  readonly least: { readonly run: Run; readonly value: number };
  readonly most: { readonly run: Run; readonly value: number };
}

/** Returns amounts that differ by more than 5 %. Runs that don't record an amount are ignored for it. */
function inequalities<Run>(
  runs: readonly Run[],
  amountOf: (run: Run) => TrainedAmount | null,
): Inequality<Run>[] {
  return (Object.keys(amounts) as AmountName[]).flatMap(amount => {
    const [least, ...others] = runs
      .flatMap(run => {
        const trained = amountOf(run);
        const value = trained === null ? null : amounts[amount].of(trained);
        return value === null ? [] : [{ run, value }];
      })
      .sort((a, b) => a.value - b.value);
    const most = others.at(-1);
    if (least === undefined || most === undefined) return [];
    return most.value > least.value * (1 + acceptedDifference) ? [{ amount, least, most }] : [];
  });
}

/** Returns the relative difference, such as `by 19 %`; empty if the smallest amount is 0. */
function excess({ least, most }: Inequality<unknown>): string {
  return least.value > 0 ? ` by ${Math.round(100 * (most.value / least.value - 1))} %` : "";
}

export function amountText(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 1000 ? 1 : 0 });
}

/** Returns, for planned runs, one warning per unequal amount, with a remedy. */
export function describeUnequal(runs: readonly TrainedAmount[]): string[] {
  return inequalities(runs, run => run).map(found => {
    const { name, before } = amounts[found.amount];
    const [least, most] = [found.least.value, found.most.value].map(amountText);
    return `Warning: ${name} differ${excess(found)}: ${least} to ${most}. ${before}`;
  });
}

export interface TrainedMixture {
  readonly mixture: string;
  readonly trained: TrainedAmount | null;
}

export interface UnequalReasons {
  /** True if the loss weighted all examples alike, regardless of length (`train.lossWeight`). */
  readonly byExample: boolean;
  /** True if trainings kept the step with the lowest loss on development data (`train.earlyStopping`). */
  readonly stopsEarly: boolean;
}

/** Returns a note on unequally trained mixtures for a report; null if all are alike. */
export function unequalNote(
  mixtures: readonly TrainedMixture[],
  { byExample, stopsEarly }: UnequalReasons,
): string | null {
  const found = inequalities(mixtures, ({ trained }) => trained);
  if (found.length === 0) return null;
  const differences = found.map(each => {
    const [least, most] = [each.least, each.most].map(
      ({ run, value }) => `${amountText(value)} (${run.mixture})`,
    );
    return `${amounts[each.amount].name.toLowerCase()} differ${excess(each)}, ${least} to ${most}`;
  });
  if (stopsEarly)
    return [
      `Mixtures were trained on unequal amounts, up to the step that early stopping kept: ${differences.join("; ")}.`,
      "Differences between them include when each stopped learning.",
      "When they are run again without train.earlyStopping, all are trained to the last step.",
    ].join(" ");
  const remedies = found
    .filter(({ amount }) => amount !== "tokens" || !byExample)
    .map(({ amount }) => amounts[amount].after);
  return [
    `Mixtures were trained on unequal amounts: ${differences.join("; ")}.`,
    "Differences between them may not be due to their languages.",
    remedies.length === 0
      ? "All examples still had equal weight (train.lossWeight: example)."
      : `When they are run again, ${remedies.join("; ")}.`,
  ].join(" ");
}
