// Conversions between float32 and the two 16-bit formats of stored weights.

const wordOf = new Uint32Array(1);
const floatOf = new Float32Array(wordOf.buffer);

function halfBitsToWord(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: shift the leading one into the implicit place. clz32 of a 10-bit value is 22 to 31.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

let halfTable: Uint32Array | null = null;

/** All float16 values as float32 bits, 256 KiB, built on first use. */
function tableOfHalves(): Uint32Array {
  if (halfTable !== null) return halfTable;
  const table = new Uint32Array(65536);
  for (let half = 0; half < 65536; half++) table[half] = halfBitsToWord(half);
  halfTable = table;
  return table;
}

/** Converts float16 bits to float32, exactly. */
export function float16ToFloat32(source: Uint16Array, target: Float32Array): void {
  const table = tableOfHalves();
  const words = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < source.length; i++) words[i] = table[source[i] as number] as number;
}

/** Converts bfloat16 bits to float32, exactly: they are its upper half. */
export function bfloat16ToFloat32(source: Uint16Array, target: Float32Array): void {
  const words = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < source.length; i++) words[i] = (source[i] as number) << 16;
}

/** Converts one float32 to float16 bits, rounded to nearest, ties to even; overflows to infinity. */
export function float32ToFloat16Bits(value: number): number {
  floatOf[0] = value;
  const word = wordOf[0] as number;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 or more
  if (magnitude >= 0x38800000) {
    // Normal: rebias, then add half a unit and the last bit, so that ties go to even.
    const rebiased = magnitude - 0x38000000;
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  if (magnitude < 0x33000000) return sign; // less than half the smallest subnormal
  const exponent = magnitude >>> 23;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept);
}

export function float32ToFloat16(source: Float32Array, target: Uint16Array): void {
  for (let i = 0; i < source.length; i++) target[i] = float32ToFloat16Bits(source[i] as number);
}

/** Converts float32 to bfloat16 bits, rounded to nearest, ties to even; NaN stays NaN. */
export function float32ToBfloat16(source: Float32Array, target: Uint16Array): void {
  const words = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const nan = (word & 0x7fffffff) > 0x7f800000;
    target[i] = nan ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
}
