// Number format of the base model's weights during training and evaluation.
import type { BaseWeights, TrainingSpec } from "./mixtureFile.ts";

/** Full training changes every weight, so it always uses floats. */
export function baseWeightsOf({ method, base }: Pick<TrainingSpec, "method" | "base">): BaseWeights {
  return method === "lora" ? base : "float";
}
