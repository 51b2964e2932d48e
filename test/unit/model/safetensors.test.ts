// Safetensors: what is written is read back, and damaged files are refused by name.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16Bits,
} from "../../../src/runtime/model/floatFormats.ts";
import {
  openSafetensors,
  readTensorFloat32,
  readTensorParts,
  writeSafetensors,
} from "../../../src/runtime/model/safetensors.ts";
import { temporaryFolder } from "./tinyModel.ts";

/** float16 by its definition, with no bit tricks. */
function halfByDefinition(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

test("every float16 converts to its defined value and back to itself", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = new Float32Array(65536);
  float16ToFloat32(bits, values);
  for (let i = 0; i < 65536; i++) {
    const expected = halfByDefinition(i);
    assert.ok(Object.is(values[i], expected), `0x${i.toString(16)}: ${values[i]} is not ${expected}`);
    if (!Number.isNaN(expected)) assert.equal(float32ToFloat16Bits(expected), i);
  }
});

test("float32 rounds to the nearest float16, ties to even", () => {
  const one = 0x3c00;
  assert.equal(float32ToFloat16Bits(1 + 2 ** -11), one); // tie, down to even
  assert.equal(float32ToFloat16Bits(1 + 3 * 2 ** -11), one + 2); // tie, up to even
  assert.equal(float32ToFloat16Bits(1 + 2 ** -11 + 2 ** -20), one + 1);
  assert.equal(float32ToFloat16Bits(65519), 0x7bff);
  assert.equal(float32ToFloat16Bits(65520), 0x7c00);
  assert.equal(float32ToFloat16Bits(-1e9), 0xfc00);
  assert.equal(float32ToFloat16Bits(2 ** -25), 0); // tie between 0 and the smallest subnormal
  assert.equal(float32ToFloat16Bits(1.5 * 2 ** -25), 1);
  assert.equal(float32ToFloat16Bits(1023.5 * 2 ** -24), 0x400); // rounds up into the normals
  assert.equal(float32ToFloat16Bits(Number.NaN) & 0x7fff, 0x7e00);
});

test("bfloat16 is the upper half of float32", () => {
  const values = new Float32Array(3);
  bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc040, 0x7f80), values);
  assert.deepEqual([...values], [1, -3, Number.POSITIVE_INFINITY]);
});

test("float32 rounds to the nearest bfloat16, ties to even, and NaN stays NaN", () => {
  const rounded = (...values: number[]): number[] => {
    const bits = new Uint16Array(values.length);
    float32ToBfloat16(Float32Array.from(values), bits);
    return [...bits];
  };
  assert.deepEqual(rounded(1, -3, 0, -0), [0x3f80, 0xc040, 0, 0x8000]);
  assert.deepEqual(rounded(1 + 2 ** -8, 1 + 3 * 2 ** -8), [0x3f80, 0x3f82]); // ties, to even
  assert.deepEqual(rounded(1 + 2 ** -8 + 2 ** -20, -1 - 2 ** -8 - 2 ** -20), [0x3f81, 0xbf81]);
  assert.deepEqual(rounded(3.4028234e38, -3.4028234e38), [0x7f80, 0xff80]); // above the largest bfloat16
  assert.deepEqual(rounded(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), [0x7f80, 0xff80]);
  const nan = Uint32Array.of(0x7f800001, 0xffffffff); // the first has nothing but its lowest bit
  const bits = new Uint16Array(2);
  float32ToBfloat16(new Float32Array(nan.buffer), bits);
  assert.deepEqual([...bits], [0x7fc0, 0xffff]);
});

const tensors = [
  { name: "b", dtype: "F16" as const, shape: [2, 2], data: Float32Array.of(1, -2, 0.5, 65504) },
  { name: "a.weight", dtype: "F32" as const, shape: [3], data: Float32Array.of(0.1, 0.2, 0.3) },
];

