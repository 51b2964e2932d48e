// Opens a GGUF file (version 2 or 3, little-endian): its metadata and the locations of its tensors.

import { closeSync, fstatSync, readSync } from "node:fs";
import { HumanError } from "../../../common/errors.ts";
import { systemError } from "../../../common/systemErrors.ts";
import { openRegularFile } from "../../../node/ownFile.ts";
import { dequantize } from "./dequantize.ts";
import { blockSizes, type GgmlType, readableType, typeName } from "./ggmlTypes.ts";
import { damaged, GgufReader } from "./ggufReader.ts";

interface GgufArray {
  readonly type: ValueType;
  readonly count: number;
  /** Position of the first element, in bytes from the start of the file. */
  readonly offset: number;
  readonly length: number; // bytes
}

type GgufValue = string | number | boolean | bigint | GgufArray;

export interface GgufTensor {
  readonly name: string;
  /** Row-major: [out, in] for linear layers (the file stores the reverse order). */
  readonly shape: readonly number[];
  /** Element type; null if `typeName` is not supported. */
  readonly type: GgmlType | null;
  readonly typeName: string;
  /** Position in bytes from the start of the file. */
  readonly offset: number;
  /** Size in bytes; 0 for an unsupported type. */
  readonly length: number;
}

export interface GgufFile {
  readonly path: string;
  readonly size: number; // bytes
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Location of each key's value, from the number of its type on. */
  readonly places: ReadonlyMap<string, { readonly offset: number; readonly length: number }>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** Maximum number of tensors. More indicate a damaged file: the largest models have a few thousand. */
const maxTensors = 1_000_000;
const maxKeys = 100_000;
/** Maximum bytes of a string; chat templates take a few KiB. */
const maxStringBytes = 64 * 1024 * 1024;
/** Maximum number of dimensions, set by ggml. */
const maxDimensions = 4;
export const defaultAlignment = 32;
/** Bytes of a tensor read at a time, rounded down to whole blocks. */
const pieceBytes = 4 * 1024 * 1024;

/**
 * Value types by number in the file, with the size of one value in bytes; strings and arrays have no fixed
 * size.
 */
export const valueTypes = [
  { name: "uint8", bytes: 1 },
  { name: "int8", bytes: 1 },
  { name: "uint16", bytes: 2 },
  { name: "int16", bytes: 2 },
  { name: "uint32", bytes: 4 },
  { name: "int32", bytes: 4 },
  { name: "float32", bytes: 4 },
  { name: "bool", bytes: 1 },
  { name: "string", bytes: 0 },
  { name: "array", bytes: 0 },
  { name: "uint64", bytes: 8 },
  { name: "int64", bytes: 8 },
  { name: "float64", bytes: 8 },
] as const;

export type ValueType = (typeof valueTypes)[number]["name"];

function valueType(reader: GgufReader, key: string): (typeof valueTypes)[number] {
  const number = reader.uint32();
  const type = valueTypes[number];
  if (type === undefined) return reader.fail(`key ${key} has the unknown value type ${number}`);
  return type;
}

function readScalar(reader: GgufReader, type: Exclude<ValueType, "array">): GgufValue {
  if (type === "string") return reader.string(maxStringBytes);
  return reader.scalar(type);
}

function skipArray(reader: GgufReader, key: string): GgufArray {
  const { name, bytes } = valueType(reader, key);
  if (name === "array")
    return reader.fail(`key ${key} is an array of arrays, which no model of a supported kind has`);
  const count = reader.count(name === "string" ? 8 : bytes, `key ${key}`);
  const offset = reader.position;
  if (name === "string") for (let i = 0; i < count; i++) reader.skipString();
  else reader.skip(count * bytes);
  return { type: name, count, offset, length: reader.position - offset };
}

function readMetadata(reader: GgufReader, count: number): Pick<GgufFile, "metadata" | "places"> {
  const metadata = new Map<string, GgufValue>();
  const places = new Map<string, { offset: number; length: number }>();
  for (let i = 0; i < count; i++) {
    const key = reader.string(65_535);
    if (metadata.has(key)) reader.fail(`key ${JSON.stringify(key)} is there twice`);
    const offset = reader.position;
    const { name } = valueType(reader, key);
    metadata.set(key, name === "array" ? skipArray(reader, key) : readScalar(reader, name));
    places.set(key, { offset, length: reader.position - offset });
  }
  return { metadata, places };
}

interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly typeNumber: number;
  readonly offset: number;
}

