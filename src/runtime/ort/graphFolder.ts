// Temporary folder in which graphs are stored next to the weights they refer to.
import {
  closeSync,
  copyFileSync,
  linkSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import type { TrainingSpec, WeightFormat } from "../../core/mixture/mixtureFile.ts";
import { embeddingName, headName } from "../../graph/nn/decoderConfig.ts";
import { linearLayers } from "../../graph/nn/decoderWeights.ts";
import type { AdapterShape, QuantizedWeight, StoredWeight, WeightPlan } from "../../graph/nn/weights.ts";
import type { ExternalData } from "../../graph/tape/builder.ts";
import { writeFully } from "../../node/atomicWrite.ts";
import { adapterShapeOf } from "../model/adapterShape.ts";
import type { ModelFolder, ModelTensor } from "../model/modelFolder.ts";
import { canQuantize, quantize } from "../model/quantize.ts";
import { claimFolder, graphFolderPrefix } from "./staleFolders.ts";

/**
 * Bits of the embedding and the output head, also in `int4` models: the embedding is read row by row, which 4
 * bits don't allow, and the head is sensitive.
 */
const headBits = 8;

/** Alignment of tensors in files written here, in bytes; sufficient for every element type. */
const alignment = 64;

/** Part of a model that provides its weights. */
export type HeldModel = Pick<ModelFolder, "config" | "tensors" | "readTensor">;

/** A model file was overwritten while in use, so results computed since then belong to no single model. */
export class ModelChanged extends HumanError {}

/**
 * Folder for graphs. Weights are hard-linked into it, because the runtime rejects external data outside the
 * graph's folder, even through symbolic links.
 */
export class GraphFolder {
  readonly path: string;
  readonly stored: ReadonlyMap<string, StoredWeight>;
  readonly quantized: ReadonlyMap<string, QuantizedWeight>;
  /** Model files that are read in place, in their state when the graphs were written. */
  readonly #mapped: MappedFile[] = [];

  /**
   * Creates the folder. If it cannot be filled, it is removed.
   * @param base Format of the weights: unchanged, or rounded to integers of 4 or 8 bits.
   * @throws HumanError if the operating system refuses
   */
  constructor(model: HeldModel, base: WeightFormat = "float") {
    this.path = temporaryFolder();
    try {
      claimFolder(this.path);
      const weights = this.#fill(model, base);
      this.stored = weights.stored;
      this.quantized = weights.quantized;
    } catch (error) {
      this.remove();
      throw refused(error, `The model's weights can't be laid out in ${this.path}`);
    }
  }

  #fill(model: HeldModel, base: WeightFormat): Pick<GraphFolder, "stored" | "quantized"> {
    const bits = base === "float" ? new Map<string, 4 | 8>() : bitsOf(model, base);
    const file = new WeightFile(this.path, "weights-converted.bin");
    try {
      const quantized = new Map(
        [...bits].map(([name, width]) => [name, file.addQuantized(model, name, width)]),
      );
      const others = [...model.tensors.values()].filter(({ name }) => !bits.has(name));
      const linked = this.#link(others);
      const converted = others
        .filter(({ stored }) => stored === null)
        .map(({ name }): [string, StoredWeight] => [name, file.addFloats(model.readTensor(name))]);
      return { quantized, stored: new Map([...linked, ...converted]) };
    } finally {
      // Node would collect what was read of the weights during training, after its peak of memory.
      if (file.close()) globalThis.gc?.();
    }
  }

  /** Plan with this folder's weights frozen, by default without adapters. */
  frozen(adapters: AdapterShape = { rank: 0, alpha: 0 }): WeightPlan {
    return { kind: "frozen", stored: this.stored, quantized: this.quantized, ...adapters };
  }

  /** Plan for a training specification over this folder's weights. */
  planOf(spec: Pick<TrainingSpec, "method" | "lora" | "embeddings">): WeightPlan {
    return spec.method === "full" ? { kind: "full" } : this.frozen(adapterShapeOf(spec));
  }

  /** Writes a graph and returns its path. */
  write(name: string, model: Uint8Array): string {
    const path = join(this.path, `${name}.onnx`);
    try {
      writeFileSync(path, model);
    } catch (error) {
      throw refused(error, `${path} can't be written`);
    }
    return path;
  }

  /**
   * Call before keeping anything computed from the model's own files: their bytes are read on demand, so a
   * file that is overwritten in place changes a computation in progress.
   * @throws ModelChanged with the name of the file
   */
  requireSameModel(): void {
    const changed = this.#mapped.find(file => file.hasChanged());
    if (changed === undefined) return;
    throw new ModelChanged(
      `${changed.path} changed while it was in use: the results belong to no single model.`,
      {
        kind: "run",
        remedy: "Restore the model's files, and run the mixture again.",
      },
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }

  /** Links tensors that a graph can read directly from the model's own files. */
  #link(tensors: readonly ModelTensor[]): Map<string, StoredWeight> {
    const locations = new Map<string, string>();
    const linked = new Map<string, StoredWeight>();
    for (const { name, stored: where } of tensors) {
      if (where === null) continue;
      const location = locations.get(where.path) ?? `weights-${locations.size}.bin`;
      if (!locations.has(where.path) && linkOrCopy(where.path, join(this.path, location)) === "linked")
        this.#mapped.push(new MappedFile(where.path, join(this.path, location)));
      locations.set(where.path, location);
      linked.set(name, { dtype: where.dtype, location, offset: where.offset, length: where.length });
    }
    return linked;
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), graphFolderPrefix));
  } catch (error) {
    throw refused(error, `A temporary folder can't be created in ${tmpdir()}`);
  }
}

