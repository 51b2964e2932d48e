// Chooses whether to recompute layers for their gradients, as the mixture file says or as memory requires.
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { freeMemory } from "./freeMemory.ts";
import { type MemoryRequest, trainingMemory } from "./predictMemory.ts";

/**
 * Share of free memory that training may take before layers are recomputed; the rest is for other programs.
 */
const freeShare = 0.7;

export interface RecomputationChoice {
  readonly recomputation: boolean;
  /** Predicted bytes at the peak of training. */
  readonly bytes: number;
}

/** The result of training is the same either way, to the last bit. */
export function chooseRecomputation(
  { gradientCheckpointing }: Pick<TrainingSpec, "gradientCheckpointing">,
  memory: Omit<MemoryRequest, "recomputation">,
  free = freeMemory(),
): RecomputationChoice {
  const choice = (recomputation: boolean): RecomputationChoice => ({
    recomputation,
    bytes: trainingMemory({ ...memory, recomputation }),
  });
  if (gradientCheckpointing !== "auto") return choice(gradientCheckpointing === "on");
  const kept = choice(false);
  // Memory that this process already holds no longer counts as free.
  return kept.bytes - memory.processBytes <= freeShare * free ? kept : choice(true);
}