function readTensorInfo(reader: GgufReader): TensorInfo {
  const name = reader.string(65_535);
  const dimensions = reader.uint32();
  if (dimensions === 0 || dimensions > maxDimensions)
    reader.fail(`tensor ${name} has ${dimensions} dimensions`);
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.unshift(reader.size(`a dimension of tensor ${name}`));
  return { name, shape, typeNumber: reader.uint32(), offset: reader.size(`the offset of tensor ${name}`) };
}

function placeTensor(path: string, info: TensorInfo, dataStart: number, fileSize: number): GgufTensor {
  const { name, shape, typeNumber } = info;
  const fail = (what: string): never => {
    throw new HumanError(`${path}: tensor ${name} ${what}.`, { remedy: damaged });
  };
  const type = readableType(typeNumber);
  const base = { name, shape, type, typeName: typeName(typeNumber), offset: dataStart + info.offset };
  if (type === null) return { ...base, length: 0 };
  const { elements, bytes } = blockSizes[type];
  const rowLength = shape.at(-1) ?? 0;
  const total = shape.reduce((product, size) => product * size, 1);
  if (rowLength % elements !== 0)
    return fail(`is ${type} with rows of ${rowLength}, not a multiple of ${elements}`);
  const length = (total / elements) * bytes;
  if (!Number.isSafeInteger(total) || base.offset + length > fileSize)
    return fail(
      `[${shape.join(", ")}] of type ${type} ends at byte ${base.offset + length}, the file has ${fileSize}: it is truncated`,
    );
  return { ...base, length };
}

function checkOverlaps(path: string, tensors: ReadonlyMap<string, GgufTensor>): void {
  let previous: GgufTensor | null = null;
  for (const tensor of [...tensors.values()].sort((a, b) => a.offset - b.offset || a.length - b.length)) {
    if (previous !== null && tensor.offset < previous.offset + previous.length)
      throw new HumanError(`${path}: tensors ${previous.name} and ${tensor.name} overlap.`, {
        remedy: damaged,
      });
    previous = tensor;
  }
}

function alignmentOf(reader: GgufReader, metadata: ReadonlyMap<string, GgufValue>): number {
  const value = metadata.get("general.alignment") ?? defaultAlignment;
  if (typeof value === "number" && value > 0 && value <= 2 ** 30 && Number.isInteger(Math.log2(value)))
    return value;
  return reader.fail("general.alignment is not a power of two");
}

function checkVersion(reader: GgufReader): void {
  const version = reader.uint32();
  if (version === 2 || version === 3) return;
  const swapped =
    ((version & 0xff) << 24) | ((version & 0xff00) << 8) | ((version >>> 8) & 0xff00) | (version >>> 24);
  if (swapped === 2 || swapped === 3)
    throw new HumanError(`${reader.path} is a big-endian GGUF file; little-endian ones can be read.`, {
      remedy: "Download the model's usual GGUF file, or convert this one with gguf_convert_endian.py.",
    });
  throw new HumanError(`${reader.path} is GGUF version ${version}; versions 2 and 3 can be read.`, {
    remedy:
      version === 1
        ? "Convert the model again with a current llama.cpp."
        : "Install a newer Pinch, or check that the file is whole.",
  });
}

