// Converts float32 values to blocks of ggml's formats, with the roundings of ggml's reference code
// (ggml-quants.c).
import { float32ToBfloat16, float32ToFloat16, float32ToFloat16Bits } from "../floatFormats.ts";
import type { GgmlType } from "./ggmlTypes.ts";

/** Types that can be written. */
export type WrittenType = Extract<GgmlType, "F32" | "F16" | "BF16" | "Q8_0">;

const { fround } = Math;

/** Rounds halves away from zero, as C does. */
function rounded(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/** Layout of a block: d in float16, then 32 signed bytes q; a value is q · d. */
function quantizeQ8(values: Float32Array): Uint8Array {
  const result = new Uint8Array((values.length / 32) * 34);
  for (let at = 0, from = 0; from < values.length; at += 34, from += 32) {
    let largest = 0;
    for (let j = 0; j < 32; j++) largest = Math.max(largest, Math.abs(values[from + j] as number));
    const d = fround(largest / 127);
    const perStep = d === 0 ? 0 : fround(1 / d);
    const half = float32ToFloat16Bits(d);
    result[at] = half & 0xff;
    result[at + 1] = half >> 8;
    for (let j = 0; j < 32; j++) result[at + 2 + j] = rounded(fround((values[from + j] as number) * perStep));
  }
  return result;
}

function bytesOf(array: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

const kernels: Readonly<Record<WrittenType, (values: Float32Array) => Uint8Array>> = {
  F32: bytesOf,
  F16: values => {
    const halves = new Uint16Array(values.length);
    float32ToFloat16(values, halves);
    return bytesOf(halves);
  },
  BF16: values => {
    const halves = new Uint16Array(values.length);
    float32ToBfloat16(values, halves);
    return bytesOf(halves);
  },
  Q8_0: quantizeQ8,
};

/** Converts values that fill whole blocks. */
export function quantizeBlocks(type: WrittenType, values: Float32Array): Uint8Array {
  return kernels[type](values);
}