test("what is written is read back, and the order given makes no difference to the bytes", () => {
  const folder = temporaryFolder();
  const path = join(folder, "one.safetensors");
  writeSafetensors(path, tensors, { format: "pt" });
  writeSafetensors(join(folder, "two.safetensors"), [...tensors].reverse(), { format: "pt" });
  assert.deepEqual(readFileSync(path), readFileSync(join(folder, "two.safetensors")));
  assert.deepEqual(readdirSync(folder).sort(), ["one.safetensors", "two.safetensors"]);
  const file = openSafetensors(path);
  assert.deepEqual([...file.entries.keys()], ["a.weight", "b"]);
  assert.deepEqual(file.metadata, { format: "pt" });
  assert.deepEqual([...readTensorFloat32(file, "b")], [1, -2, 0.5, 65504]);
  assert.deepEqual(readTensorFloat32(file, "a.weight"), Float32Array.of(0.1, 0.2, 0.3));
  const entry = file.entries.get("b");
  assert.ok(entry);
  assert.deepEqual(entry.shape, [2, 2]);
  const headerLength = Number(readFileSync(path).readBigUInt64LE(0));
  assert.equal(headerLength % 8, 0, "the header is padded, so that tensors are aligned");
  assert.equal(readFileSync(path).readUInt16LE(entry.offset), 0x3c00);
  assert.equal(readFileSync(path).length, entry.offset + entry.length);
});

test("a large tensor is written and read in parts, with the same values", () => {
  const path = join(temporaryFolder(), "large.safetensors");
  const half = 1_100_001;
  const values = Float32Array.from({ length: 2 * half }, (_, i) => (i % 251) - 125);
  const data = (): Float32Array[] => [values.subarray(0, half), values.subarray(half)];
  writeSafetensors(path, [{ name: "x", dtype: "BF16", shape: [2, half], data }]);
  const file = openSafetensors(path);
  assert.deepEqual(readTensorFloat32(file, "x"), values);
  const parts = [...readTensorParts(file, "x")];
  assert.ok(parts.length > 1 && parts.every(part => part.length < values.length));
  assert.deepEqual(Float32Array.from(parts.flatMap(part => [...part])), values);
  const short = (): Float32Array[] => [values.subarray(1)];
  assert.throws(() => writeSafetensors(path, [{ name: "x", dtype: "F32", shape: [2, half], data: short }]));
});

function refused(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), "bad.safetensors");
  writeFileSync(path, bytes);
  try {
    openSafetensors(path);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    assert.notEqual(error.remedy, "");
    assert.ok(error.message.includes(path));
    return error.message.replace(path, "FILE");
  }
  return "accepted";
}

function fileWith(header: string, dataBytes: number): Uint8Array {
  const json = Buffer.from(header);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]);
}

test("damaged files are refused, saying how", () => {
  const a = (offsets: string, rest = "") =>
    `{"a":{"dtype":"F32","shape":[2],"data_offsets":${offsets}}${rest}}`;
  assert.match(refused(Buffer.from("abc")), /truncated: 3 bytes/);
  assert.match(refused(Buffer.from("version https://git-lfs.github.com/spec/v1")), /not a safetensors file/);
  assert.match(refused(fileWith(a("[0,8]"), 8).subarray(0, 20)), /FILE is truncated: its header/);
  assert.match(refused(fileWith("{nonsense", 8)), /not JSON/);
  assert.match(refused(fileWith("[1]", 8)), /not a JSON object/);
  assert.match(refused(fileWith(a("[0,8]"), 4)), /truncated: tensor a ends at byte \d+, the file has \d+/);
  assert.match(refused(fileWith(a("[0,12]"), 12)), /needs 8 bytes, its data_offsets span 12/);
  assert.match(refused(fileWith(a("[0,-1]"), 8)), /not two byte positions/);
  assert.match(
    refused(fileWith(a("[0,8]", ',"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}'), 8)),
    /tensors a and b overlap/,
  );
  assert.match(
    refused(fileWith('{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}', 8)),
    /unknown dtype "Q4"/,
  );
  assert.equal(refused(fileWith(a("[0,8]"), 8)), "accepted");
});

test("a failing write leaves the old file and no temporary one", () => {
  const folder = temporaryFolder();
  const path = join(folder, "x.safetensors");
  writeSafetensors(path, tensors);
  const before = readFileSync(path);
  assert.throws(() =>
    writeSafetensors(path, [{ name: "a", dtype: "F32", shape: [5], data: new Float32Array(4) }]),
  );
  assert.deepEqual(readFileSync(path), before);
  assert.deepEqual(readdirSync(folder), ["x.safetensors"]);
});
