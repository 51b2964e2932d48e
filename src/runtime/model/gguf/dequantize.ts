// Converts blocks of ggml's formats to float32, rounding each operation as ggml's reference code
// (ggml-quants.c) does.
import { bfloat16ToFloat32, float16ToFloat32 } from "../floatFormats.ts";
import { blockSizes, type GgmlType } from "./ggmlTypes.ts";

const { fround } = Math;

/** All float16 values as float32, 256 KiB, built on first use. */
let halfTable: Float32Array | null = null;

function halves(): Float32Array {
  if (halfTable !== null) return halfTable;
  halfTable = new Float32Array(65536);
  float16ToFloat32(
    Uint16Array.from({ length: 65536 }, (_, bits) => bits),
    halfTable,
  );
  return halfTable;
}

/** Converts all blocks of `source` and writes them to `target`. */
type Kernel = (source: Uint8Array, target: Float32Array) => void;

// `dequantize` checks both lengths, so this access is in bounds.
const byte = (source: Uint8Array, at: number): number => source[at] as number;
const half = (table: Float32Array, source: Uint8Array, at: number): number =>
  table[byte(source, at) | (byte(source, at + 1) << 8)] as number;

const dequantizeQ8: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 34, out += 32) {
    const d = half(table, source, at);
    for (let j = 0; j < 32; j++) target[out + j] = ((byte(source, at + 2 + j) << 24) >> 24) * d;
  }
};

const dequantizeQ4Signed: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 18, out += 32) {
    const d = half(table, source, at);
    for (let j = 0; j < 16; j++) {
      const q = byte(source, at + 2 + j);
      target[out + j] = ((q & 15) - 8) * d;
      target[out + 16 + j] = ((q >> 4) - 8) * d;
    }
  }
};

const dequantizeQ4Offset: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 20, out += 32) {
    const d = half(table, source, at);
    const m = half(table, source, at + 2);
    for (let j = 0; j < 16; j++) {
      const q = byte(source, at + 4 + j);
      target[out + j] = fround((q & 15) * d) + m;
      target[out + 16 + j] = fround((q >> 4) * d) + m;
    }
  }
};

function fifthBits(source: Uint8Array, at: number): number {
  return (
    byte(source, at) |
    (byte(source, at + 1) << 8) |
    (byte(source, at + 2) << 16) |
    (byte(source, at + 3) << 24)
  );
}

const dequantizeQ5Signed: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 22, out += 32) {
    const d = half(table, source, at);
    const high = fifthBits(source, at + 2);
    for (let j = 0; j < 16; j++) {
      const q = byte(source, at + 6 + j);
      target[out + j] = (((q & 15) | (((high >>> j) & 1) << 4)) - 16) * d;
      target[out + 16 + j] = (((q >> 4) | (((high >>> (16 + j)) & 1) << 4)) - 16) * d;
    }
  }
};

const dequantizeQ5Offset: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 24, out += 32) {
    const d = half(table, source, at);
    const m = half(table, source, at + 2);
    const high = fifthBits(source, at + 4);
    for (let j = 0; j < 16; j++) {
      const q = byte(source, at + 8 + j);
      target[out + j] = fround(((q & 15) | (((high >>> j) & 1) << 4)) * d) + m;
      target[out + 16 + j] = fround(((q >> 4) | (((high >>> (16 + j)) & 1) << 4)) * d) + m;
    }
  }
};

/** Layout: scales[16] of two nibbles, q[64] of four 2-bit values, d, dmin. */
const dequantizeQ2K: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 84, out += 256) {
    const d = half(table, source, at + 80);
    const minimum = half(table, source, at + 82);
    for (let group = 0; group < 16; group++) {
      const scale = byte(source, at + group);
      const dl = fround((scale & 15) * d);
      const ml = fround((scale >> 4) * minimum);
      const q = at + 16 + (group >> 3) * 32 + (group & 1) * 16;
      const shift = group & 6; // twice the pair's index in its half
      const to = out + group * 16;
      for (let j = 0; j < 16; j++) target[to + j] = fround(((byte(source, q + j) >> shift) & 3) * dl) - ml;
    }
  }
};

/** Layout: hmask[32], q[64] of four 2-bit values, scales[12] of sixteen 6-bit values, d. */
const dequantizeQ3K: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 110, out += 256) {
    const d = half(table, source, at + 108);
    for (let group = 0; group < 16; group++) {
      const low = (byte(source, at + 96 + (group & 7)) >> (group >> 3 === 0 ? 0 : 4)) & 15;
      const high = (byte(source, at + 104 + (group & 3)) >> (2 * (group >> 2))) & 3;
      const dl = fround(((low | (high << 4)) - 32) * d);
      const q = at + 32 + (group >> 3) * 32 + (group & 1) * 16;
      const mask = at + (group & 1) * 16;
      const shift = group & 6;
      const bit = group >> 1;
      const to = out + group * 16;
      for (let j = 0; j < 16; j++) {
        const missing = ((byte(source, mask + j) >> bit) & 1) ^ 1;
        target[to + j] = (((byte(source, q + j) >> shift) & 3) - (missing << 2)) * dl;
      }
    }
  }
};