function refused(error: unknown, failed: string): unknown {
  return systemError(error, failed, "TMPDIR (on Windows: TEMP) may name another folder.") ?? error;
}

/** Matrices to quantise, with their number of bits. */
export function bitsOf(model: Pick<ModelFolder, "config">, base: "int4" | "int8"): Map<string, 4 | 8> {
  const { decoder } = model.config;
  const bits = new Map<string, 4 | 8>();
  for (const { name, in: columns } of linearLayers(decoder))
    if (canQuantize(columns)) bits.set(`${name}.weight`, base === "int4" ? 4 : 8);
  if (canQuantize(decoder.hiddenSize)) {
    bits.set(embeddingName(decoder), headBits);
    bits.set(headName(decoder), headBits);
  }
  return bits;
}

/** File of consecutive tensors. */
class WeightFile {
  #offset = 0;
  #descriptor: number | null = null;
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  addFloats(values: Float32Array): StoredWeight {
    return { dtype: "float32", ...this.#add(values) };
  }

  addQuantized(model: HeldModel, name: string, bits: 4 | 8): QuantizedWeight {
    const { values, scales, least } = quantize(model.readTensor(name), bits);
    return { bits, values: this.#add(values), scales: this.#add(scales), least: this.#add(least) };
  }

  /** Returns whether anything was written. */
  close(): boolean {
    if (this.#descriptor === null) return false;
    closeSync(this.#descriptor);
    return true;
  }

  #add(data: Float32Array | Uint16Array | Uint8Array): ExternalData {
    this.#descriptor ??= openSync(join(this.#folder, this.#name), "w");
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const filler = (alignment - (bytes.length % alignment)) % alignment;
    const place = { location: this.#name, offset: this.#offset, length: bytes.length };
    writeFully(this.#descriptor, bytes);
    writeFully(this.#descriptor, new Uint8Array(filler));
    this.#offset += bytes.length + filler;
    return place;
  }
}

/**
 * Links a file, or copies it if it is on another file system or on one without links. In the Hub cache, files
 * are symbolic links.
 */
function linkOrCopy(from: string, to: string): "linked" | "copied" {
  try {
    linkSync(realpathSync(from), to);
    return "linked";
  } catch {
    copyFileSync(from, to);
    return "copied";
  }
}

/** File with a second name. Replacing or deleting the original does not affect what is read here. */
class MappedFile {
  readonly path: string;
  readonly #link: string;
  readonly #stamp: string;

  constructor(path: string, link: string) {
    this.path = path;
    this.#link = link;
    this.#stamp = stampOf(link);
  }

  hasChanged(): boolean {
    return stampOf(this.#link) !== this.#stamp;
  }
}

function stampOf(path: string): string {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return `${size} ${mtimeNs}`;
}
