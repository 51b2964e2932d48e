// A temporary folder where graphs lie beside the weights they point to.
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
import type { BaseWeights, TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import type { ExternalData } from "../../graph/builder.ts";
import { headName, linearLayers } from "../../graph/nn/decoder.ts";
import type { QuantizedWeight, StoredWeight, WeightPlan } from "../../graph/nn/weights.ts";
import { writeFully } from "../files/atomicWrite.ts";
import type { ModelFolder, ModelTensor } from "../model/modelFolder.ts";
import { canQuantize, quantize } from "../model/quantize.ts";
import { claimFolder, graphFolderPrefix } from "./staleFolders.ts";

/** Of `int4` models too: their embedding is read row by row, which 4 bits don't allow, and their head is sensitive. */
const headBits = 8;

/** Where tensors start in a file that is written here: a multiple of this, for any element type. */
const alignment = 64;

/** The part of a model that its weights come from. */
export type HeldModel = Pick<ModelFolder, "config" | "tensors" | "readTensor">;

/** A file of the model was written over while it was in use: what was computed since is of no one model. */
export class ModelChanged extends HumanError {}

/** The runtime refuses external data outside the graph's folder, also behind symbolic links: weights are hard-linked. */
export class GraphFolder {
  readonly path: string;
  readonly stored: ReadonlyMap<string, StoredWeight>;
  readonly quantized: ReadonlyMap<string, QuantizedWeight>;
  /** Files of the model that are read from where they lie, as they were when the graphs were made. */
  readonly #mapped: MappedFile[] = [];

  /**
   * Nothing stays of one that can't be filled.
   * @param base How the weights are held: as they are, or rounded to integers of 4 or 8 bits.
   * @throws HumanError of what the system refuses
   */
  constructor(model: HeldModel, base: BaseWeights = "float") {
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

  #fill(model: HeldModel, base: BaseWeights): Pick<GraphFolder, "stored" | "quantized"> {
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
      file.close();
    }
  }

  /** Frozen weights of this folder, with adapters of a rank; 0 = none. */
  frozen(rank: number, alpha: number): WeightPlan {
    return { kind: "frozen", stored: this.stored, quantized: this.quantized, rank, alpha };
  }

  /** What a training specification trains, over this folder's weights. */
  planOf({ method, lora }: Pick<TrainingSpec, "method" | "lora">): WeightPlan {
    return method === "full" ? { kind: "full" } : this.frozen(lora.rank, lora.alpha);
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
   * Comes before anything is kept of what was computed over the model's own files: their bytes are read as they are
   * needed, and one that is written over in place changes a computation that is under way.
   * @throws ModelChanged with the file's name
   */
  requireSameModel(): void {
    const changed = this.#mapped.find(file => file.hasChanged());
    if (changed === undefined) return;
    throw new ModelChanged(
      `${changed.path} was changed while it was in use: what was computed is of no one model.`,
      {
        kind: "run",
        remedy: "Bring the model's files back as they were, and run the mixture again.",
      },
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }

  /** Tensors that a graph can read straight from the model's own files. */
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

/** Which matrices are quantised, and to how many bits. */
export function bitsOf(model: Pick<ModelFolder, "config">, base: "int4" | "int8"): Map<string, 4 | 8> {
  const { decoder } = model.config;
  const bits = new Map<string, 4 | 8>();
  for (const { name, in: columns } of linearLayers(decoder))
    if (canQuantize(columns)) bits.set(`${name}.weight`, base === "int4" ? 4 : 8);
  if (canQuantize(decoder.hiddenSize)) {
    bits.set("model.embed_tokens.weight", headBits);
    bits.set(headName(decoder), headBits);
  }
  return bits;
}

/** A file of tensors, one after the other. */
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

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
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

/** Another file system, or one without links, costs a copy. In the Hub cache, files are links to others. */
function linkOrCopy(from: string, to: string): "linked" | "copied" {
  try {
    linkSync(realpathSync(from), to);
    return "linked";
  } catch {
    copyFileSync(from, to);
    return "copied";
  }
}

/** A file that is known by two names. One that is put in its place, or deleted, leaves what is read here alone. */
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
