// Reads and writes safetensors files. Opening one reads only its header.

import { closeSync, fstatSync, readSync } from "node:fs";
import { HumanError, messageOf } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { systemError } from "../../common/systemErrors.ts";
import { writeAtomicallyWith, writeFully } from "../../node/atomicWrite.ts";
import { openRegularFile } from "../../node/ownFile.ts";
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from "./floatFormats.ts";

/** Bytes per element of the format's dtypes that Pinch may encounter. */
const bytesPerElement = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
} as const;

export type SafetensorsDtype = keyof typeof bytesPerElement;

/** Maximum header size in bytes, set by the format: a larger one indicates another kind of file. */
const maxHeaderBytes = 100_000_000;

interface SafetensorsEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Position in bytes from the start of the file, as ONNX external data requires. */
  readonly offset: number;
  readonly length: number; // bytes
}

export interface SafetensorsFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

const damaged = "Download or copy the file again.";

/** Reads `target.length` bytes; false if the file ends before. */
export function readFully(descriptor: number, target: Uint8Array, position: number): boolean {
  for (let done = 0; done < target.length; ) {
    const count = readSync(descriptor, target, done, target.length - done, position + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === "string" && Object.hasOwn(bytesPerElement, value);
}

function parseHeader(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(text);
    if (isObject(header)) return header;
  } catch (cause) {
    throw new HumanError(`${path}: the safetensors header is not JSON (${messageOf(cause)}).`, {
      remedy: damaged,
      cause,
    });
  }
  throw new HumanError(`${path}: the safetensors header is not a JSON object.`, { remedy: damaged });
}

function parseEntry(path: string, name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const fail = (what: string): never => {
    throw new HumanError(`${path}: tensor ${name}: ${what}.`, { remedy: damaged });
  };
  if (!isObject(value)) return fail("its header entry is not an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) return fail(`unknown dtype ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isCount))
    return fail(`its shape ${JSON.stringify(shape)} is not a list of sizes`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail(`its data_offsets ${JSON.stringify(offsets)} are not two byte positions`);
  const [begin = 0, end = 0] = offsets;
  const expected = shape.reduce((product, size) => product * size, bytesPerElement[dtype]);
  if (end - begin !== expected)
    return fail(
      `${dtype} [${shape.join(", ")}] needs ${expected} bytes, its data_offsets span ${end - begin}`,
    );
  return { dtype, shape, offset: dataStart + begin, length: end - begin };
}

function checkExtents(path: string, entries: ReadonlyMap<string, SafetensorsEntry>, fileSize: number): void {
  const byOffset = [...entries].sort(([, a], [, b]) => a.offset - b.offset || a.length - b.length);
  let previous = "";
  let previousEnd = 0;
  for (const [name, entry] of byOffset) {
    const end = entry.offset + entry.length;
    if (end > fileSize)
      throw new HumanError(
        `${path} is truncated: tensor ${name} ends at byte ${end}, the file has ${fileSize}.`,
        { remedy: damaged },
      );
    if (entry.offset < previousEnd)
      throw new HumanError(`${path}: tensors ${previous} and ${name} overlap.`, { remedy: damaged });
    previous = name;
    previousEnd = end;
  }
}

export function openForReading(path: string): number {
  try {
    return openRegularFile(path);
  } catch (cause) {
    throw systemError(cause, `${path} can't be opened`) ?? cause;
  }
}

export function openSafetensors(path: string): SafetensorsFile {
  const descriptor = openForReading(path);
  try {
    const fileSize = fstatSync(descriptor).size;
    const prefix = new Uint8Array(8);
    if (!readFully(descriptor, prefix, 0))
      throw new HumanError(`${path} is truncated: ${fileSize} bytes, no safetensors header.`, {
        remedy: damaged,
      });
    const headerBytes = Number(new DataView(prefix.buffer).getBigUint64(0, true));
    if (headerBytes > maxHeaderBytes)
      throw new HumanError(`${path} is not a safetensors file (header length ${headerBytes}).`, {
        remedy: "Check that this is a .safetensors file and not, for example, a Git LFS pointer.",
      });
    const header = new Uint8Array(Math.min(headerBytes, fileSize));
    if (8 + headerBytes > fileSize || !readFully(descriptor, header, 8))
      throw new HumanError(
        `${path} is truncated: its header has ${headerBytes} bytes, the file ${fileSize} in all.`,
        { remedy: damaged },
      );
    const { __metadata__: metadata, ...tensors } = parseHeader(path, new TextDecoder().decode(header));
    const entries = new Map<string, SafetensorsEntry>();
    for (const [name, value] of Object.entries(tensors))
      entries.set(name, parseEntry(path, name, value, 8 + headerBytes));
    checkExtents(path, entries, fileSize);
    const strings = isObject(metadata)
      ? Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)]))
      : {};
    return { path, entries, metadata: strings };
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a tensor's bytes unchanged, in parts of up to `most` bytes, each in a buffer of its own (aligned for any view). */
function* readParts(
  { path, entries }: SafetensorsFile,
  name: string,
  most: number,
): Generator<Uint8Array<ArrayBuffer>, void> {
  const entry = entries.get(name);
  if (entry === undefined)
    throw new HumanError(`${path} has no tensor ${name}.`, {
      remedy: "Check that the file belongs to this model.",
    });
  const { offset, length } = entry;
  const descriptor = openForReading(path);
  try {
    for (let from = 0; from < length; from += most) {
      const bytes = new Uint8Array(Math.min(most, length - from));
      if (!readFully(descriptor, bytes, offset + from))
        throw new HumanError(`${path} is truncated: tensor ${name} can't be read in full.`, {
          remedy: damaged,
        });
      yield bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a tensor's bytes unchanged into a separate buffer. */
export function readTensorBytes(file: SafetensorsFile, name: string): Uint8Array<ArrayBuffer> {
  const [bytes = new Uint8Array()] = readParts(file, name, Number.MAX_SAFE_INTEGER);
  return bytes;
}

/** Reads F32, F16 or BF16 values as float32, row-major. */
export function readTensorFloat32(file: SafetensorsFile, name: string): Float32Array<ArrayBuffer> {
  return asFloat32(file, name, readTensorBytes(file, name));
}

/** Number of values converted at a time. */
const pieceElements = 1 << 20;

/** Reads the same values in parts, so that a tensor of any size takes little memory. */
export function* readTensorParts(
  file: SafetensorsFile,
  name: string,
): Generator<Float32Array<ArrayBuffer>, void> {
  for (const bytes of readParts(file, name, pieceElements * Float32Array.BYTES_PER_ELEMENT))
    yield asFloat32(file, name, bytes);
}

function asFloat32(
  file: SafetensorsFile,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const dtype = file.entries.get(name)?.dtype;
  if (dtype === "F32") return new Float32Array(bytes.buffer);
  if (dtype !== "F16" && dtype !== "BF16")
    throw new HumanError(`${file.path}: tensor ${name} is ${dtype}; F32, F16 and BF16 can be read.`, {
      remedy: "Save the model in one of these formats, for example with torch_dtype=float16.",
    });
  const halves = new Uint16Array(bytes.buffer);
  const values = new Float32Array(halves.length);
  if (dtype === "F16") float16ToFloat32(halves, values);
  else bfloat16ToFloat32(halves, values);
  return values;
}

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: "F32" | "F16" | "BF16";
  readonly shape: readonly number[];
  /** Values, or a function that creates them part by part when needed, so that little is in memory at a time. */
  readonly data: Float32Array | (() => Iterable<Float32Array>);
}

/** Writes the values of one tensor at the descriptor's current position. */
export function writeValues(descriptor: number, { name, dtype, shape, data }: TensorToWrite): void {
  let written = 0;
  for (const part of typeof data === "function" ? data() : [data]) {
    writePart(descriptor, dtype, part);
    written += part.length;
  }
  if (elementsOf(shape) !== written)
    throw new Error(`Tensor ${name}: shape [${shape.join(", ")}] with ${written} values.`);
}

function writePart(descriptor: number, dtype: TensorToWrite["dtype"], values: Float32Array): void {
  if (dtype === "F32") {
    writeFully(descriptor, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return;
  }
  const convert = dtype === "F16" ? float32ToFloat16 : float32ToBfloat16;
  for (let from = 0; from < values.length; from += pieceElements) {
    const piece = values.subarray(from, from + pieceElements);
    const halves = new Uint16Array(piece.length);
    convert(piece, halves);
    writeFully(descriptor, new Uint8Array(halves.buffer));
  }
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Sorts larger elements first, so that each tensor is aligned to its element size, then by name. */
function inFileOrder(a: TensorToWrite, b: TensorToWrite): number {
  return (
    bytesPerElement[b.dtype] - bytesPerElement[a.dtype] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
}

/** Returns the bytes before the values, and the order of the tensors: F32 first, then by name. */
export function safetensorsLayout(
  tensors: readonly TensorToWrite[],
  metadata?: Readonly<Record<string, string>>,
): { readonly head: Uint8Array; readonly order: readonly TensorToWrite[] } {
  const sorted = [...tensors].sort(inFileOrder);
  const header: [string, unknown][] = [];
  if (metadata !== undefined)
    header.push([
      "__metadata__",
      Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))),
    ]);
  let offset = 0;
  let previous: string | undefined;
  for (const { name, dtype, shape } of sorted) {
    if (name === previous) throw new Error(`Tensor ${name} is given twice.`);
    previous = name;
    const length = elementsOf(shape) * bytesPerElement[dtype];
    header.push([name, { dtype, shape, data_offsets: [offset, offset + length] }]);
    offset += length;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, 8);
  return { head, order: sorted };
}

/** Writes a file atomically. Equal tensors give equal bytes; the header is padded to 8 bytes with spaces. */
export function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata?: Readonly<Record<string, string>>,
): void {
  const { head, order } = safetensorsLayout(tensors, metadata);
  writeAtomicallyWith(path, descriptor => {
    writeFully(descriptor, head);
    for (const tensor of order) writeValues(descriptor, tensor);
  });
}
