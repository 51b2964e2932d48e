// Checkpoints of a run: safetensors files with parameters, both moments, and the position in the data.
import { createHash, type Hash } from "node:crypto";
import { existsSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { updateRemedy } from "../../core/records/parsed.ts";
import { checkpointFile, earlierCheckpointFile, runFiles } from "../../core/records/records.ts";
import { renameWithRetry } from "../../node/atomicWrite.ts";
import { hashOfBytes, sha256OfFile } from "../../node/sha256.ts";
import { requireRunFolder } from "../files/runClaim.ts";
import {
  openSafetensors,
  readTensorFloat32,
  type SafetensorsFile,
  writeSafetensors,
} from "../model/safetensors.ts";
import type { Parameters } from "../train/parameters.ts";
import type { StateSnapshot } from "../train/trainingState.ts";

/**
 * Position of a training. Batches and all random choices are functions of the seed and of the step's position
 * (`seededRandom("epoch", seed, epoch)`), so a step count captures the whole random state.
 */
export interface CheckpointPlace {
  /** Number of completed steps. */
  readonly step: number;
  /** Total number of steps of the run. */
  readonly steps: number;
  /** Zero-based epoch of the next step, and its index in that epoch; at the end, one past the last. */
  readonly epoch: number;
  readonly batch: number;
  /** `trainingIdentity` of the run that wrote the checkpoint. */
  readonly identity: string;
}

export interface StoredCheckpoint extends CheckpointPlace {
  readonly file: SafetensorsFile;
}

/** Version of the file layout; readers reject all others. */
const formatVersion = "2";
const parts = ["values", "mean", "square"] as const;
const bestPart = "best";

/** Path of the newest checkpoint. */
export function checkpointPath(runFolder: string): string {
  return join(runFolder, runFiles.checkpoint, checkpointFile);
}

function earlierPath(runFolder: string): string {
  return join(runFolder, runFiles.checkpoint, earlierCheckpointFile);
}

/**
 * Writes a checkpoint and keeps the previous one, from which the run continues if this one turns out to be
 * damaged. The file contains a hash of its contents and of the steps in events.jsonl so far. Equal states
 * give equal bytes.
 * @param best Weights of the best step so far, with early stopping.
 */
export function writeCheckpoint(
  runFolder: string,
  slots: Parameters["slots"],
  state: StateSnapshot,
  place: CheckpointPlace,
  best: Float32Array | null = null,
): void {
  if (state.step !== place.step)
    throw new Error(`The optimizer has done ${state.step} steps, the run ${place.step}.`);
  const flats = [
    ...parts.map(part => [part, state[part]] as const),
    ...(best === null ? [] : [[bestPart, best] as const]),
  ];
  const tensors = slots.flatMap(({ name, shape, from, to }) =>
    flats.map(([part, flat]) => ({
      name: `${part}/${name}`,
      dtype: "F32" as const,
      shape,
      data: flat.subarray(from, to),
    })),
  );
  requireRunFolder(runFolder);
  const events = join(runFolder, runFiles.events);
  const eventBytes = statSync(events, { throwIfNoEntry: false })?.size ?? 0;
  const metadata = {
    format: "pt",
    checkpoint: formatVersion,
    step: String(place.step),
    steps: String(place.steps),
    epoch: String(place.epoch),
    batch: String(place.batch),
    identity: place.identity,
    eventBytes: String(eventBytes),
    events: eventBytes === 0 ? "" : sha256OfFile(events, eventBytes),
  };
  const hash = createHash("sha256");
  addFacts(hash, metadata);
  for (const { name, shape, data } of [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${name} ${shape.join()}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const path = checkpointPath(runFolder);
  if (existsSync(path)) renameWithRetry(path, earlierPath(runFolder));
  writeSafetensors(path, tensors, { ...metadata, sha256: hash.digest("hex") });
}

function addFacts(hash: Hash, { sha256: _, ...facts }: Readonly<Record<string, string>>): void {
  hash.update(JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))));
}

const remedy = "Delete the run's checkpoint folder and start a new run.";

export interface CheckpointChoice {
  /** Receives a warning if a damaged checkpoint is skipped in favor of the previous one. */
  readonly passedOver?: (message: string) => void;
  /**
   * Relates the identity in a checkpoint to the run: its own, that of a training it has completed, or that of
   * another run. By default, every checkpoint is its own.
   */
  readonly of?: (identity: string) => "own" | "behind" | "other";
}

