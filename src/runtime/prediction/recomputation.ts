// Whether a run computes its layers again for their gradients: as the mixture file says, or as memory demands.
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { freeMemory } from "./freeMemory.ts";
import { type MemoryRequest, trainingMemory } from "./predictMemory.ts";

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
  memory: Omit<MemoryRequest, "checkpointing">,
  free = freeMemory(),
): CheckpointingChoice {
  const choice = (checkpointing: boolean): CheckpointingChoice => ({
    checkpointing,
    bytes: trainingMemory({ ...memory, checkpointing }),
  });
  if (gradientCheckpointing !== "auto") return choice(gradientCheckpointing === "on");
  const kept = choice(false);
  // What this process holds already is not free any more.
  return kept.bytes - memory.processBytes <= freeShare * free ? kept : choice(true);
}
