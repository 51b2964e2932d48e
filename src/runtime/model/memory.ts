// Refuses a model that this machine can't hold, before anything of it is loaded.
import { totalmem } from "node:os";
import { HumanError } from "../../common/errors.ts";
import type { ModelFolder } from "./modelFolder.ts";

/** float32 weights. */
const frozenBytes = 4;
/** Each with its gradient and AdamW's two moments. */
const trainedBytes = 16;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * The least that computing with the model takes: its weights, and what training all of them adds. What a step
 * needs besides is `plan`'s to predict.
 * @param method null: nothing is trained.
 */
export function refuseTooLarge(
  model: Pick<ModelFolder, "name" | "parameterCount">,
  method: "lora" | "full" | null,
  memory = totalmem(),
): void {
  const perParameter = method === "full" ? trainedBytes : frozenBytes;
  const needed = model.parameterCount * perParameter;
  if (needed <= memory) return;
  const millions = Math.round(model.parameterCount / 1e6).toLocaleString("en");
  const what =
    method === "full"
      ? "to train all of them (value, gradient and two moments, float32)"
      : "to hold them as float32";
  const frozenFits = model.parameterCount * frozenBytes <= memory;
  throw new HumanError(
    `${model.name} has ${millions} million parameters and takes ${gigabytes(needed)} ${what}; this machine has ${gigabytes(memory)} of memory.`,
    {
      remedy:
        method === "full" && frozenFits
          ? "Train adapters instead (method: lora), choose a smaller model, or use a machine with more memory."
          : "Choose a smaller model, or use a machine with more memory.",
    },
  );
}
