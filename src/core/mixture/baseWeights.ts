// How the weights of the base are held while a model is tuned and asked.
import type { BaseWeights, TrainingSpec } from "./mixtureFile.ts";

/** Full training changes every weight, so all are floats. */
export function baseWeightsOf({ method, base }: Pick<TrainingSpec, "method" | "base">): BaseWeights {
  return method === "lora" ? base : "float";
}
