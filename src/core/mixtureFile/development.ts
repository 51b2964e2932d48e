// Determines whether a mixture file uses its development data. Only then are they part of its runs.

import type { MixtureFile } from "../mixture/mixtureFile.ts";
import { choosesRate } from "./learningRate.ts";

export function usesDevelopment({ train, evaluate }: Pick<MixtureFile, "train" | "evaluate">): boolean {
  return evaluate.during !== undefined || choosesRate(train);
}
