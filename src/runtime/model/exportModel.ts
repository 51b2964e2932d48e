// Exports tuned models: adapters merged into their base, in shards, with one tensor in memory at a time.
import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import {
  type AdapterShape,
  adapterScale,
  headCopies,
  magnitudeName,
  savedName,
} from "../../graph/nn/weights.ts";
import { writeFully } from "../../node/atomicWrite.ts";
import type { ExportDtype, GgufDtype } from "../../protocol/runtime.ts";
import type { ModelFolder } from "./modelFolder.ts";
import {
  readTensorFloat32,
  readTensorParts,
  type SafetensorsFile,
  safetensorsLayout,
  type TensorToWrite,
  writeValues,
} from "./safetensors.ts";

const dtypes = { float32: "F32", float16: "F16", bfloat16: "BF16" } as const;
const bytesPerValue = { float32: 4, float16: 2, bfloat16: 2 } as const;
/** Smallest magnitude that float16 rounds to infinity. */
const float16Overflow = 65520;

/** Tensor of the exported model. Its values are computed when it is written. */
export interface ExportedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  values(): Float32Array;
  /** The same in parts, where the whole may be large; absent = as one. */
  parts?(): Iterable<Float32Array>;
}

/**
 * Adds the low-rank product in place: `weight += scale · B · A`, summed in float64 and rounded to float32
 * once. With magnitudes (DoRA), each row of the sum gets that length.
 * @param weight [out, in]
 * @param a [rank, in]
 * @param b [out, rank]
 * @param magnitudes [out], or null
 */
function addLowRank(
  weight: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rank: number,
  scale: number,
  magnitudes: Float32Array | null,
): void {
  const columns = a.length / rank;
  const rows = b.length / rank;
  const delta = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    delta.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = b[row * rank + k] as number;
      const from = k * columns;
      for (let i = 0; i < columns; i++) delta[i] = (delta[i] as number) + factor * (a[from + i] as number);
    }
    const from = row * columns;
    let squares = 0;
    for (let i = 0; i < columns; i++) {
      const sum = (weight[from + i] as number) + scale * (delta[i] as number);
      delta[i] = sum;
      squares += sum * sum;
    }
    const factor = magnitudes === null ? 1 : (magnitudes[row] as number) / Math.sqrt(squares);
    for (let i = 0; i < columns; i++) weight[from + i] = (delta[i] as number) * factor;
  }
}

/** Returns every tensor of the base model, with the adapter's product added where there is one. */
export function mergedTensors(
  base: ModelFolder,
  adapter: SafetensorsFile,
  lora: AdapterShape,
): ExportedTensor[] {
  const { rank } = lora;
  const left = new Set(adapter.entries.keys());
  for (const copy of headCopies(base.config.decoder)) left.delete(copy);
  const tensors = [...base.tensors].map(([name, { shape }]) => {
    const requireShape = (tensor: string, expected: readonly number[]): void => {
      if (adapter.entries.get(tensor)?.shape.join() === expected.join()) return;
      throw new HumanError(`${adapter.path} does not fit ${name} [${shape.join(", ")}] of ${base.name}.`, {
        remedy: "Choose the base model that the run was trained on.",
      });
    };
    const saved = savedName(name);
    if (adapter.entries.has(saved)) {
      left.delete(saved);
      requireShape(saved, shape);
      return { name, shape, values: () => readTensorFloat32(adapter, saved) };
    }
    const layer = name.replace(/\.weight$/, "");
    const [aName, bName] = ["A", "B"].map(side => `base_model.model.${layer}.lora_${side}.weight`);
    if (aName === undefined || bName === undefined || !adapter.entries.has(aName))
      return {
        name,
        shape,
        values: () => base.readTensor(name),
        parts: () => base.readParts?.(name) ?? [base.readTensor(name)],
      };
    left.delete(aName);
    left.delete(bName);
    const [out = 0, width = 0] = shape;
    requireShape(aName, [rank, width]);
    requireShape(bName, [out, rank]);
    const mName = lora.dora === true ? magnitudeName(layer) : null;
    if (mName !== null) {
      left.delete(mName);
      requireShape(mName, [out]);
    }
    const values = (): Float32Array => {
      const weight = base.readTensor(name);
      const [a, b] = [readTensorFloat32(adapter, aName), readTensorFloat32(adapter, bName)];
      const magnitudes = mName === null ? null : readTensorFloat32(adapter, mName);
      addLowRank(weight, a, b, rank, adapterScale(lora), magnitudes);
      return weight;
    };
    return { name, shape, values };
  });
  const [unused] = left;
  if (unused !== undefined)
    throw new HumanError(`${adapter.path} has ${unused}, for which ${base.name} has no weight.`, {
      remedy: "Choose the base model that the run was trained on.",
    });
  return tensors;
}