function readHeader(reader: GgufReader, size: number): Omit<GgufFile, "path" | "size"> {
  if (reader.magic() !== "GGUF")
    throw new HumanError(`${reader.path} is not a GGUF file.`, {
      remedy: "Check the file; a Hub download that failed may have left a short text file in its place.",
    });
  checkVersion(reader);
  // A tensor takes at least 24 bytes of the header (lengths, type, offset), a key at least 13.
  const tensorCount = reader.count(24, "the list of tensors", maxTensors);
  const keyCount = reader.count(13, "the metadata", maxKeys);
  const { metadata, places } = readMetadata(reader, keyCount);
  const infos = Array.from({ length: tensorCount }, () => readTensorInfo(reader));
  const alignment = alignmentOf(reader, metadata);
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const info of infos) {
    if (tensors.has(info.name)) reader.fail(`tensor ${info.name} is there twice`);
    if (info.offset % alignment !== 0)
      reader.fail(`tensor ${info.name} is not aligned to ${alignment} bytes`);
    tensors.set(info.name, placeTensor(reader.path, info, dataStart, size));
  }
  checkOverlaps(reader.path, tensors);
  return { metadata, places, tensors };
}

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  let descriptor: number;
  try {
    descriptor = openRegularFile(path);
  } catch (cause) {
    throw systemError(cause, `${path} can't be opened`) ?? cause;
  }
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads only the header. Its own size in bytes limits what is allocated. */
export function openGguf(path: string): GgufFile {
  return withFile(path, descriptor => {
    const { size } = fstatSync(descriptor);
    return { path, size, ...readHeader(new GgufReader(path, descriptor, 0, size), size) };
  });
}

/** Reads an array of strings. */
export function readStrings(file: GgufFile, key: string): string[] | null {
  const value = file.metadata.get(key);
  if (typeof value !== "object" || value.type !== "string") return null;
  return withFile(file.path, descriptor => {
    const reader = new GgufReader(file.path, descriptor, value.offset, value.offset + value.length);
    return Array.from({ length: value.count }, () => reader.string(maxStringBytes));
  });
}

/** Reads an array of numbers or booleans. */
export function readNumbers(file: GgufFile, key: string): Float64Array | null {
  const value = file.metadata.get(key);
  if (typeof value !== "object" || value.type === "string" || value.type === "array") return null;
  const { type } = value;
  return withFile(file.path, descriptor => {
    const reader = new GgufReader(file.path, descriptor, value.offset, value.offset + value.length);
    return Float64Array.from({ length: value.count }, () => Number(reader.scalar(type)));
  });
}

/** Reads a key's value with the number of its type, byte for byte as the file stores it. */
export function readStoredValue(file: GgufFile, key: string): Uint8Array {
  const place = file.places.get(key);
  if (place === undefined) throw new Error(`${file.path} has no key ${key}`);
  const bytes = new Uint8Array(place.length);
  withFile(file.path, descriptor => readExactly(file.path, descriptor, bytes, place.offset));
  return bytes;
}

function readExactly(path: string, descriptor: number, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length; ) {
    const count = readSync(descriptor, target, done, target.length - done, position + done);
    if (count === 0) throw new HumanError(`${path} is truncated.`, { remedy: damaged });
    done += count;
  }
}

/** Reads a tensor as float32 values, row-major, with only a few MiB of extra memory for any size. */
export function readGgufTensor(file: GgufFile, tensor: GgufTensor): Float32Array<ArrayBuffer> {
  const { type } = tensor;
  if (type === null) throw new Error(`${tensor.name} is ${tensor.typeName}`);
  const block = blockSizes[type];
  const values = new Float32Array((tensor.length / block.bytes) * block.elements);
  const blocksAtOnce = Math.floor(pieceBytes / block.bytes);
  const piece = new Uint8Array(Math.min(tensor.length, blocksAtOnce * block.bytes));
  withFile(file.path, descriptor => {
    for (let done = 0; done < tensor.length; done += piece.length) {
      const bytes = piece.subarray(0, Math.min(piece.length, tensor.length - done));
      readExactly(file.path, descriptor, bytes, tensor.offset + done);
      const from = (done / block.bytes) * block.elements;
      dequantize(type, bytes, values.subarray(from, from + (bytes.length / block.bytes) * block.elements));
    }
  });
  return values;
}
