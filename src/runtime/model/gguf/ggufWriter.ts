// Writes GGUF files (version 3): metadata, then tensors, with one tensor in memory at a time.
import { closeSync, fsyncSync, openSync } from "node:fs";
import { writeFully } from "../../../node/atomicWrite.ts";
import { blockSizes, type GgmlType, typeNumber } from "./ggmlTypes.ts";
import { defaultAlignment, type ValueType, valueTypes } from "./ggufFile.ts";
import { quantizeBlocks, type WrittenType } from "./quantizeBlocks.ts";

type ScalarName = "uint32" | "int32" | "float32" | "bool" | "string";
type Scalar = string | number | boolean;

export type MetadataEntry =
  | readonly [key: string, type: ScalarName, value: Scalar]
  | readonly [key: string, type: "array", element: ScalarName, values: readonly Scalar[]]
  /** A value as another file stores it, with the number of its type. */
  | readonly [key: string, type: "stored", bytes: Uint8Array];

export interface TensorToStore {
  readonly name: string;
  /** Row-major: [out, in] for linear layers. */
  readonly shape: readonly number[];
  readonly type: WrittenType;
  readonly values: () => Float32Array;
}

/** Number of values converted at a time: a multiple of every block. */
const pieceElements = 1 << 20;

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function scalar(type: ScalarName, value: Scalar): Buffer {
  if (type === "string") return text(String(value));
  if (type === "bool") return Buffer.of(value === true ? 1 : 0);
  const bytes = Buffer.alloc(4);
  if (type === "uint32") bytes.writeUInt32LE(Number(value));
  else if (type === "int32") bytes.writeInt32LE(Number(value));
  else bytes.writeFloatLE(Number(value));
  return bytes;
}

function typeOf(name: ValueType): Buffer {
  return uint32(valueTypes.findIndex(type => type.name === name));
}

function entryBytes(entry: MetadataEntry): Buffer {
  const key = text(entry[0]);
  if (entry[1] === "stored") return Buffer.concat([key, entry[2]]);
  if (entry[1] !== "array") return Buffer.concat([key, typeOf(entry[1]), scalar(entry[1], entry[2])]);
  const [, , element, values] = entry;
  const head = [key, typeOf("array"), typeOf(element), uint64(values.length)];
  return Buffer.concat([...head, ...values.map(value => scalar(element, value))]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((defaultAlignment - (length % defaultAlignment)) % defaultAlignment);
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Size of a tensor in bytes. */
function storedBytes(type: GgmlType, shape: readonly number[]): number {
  const { elements, bytes } = blockSizes[type];
  return (elementsOf(shape) / elements) * bytes;
}

function header(metadata: readonly MetadataEntry[], tensors: readonly TensorToStore[]): Buffer {
  const parts = [Buffer.from("GGUF"), uint32(3), uint64(tensors.length), uint64(metadata.length)];
  parts.push(...metadata.map(entryBytes));
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    const dimensions = [...shape].reverse().map(uint64);
    parts.push(text(name), uint32(shape.length), ...dimensions, uint32(typeNumber(type)), uint64(offset));
    const bytes = storedBytes(type, shape);
    offset += bytes + padding(bytes).length;
  }
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, padding(bytes.length)]);
}

function writeTensor(descriptor: number, { name, shape, type, values }: TensorToStore): void {
  const all = values();
  if (elementsOf(shape) !== all.length)
    throw new Error(`Tensor ${name}: shape [${shape.join(", ")}] with ${all.length} values.`);
  for (let from = 0; from < all.length; from += pieceElements)
    writeFully(descriptor, quantizeBlocks(type, all.subarray(from, from + pieceElements)));
  writeFully(descriptor, padding(storedBytes(type, shape)));
}

/**
 * Writes a new file. Yields to the event loop between tensors, so that cancel requests are processed.
 * @param onTensor Called after each tensor.
 */
export async function writeGguf(
  path: string,
  metadata: readonly MetadataEntry[],
  tensors: readonly TensorToStore[],
  onTensor: (name: string, bytesDone: number, bytesTotal: number) => void,
): Promise<void> {
  const total = tensors.reduce((sum, { type, shape }) => sum + storedBytes(type, shape), 0);
  let done = 0;
  const descriptor = openSync(path, "wx");
  try {
    writeFully(descriptor, header(metadata, tensors));
    for (const tensor of tensors) {
      writeTensor(descriptor, tensor);
      done += storedBytes(tensor.type, tensor.shape);
      onTensor(tensor.name, done, total);
      await new Promise(resolve => setImmediate(resolve));
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
