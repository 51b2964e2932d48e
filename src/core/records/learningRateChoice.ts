// Choice between several learning rates of a run, and its description.
import type { LearningRateChoice } from "./records.ts";

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

export function isChoice(value: unknown): value is LearningRateChoice {
  if (typeof value !== "object" || value === null) return false;
  const { chosen, tried } = value as Partial<Record<keyof LearningRateChoice, unknown>>;
  return typeof chosen === "number" && isTried(tried) && tried.some(one => one.learningRate === chosen);
}

export function isTried(value: unknown): value is LearningRateChoice["tried"] {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => {
      if (typeof one !== "object" || one === null) return false;
      const { learningRate, devLoss, seconds } = one as Readonly<Record<string, unknown>>;
      return (
        typeof learningRate === "number" &&
        (devLoss === null || (typeof devLoss === "number" && Number.isFinite(devLoss))) &&
        typeof seconds === "number"
      );
    })
  );
}
