// Rejects a model that is too large for this machine, before any of it is loaded.
import { totalmem } from "node:os";
import { HumanError } from "../../common/errors.ts";
import type { TrainingSpec, WeightFormat } from "../../core/mixture/mixtureFile.ts";
import type { ModelFolder } from "./modelFolder.ts";

/** Bytes per frozen weight, not counting scales, zero points and matrices that stay in float32. */
const frozenBytes: Readonly<Record<WeightFormat, number>> = { float: 4, int8: 1, int4: 0.5 };
/** Bytes per trained weight: float32, with its gradient and AdamW's two moments. */
const trainedBytes = 16;

const asWhat: Readonly<Record<WeightFormat, string>> = {
  float: "to hold them in float32",
  int8: "to hold them in 8 bits",
  int4: "to hold them in 4 bits",
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * Rejects a model if even the minimum does not fit: its weights and, if all are trained, what training adds.
 * The remaining memory of a step is predicted by `plan`.
 */
export function refuseTooLarge(
  model: Pick<ModelFolder, "name" | "parameterCount">,
  { method, base }: Pick<TrainingSpec, "method" | "base">,
  memory = totalmem(),
): void {
  const needed = model.parameterCount * (method === "full" ? trainedBytes : frozenBytes[base]);
  if (needed <= memory) return;
  const millions = Math.round(model.parameterCount / 1e6).toLocaleString("en");
  const what =
    method === "full" ? "to train all of them (value, gradient and two moments in float32)" : asWhat[base];
  const fits = (kind: WeightFormat): boolean => model.parameterCount * frozenBytes[kind] <= memory;
  const ways = ["choose a smaller model", "use a machine with more memory"];
  if (method === "full" && fits("float")) ways.unshift("train adapters instead (method: lora)");
  else if (fits("int4")) ways.unshift("train adapters on rounded weights (method: lora, base: int4)");
  const remedy = `${ways.slice(0, -1).join(", ")}, or ${ways.at(-1)}.`;
  throw new HumanError(
    `${model.name} has ${millions} million parameters and takes ${gigabytes(needed)} ${what}; this machine has ${gigabytes(memory)} of memory.`,
    { remedy: remedy.charAt(0).toUpperCase() + remedy.slice(1) },
  );
}
