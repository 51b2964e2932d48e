// Whether a run computes its layers again for their gradients: as the mixture file says, or as memory demands.
import { freemem } from "node:os";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { type TrainingMemory, trainingMemory } from "./predict.ts";

/** Share of free memory that training may take before layers are computed again; the rest is other programs'. */
const freeShare = 0.7;

export interface CheckpointingChoice {
  readonly checkpointing: boolean;
  /** Predicted bytes at the peak of training. */
  readonly bytes: number;
}

/** The result of training is the same either way, to the last bit. */
export function chooseCheckpointing(
  { gradientCheckpointing }: Pick<TrainingSpec, "gradientCheckpointing">,
  memory: Omit<TrainingMemory, "checkpointing">,
  free = freemem(),
): CheckpointingChoice {
  const choice = (checkpointing: boolean): CheckpointingChoice => ({
    checkpointing,
    bytes: trainingMemory({ ...memory, checkpointing }),
  });
  if (gradientCheckpointing !== "auto") return choice(gradientCheckpointing === "on");
  const kept = choice(false);
  return kept.bytes <= freeShare * free ? kept : choice(true);
}
