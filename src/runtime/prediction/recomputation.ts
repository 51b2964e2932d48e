// Chooses whether to recompute layers for their gradients, as the mixture file says or as memory requires.
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { freeMemory } from "./freeMemory.ts";
import { type MemoryRequest, trainingMemory } from "./predictMemory.ts";

/**
 * Share of free memory that training may take before layers are recomputed; the rest is for other programs.
 */
const freeShare = 0.7;

export interface CheckpointingChoice {
  readonly checkpointing: boolean;
  /** Predicted peak bytes of training. */
  readonly bytes: number;
}

/** Recomputation does not change the result of training, not even the last bit. */
export function chooseCheckpointing(
  { gradientCheckpointing }: Pick<TrainingSpec, "gradientCheckpointing">,
  memory: Omit<MemoryRequest, "checkpointing">,
  free = freeMemory(),
): CheckpointingChoice {
  const choice = (checkpointing: boolean): CheckpointingChoice => ({
    checkpointing,
    bytes: trainingMemory({ ...memory, checkpointing }),
  });
  if (gradientCheckpointing !== "auto") return choice(gradientCheckpointing === "on");
  const kept = choice(false);
  // Memory that this process already holds no longer counts as free.
  return kept.bytes - memory.processBytes <= freeShare * free ? kept : choice(true);
}
