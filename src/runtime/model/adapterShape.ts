// What a LoRA training adapts, as graphs describe it.
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import type { AdapterShape } from "../../graph/nn/weights.ts";

export function adapterShapeOf({
  lora,
  embeddings,
}: Pick<TrainingSpec, "lora" | "embeddings">): AdapterShape {
  return embeddings === undefined ? lora : { ...lora, embeddings };
}
