// The checkpoint of a run: one safetensors file with parameters, both moments, and the place in the data.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { checkpointFile, runFiles } from "../../core/run/records.ts";
import {
  openSafetensors,
  readTensorFloat32,
  type SafetensorsFile,
  writeSafetensors,
} from "../model/safetensors.ts";
import type { Parameters } from "../train/parameters.ts";
import type { StateSnapshot } from "../train/trainingState.ts";

/**
 * Where a training stands. Batches, and every random choice, are functions of the seed and of the step's
 * place (`seededRandom("epoch", seed, epoch)`): a step count is the whole random state.
 */
export interface CheckpointPlace {
  /** Steps done. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Zero-based epoch of the next step, and its place in that epoch; one past the last at the end. */
  readonly epoch: number;
  readonly batch: number;
  /** `trainingIdentity` of the run that wrote it. */
  readonly identity: string;
}

export interface StoredCheckpoint extends CheckpointPlace {
  readonly file: SafetensorsFile;
}

/** Layout of the file; a reader refuses others. */
const formatVersion = "1";
const parts = ["values", "mean", "square"] as const;

export function checkpointPath(runFolder: string): string {
  return join(runFolder, runFiles.checkpoint, checkpointFile);
}

export function hasCheckpoint(runFolder: string): boolean {
  return existsSync(checkpointPath(runFolder));
}

/** Atomic: the one before it stays until this one is on the disk. Equal states give equal bytes. */
export function writeCheckpoint(
  runFolder: string,
  slots: Parameters["slots"],
  state: StateSnapshot,
  place: CheckpointPlace,
): void {
  if (state.step !== place.step)
    throw new Error(`The optimizer has done ${state.step} steps, the run ${place.step}.`);
  const tensors = slots.flatMap(({ name, shape, from, to }) =>
    parts.map(part => ({
      name: `${part}/${name}`,
      dtype: "F32" as const,
      shape,
      data: state[part].subarray(from, to),
    })),
  );
  writeSafetensors(checkpointPath(runFolder), tensors, {
    format: "pt",
    checkpoint: formatVersion,
    step: String(place.step),
    steps: String(place.steps),
    epoch: String(place.epoch),
    batch: String(place.batch),
    identity: place.identity,
  });
}

const remedy = "Delete the run's checkpoint folder, and start the run anew.";

/** null: the run has none. @throws HumanError when there is one that can't be used. */
export function readCheckpoint(runFolder: string): StoredCheckpoint | null {
  if (!hasCheckpoint(runFolder)) return null;
  const file = openSafetensors(checkpointPath(runFolder));
  const { metadata } = file;
  if (metadata.checkpoint !== formatVersion)
    throw new HumanError(`${file.path} was written by another version of Pinch.`, { remedy });
  const count = (key: string): number => {
    const value = Number(metadata[key] ?? Number.NaN);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new HumanError(`${file.path} does not say its ${key}.`, { remedy });
  };
  return {
    file,
    step: count("step"),
    steps: count("steps"),
    epoch: count("epoch"),
    batch: count("batch"),
    identity: metadata.identity ?? "",
  };
}

/** @throws HumanError when a tensor is missing or has another shape. */
export function readState(
  { file, step }: StoredCheckpoint,
  slots: Parameters["slots"],
  size: number,
): StateSnapshot {
  const flat = (part: (typeof parts)[number]): Float32Array => {
    const values = new Float32Array(size);
    for (const { name, shape, from } of slots) {
      const stored = `${part}/${name}`;
      if (file.entries.get(stored)?.shape.join() !== shape.join())
        throw new HumanError(`${file.path} has no ${stored} of shape [${shape.join(", ")}].`, { remedy });
      values.set(readTensorFloat32(file, stored), from);
    }
    return values;
  };
  return { values: flat("values"), mean: flat("mean"), square: flat("square"), step };
}

/** Also takes away what an interrupted write left. */
export function removeCheckpoint(runFolder: string): void {
  rmSync(join(runFolder, runFiles.checkpoint), { recursive: true, force: true, maxRetries: 3 });
}