/**
 * Returns the newest intact checkpoint; null if the run has none.
 * @throws HumanError if there are checkpoints, but none is usable
 */
export function readCheckpoint(
  runFolder: string,
  { passedOver = () => undefined, of = () => "own" }: CheckpointChoice = {},
): StoredCheckpoint | null {
  const paths = [checkpointPath(runFolder), earlierPath(runFolder)].filter(path => existsSync(path));
  const faults: HumanError[] = [];
  for (const path of paths) {
    try {
      const stored = readOne(path);
      const whose = of(stored.identity);
      if (whose === "behind") return null;
      if (whose === "other")
        throw new HumanError(`The checkpoint in ${basename(runFolder)} belongs to another run.`, {
          remedy: "Start a new run without resuming.",
        });
      requireEvents(stored.file, join(runFolder, runFiles.events));
      for (const { message } of faults)
        passedOver(`${message} The run continues from the previous checkpoint, after step ${stored.step}.`);
      return stored;
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      faults.push(error);
    }
  }
  const [first] = faults;
  if (first === undefined) return null;
  throw new HumanError(faults.map(({ message }) => message).join(" "), { remedy: first.remedy });
}

/** Requires the steps before the checkpoint to be those that the run wrote. */
function requireEvents({ path, metadata }: SafetensorsFile, events: string): void {
  const bytes = countOf(path, metadata, "eventBytes");
  const found = statSync(events, { throwIfNoEntry: false })?.size ?? 0;
  if (found >= bytes && (bytes === 0 || sha256OfFile(events, bytes) === metadata.events)) return;
  throw new HumanError(`${events} was changed: the steps before ${path} are not those that the run wrote.`, {
    remedy: "Restore it from a copy, or start a new run.",
  });
}

function countOf(path: string, metadata: SafetensorsFile["metadata"], key: string): number {
  const value = Number(metadata[key] ?? Number.NaN);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new HumanError(`${path} does not say its ${key}.`, { remedy });
}

function readOne(path: string): StoredCheckpoint {
  const file = openSafetensors(path);
  const { metadata } = file;
  if (metadata.checkpoint !== formatVersion) {
    const newer = Number(metadata.checkpoint) > Number(formatVersion);
    throw new HumanError(`${path} was written by ${newer ? "a newer" : "an older"} version of Pinch.`, {
      remedy: newer ? updateRemedy : remedy,
    });
  }
  const hash = createHash("sha256");
  addFacts(hash, metadata);
  for (const name of [...file.entries.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    const { shape, offset, length } = file.entries.get(name) ?? { shape: [], offset: 0, length: 0 };
    hash.update(`${name} ${shape.join()}\n`);
    hashOfBytes(hash, path, offset, offset + length);
  }
  if (hash.digest("hex") !== metadata.sha256)
    throw new HumanError(`${path} is damaged: its contents do not match its hash.`, { remedy });
  const count = (key: string): number => countOf(path, metadata, key);
  return {
    file,
    step: count("step"),
    steps: count("steps"),
    epoch: count("epoch"),
    batch: count("batch"),
    identity: metadata.identity ?? "",
  };
}

/** @throws HumanError if a tensor is missing or has another shape. */
export function readState(
  { file, step }: StoredCheckpoint,
  slots: Parameters["slots"],
  size: number,
): StateSnapshot {
  const flat = (part: (typeof parts)[number]): Float32Array => readPart(file, part, slots, size);
  return { values: flat("values"), mean: flat("mean"), square: flat("square"), step };
}

/**
 * Reads the weights of the best step so far.
 * @throws HumanError if a tensor is missing or has another shape.
 */
export function readBest({ file }: StoredCheckpoint, slots: Parameters["slots"], size: number): Float32Array {
  return readPart(file, bestPart, slots, size);
}

function readPart(
  file: SafetensorsFile,
  part: string,
  slots: Parameters["slots"],
  size: number,
): Float32Array {
  const values = new Float32Array(size);
  for (const { name, shape, from } of slots) {
    const stored = `${part}/${name}`;
    if (file.entries.get(stored)?.shape.join() !== shape.join())
      throw new HumanError(`${file.path} has no ${stored} of shape [${shape.join(", ")}].`, { remedy });
    values.set(readTensorFloat32(file, stored), from);
  }
  return values;
}

/** Deletes the checkpoints of a run, including the remains of an interrupted write. */
export function removeCheckpoint(runFolder: string): void {
  rmSync(join(runFolder, runFiles.checkpoint), { recursive: true, force: true, maxRetries: 3 });
}
