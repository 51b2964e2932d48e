// Choice between several learning rates of a run, and its description.
import * as v from "valibot";
import { number, object, type Read } from "./schemas.ts";

const rate = v.number("not a number");

/** Rates of a list `train.learningRate` that were tried, in the order of the list. */
const ratesTried = v.array(
  object({
    learningRate: rate,
    /**
     * Loss on all of `data.dev`: the mean over languages of the mean nats per token; null = training diverged.
     */
    devLoss: v.nullable(number),
    /** Duration of training and measurement. */
    seconds: rate,
  }),
  "not a list of the rates tried",
);

const notAChoice = "not a choice among the learning rates tried";
export const learningRateChoice = v.pipe(
  object({ chosen: rate, tried: ratesTried }, notAChoice),
  v.check(({ chosen, tried }) => tried.some(({ learningRate }) => learningRate === chosen), notAChoice),
);
export type LearningRateChoice = Read<typeof learningRateChoice>;

export function isTried(value: unknown): value is LearningRateChoice["tried"] {
  return v.is(ratesTried, value);
}

/** Chooses the lowest loss, and the first of equal ones. Returns null when every training diverged. */
export function chooseRate(tried: LearningRateChoice["tried"]): LearningRateChoice | null {
  let best: LearningRateChoice["tried"][number] | null = null;
  for (const one of tried)
    if (one.devLoss !== null && (best === null || one.devLoss < (best.devLoss ?? 0))) best = one;
  return best === null ? null : { chosen: best.learningRate, tried };
}

/** Tells whether the best rate is at an end of the list, in which case a better one may lie beyond it. */
export function edgeOf({ chosen, tried }: LearningRateChoice): "smallest" | "largest" | null {
  const rates = tried.map(({ learningRate }) => learningRate);
  if (chosen === Math.min(...rates)) return "smallest";
  return chosen === Math.max(...rates) ? "largest" : null;
}

export function lossText(devLoss: number | null): string {
  return devLoss === null ? "diverged" : devLoss.toFixed(3);
}

/**
 * For example `Learning rate 0.002 chosen by the loss on the development data: 0.0005 1.902, 0.002 1.734.`
 */
export function describeChoice(choice: LearningRateChoice): string {
  const tried = choice.tried.map(({ learningRate, devLoss }) => `${learningRate} ${lossText(devLoss)}`);
  const edge = edgeOf(choice);
  const widen = edge === null ? "" : ` It is the ${edge} tried: widen the list.`;
  return `Learning rate ${choice.chosen} chosen by the loss on the development data: ${tried.join(", ")}.${widen}`;
}
