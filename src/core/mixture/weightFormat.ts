// Number format of the base model's weights during training and evaluation.
import type { TrainingSpec, WeightFormat } from "./mixtureFile.ts";

/** Full training changes every weight, so it always uses floats. */
export function weightFormatOf({ method, base }: Pick<TrainingSpec, "method" | "base">): WeightFormat {
  return method === "lora" ? base : "float";
}