/** Reads the 6-bit scale of one of eight groups, in the packing that Q4_K and Q5_K share. */
function packedScale(source: Uint8Array, at: number, group: number): number {
  if (group < 4) return byte(source, at + group) & 63;
  return (byte(source, at + group + 4) & 15) | ((byte(source, at + group - 4) >> 6) << 4);
}

function packedMinimum(source: Uint8Array, at: number, group: number): number {
  if (group < 4) return byte(source, at + group + 4) & 63;
  return (byte(source, at + group + 4) >> 4) | ((byte(source, at + group) >> 6) << 4);
}

/** Layout: d, dmin, scales[12], q[128] of two nibbles. */
const dequantizeQ4K: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 144, out += 256) {
    const d = half(table, source, at);
    const minimum = half(table, source, at + 2);
    for (let group = 0; group < 8; group++) {
      const dl = fround(packedScale(source, at + 4, group) * d);
      const ml = fround(packedMinimum(source, at + 4, group) * minimum);
      const q = at + 16 + (group >> 1) * 32;
      const shift = (group & 1) << 2;
      const to = out + group * 32;
      for (let j = 0; j < 32; j++) target[to + j] = fround(((byte(source, q + j) >> shift) & 15) * dl) - ml;
    }
  }
};

/** Layout: d, dmin, scales[12], qh[32] with a fifth bit for each group, q[128] of two nibbles. */
const dequantizeQ5K: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 176, out += 256) {
    const d = half(table, source, at);
    const minimum = half(table, source, at + 2);
    const high = at + 16;
    for (let group = 0; group < 8; group++) {
      const dl = fround(packedScale(source, at + 4, group) * d);
      const ml = fround(packedMinimum(source, at + 4, group) * minimum);
      const q = at + 48 + (group >> 1) * 32;
      const shift = (group & 1) << 2;
      const to = out + group * 32;
      for (let j = 0; j < 32; j++) {
        const value = ((byte(source, q + j) >> shift) & 15) | (((byte(source, high + j) >> group) & 1) << 4);
        target[to + j] = fround(value * dl) - ml;
      }
    }
  }
};

/** Layout: ql[128] of two nibbles, qh[64] of four 2-bit values, signed scales[16], d. */
const dequantizeQ6K: Kernel = (source, target) => {
  const table = halves();
  for (let at = 0, out = 0; out < target.length; at += 210, out += 256) {
    const d = half(table, source, at + 208);
    for (let group = 0; group < 16; group++) {
      const dl = fround(((byte(source, at + 192 + group) << 24) >> 24) * d);
      // Half a block, 128 values, has 64 bytes of low nibbles: 32 for its first and third quarter, 32 for the
      // second and fourth.
      const quarter = (group >> 1) & 3;
      const low = at + (group >> 3) * 64 + (quarter & 1) * 32 + (group & 1) * 16;
      const high = at + 128 + (group >> 3) * 32 + (group & 1) * 16;
      const lowShift = quarter >> 1 === 0 ? 0 : 4;
      const highShift = quarter << 1;
      const to = out + group * 16;
      for (let j = 0; j < 16; j++) {
        const value =
          ((byte(source, low + j) >> lowShift) & 15) | (((byte(source, high + j) >> highShift) & 3) << 4);
        target[to + j] = (value - 32) * dl;
      }
    }
  }
};

function shorts(source: Uint8Array): Uint16Array {
  return new Uint16Array(source.buffer, source.byteOffset, source.byteLength / 2);
}

const kernels: Readonly<Record<GgmlType, Kernel>> = {
  F32: (source, target) =>
    target.set(new Float32Array(source.buffer, source.byteOffset, source.byteLength / 4)),
  F16: (source, target) => float16ToFloat32(shorts(source), target),
  BF16: (source, target) => bfloat16ToFloat32(shorts(source), target),
  Q8_0: dequantizeQ8,
  Q4_0: dequantizeQ4Signed,
  Q4_1: dequantizeQ4Offset,
  Q5_0: dequantizeQ5Signed,
  Q5_1: dequantizeQ5Offset,
  Q2_K: dequantizeQ2K,
  Q3_K: dequantizeQ3K,
  Q4_K: dequantizeQ4K,
  Q5_K: dequantizeQ5K,
  Q6_K: dequantizeQ6K,
};

/**
 * Converts whole blocks to float32, bit for bit like ggml's reference.
 * @param source Aligned to its element size for F32, F16 and BF16.
 */
export function dequantize(type: GgmlType, source: Uint8Array, target: Float32Array): void {
  const { elements, bytes } = blockSizes[type];
  const blocks = source.length / bytes;
  if (!Number.isInteger(blocks) || target.length !== blocks * elements)
    throw new Error(`${type}: ${source.length} bytes for ${target.length} values`);
  kernels[type](source, target);
}
