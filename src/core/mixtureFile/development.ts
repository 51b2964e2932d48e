// Whether a mixture file has something to look up in its development data: only then are they a part of its runs.

import type { MixtureFile } from "../mixture/mixtureFile.ts";
import { choosesRate } from "./learningRate.ts";

export function usesDevelopment({ train, evaluate }: Pick<MixtureFile, "train" | "evaluate">): boolean {
  return evaluate.during !== undefined || choosesRate(train);
}