/** Returns the tensors of a fully trained model, in the order of the base. */
export function storedTensors(base: ModelFolder, file: SafetensorsFile): ExportedTensor[] {
  return [...base.tensors].map(([name, { shape }]) => ({
    name,
    shape,
    values: () => readTensorFloat32(file, name),
    parts: () => readTensorParts(file, name),
  }));
}

function sizeOf({ shape }: ExportedTensor, dtype: ExportDtype): number {
  return shape.reduce((product, size) => product * size, bytesPerValue[dtype]);
}

/**
 * Divides tensors into shards in the order given, each as full as possible. A tensor larger than a shard gets
 * one of its own.
 */
export function shardsOf(
  tensors: readonly ExportedTensor[],
  dtype: ExportDtype,
  maxBytes: number,
): ExportedTensor[][] {
  const shards: ExportedTensor[][] = [];
  let left = 0;
  for (const tensor of tensors) {
    const bytes = sizeOf(tensor, dtype);
    const current = shards.at(-1);
    if (current === undefined || bytes > left) {
      shards.push([tensor]);
      left = maxBytes - bytes;
    } else {
      current.push(tensor);
      left -= bytes;
    }
  }
  return shards;
}

/** @throws HumanError for values that are not finite, or that the data type can't hold */
export function requireFinite(name: string, values: Float32Array, dtype: GgufDtype): void {
  const halves = dtype === "float16" || dtype === "q8_0"; // whose scales and short rows are float16
  const limit = halves ? float16Overflow : Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Math.abs(value) < limit) continue;
    if (!Number.isFinite(value))
      throw new HumanError(`${name} holds ${value}: the training diverged.`, {
        remedy: "Run the mixture again, with a lower train.learningRate.",
      });
    throw new HumanError(`${name} holds ${value}, which is too large for ${dtype}.`, {
      remedy: "Choose bfloat16 or float32.",
    });
  }
}

/**
 * Writes model.safetensors, or shards with their index. Yields to the event loop between tensors, so that
 * cancel requests are processed.
 */
export async function writeWeights(
  folder: string,
  tensors: readonly ExportedTensor[],
  dtype: ExportDtype,
  maxShardBytes: number,
  onTensor: (name: string, bytesDone: number, bytesTotal: number) => void,
): Promise<void> {
  const shards = shardsOf(tensors, dtype, maxShardBytes);
  const total = tensors.reduce((sum, tensor) => sum + sizeOf(tensor, dtype), 0);
  const nameOf = (index: number): string =>
    shards.length === 1
      ? "model.safetensors"
      : `model-${String(index + 1).padStart(5, "0")}-of-${String(shards.length).padStart(5, "0")}.safetensors`;
  let done = 0;
  for (const [index, shard] of shards.entries()) {
    const written = shard.map((tensor): TensorToWrite => {
      const data = function* (): Generator<Float32Array, void> {
        for (const part of tensor.parts?.() ?? [tensor.values()]) {
          requireFinite(tensor.name, part, dtype);
          yield part;
        }
      };
      return { name: tensor.name, shape: tensor.shape, dtype: dtypes[dtype], data };
    });
    const { head, order } = safetensorsLayout(written, { format: "pt" });
    const descriptor = openSync(join(folder, nameOf(index)), "wx");
    try {
      writeFully(descriptor, head);
      for (const tensor of order) {
        writeValues(descriptor, tensor);
        done += tensor.shape.reduce((product, size) => product * size, bytesPerValue[dtype]);
        onTensor(tensor.name, done, total);
        await new Promise(resolve => setImmediate(resolve));
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
  if (shards.length === 1) return;
  const map = shards.flatMap((shard, index) => shard.map(({ name }) => [name, nameOf(index)] as const));
  const index = {
    metadata: { total_size: total },
    weight_map: Object.fromEntries(map.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  writeFileSync(join(folder, "model.safetensors.index.json"), `${JSON.stringify(index, null, 2)}\n`);
}
