// Says where the mixtures of one experiment are trained on unequal amounts: they then differ in more than language.

export interface TrainedAmount {
  readonly steps: number;
  readonly examplesSeen: number;
  readonly tokensSeen: number;
}

/** Share by which the largest may exceed the smallest without a word. */
const acceptedDifference = 0.05;

/** A line for each amount that differs by more than 5 %, with what to do. */
export function describeUnequal(runs: readonly TrainedAmount[]): string[] {
  const differs = (of: (run: TrainedAmount) => number, name: string): string | null => {
    const amounts = runs.map(of);
    const [least, most] = [Math.min(...amounts), Math.max(...amounts)];
    if (runs.length === 0 || most <= least * (1 + acceptedDifference)) return null;
    const percent = Math.round(100 * (most / least - 1));
    return `${name} differ by ${percent} %: ${least.toLocaleString("en")} to ${most.toLocaleString("en")}.`;
  };
  const steps = differs(run => run.steps, "Optimizer steps");
  const examples = differs(run => run.examplesSeen, "Examples");
  const tokens = differs(run => run.tokensSeen, "Tokens");
  const remedy = "Set train.batchExamples or train.steps, so that mixtures differ in language only.";
  return [
    ...(steps === null ? [] : [`Warning: ${steps} ${remedy}`]),
    ...(examples === null
      ? []
      : [`Warning: ${examples} Mixtures of different sizes are not trained on the same amount.`]),
    ...(tokens === null
      ? []
      : [
          `Warning: ${tokens} The same examples are longer in some languages; train.lossWeight: example weighs them alike.`,
        ]),
  ];
}
