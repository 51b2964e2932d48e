// Settings that would lower the memory of a training, each with what it would need.
import { formatBytes } from "../../common/byteSize.ts";
import { listed } from "../../common/words.ts";
import type { TrainingPlan } from "../train/trainingPlan.ts";
import { type MemoryRequest, trainingMemory } from "./predictMemory.ts";

/** A setting is named if it saves at least this share. */
const worthwhile = 0.05;

interface TriedTraining extends MemoryRequest {
  readonly training: TrainingPlan;
  readonly spec: MemoryRequest["spec"];
}

/** @param request Training that ran out of memory. */
export function memoryRemedy(request: TriedTraining): string {
  const needed = trainingMemory(request);
  const helpful = changesOf(request)
    .map(([setting, change]) => ({ setting, bytes: trainingMemory(change) }))
    .filter(({ bytes }) => bytes < (1 - worthwhile) * needed)
    .map(({ setting, bytes }) => `${formatBytes(bytes)} with ${setting}`);
  const { rowLength, rowsPerMicroBatch } = request.training;
  const shorter =
    rowsPerMicroBatch > 1
      ? "less with a lower train.batchTokens"
      : `less with train.maxTokens below ${rowLength}`;
  return `Training needs about ${formatBytes(needed)}. It would need ${listed([...helpful, shorter])}.`;
}

function changesOf(request: TriedTraining): (readonly [setting: string, TriedTraining])[] {
  const { spec, recomputation } = request;
  const checkpointing = ["train.gradientCheckpointing: on", { ...request, recomputation: true }] as const;
  const bases = (["int8", "int4"] as const).map(
    base => [`train.base: ${base}`, { ...request, spec: { ...spec, base } }] as const,
  );
  const { embeddings, ...adapters } = spec;
  const alone = ["train.embeddings: false", { ...request, spec: adapters }] as const;
  return [
    ...(embeddings === undefined ? [] : [alone]),
    ...(recomputation ? [] : [checkpointing]),
    ...(spec.method === "full" ? [] : bases),
  ];
}
