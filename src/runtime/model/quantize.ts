// Rounds a matrix to 4 or 8 bits, with a scale and a minimum for each block of a row.
import { quantizedBlock } from "../../graph/nn/weights.ts";
import { float16ToFloat32, float32ToFloat16Bits } from "./floatFormats.ts";

export interface QuantizedMatrix {
  /** One 8-bit value per byte, or two 4-bit values with the first in the low half. */
  readonly values: Uint8Array<ArrayBuffer>;
  /** float16 */
  readonly scales: Uint16Array<ArrayBuffer>;
  /** float16 */
  readonly least: Uint16Array<ArrayBuffer>;
}

/** Reports whether rows of this many columns consist of whole blocks. */
export function canQuantize(columns: number): boolean {
  return columns % quantizedBlock === 0;
}

const half = new Uint16Array(1);
const float = new Float32Array(1);

function roundedToHalf(value: number): number {
  half[0] = float32ToFloat16Bits(value);
  float16ToFloat32(half, float);
  return float[0] as number;
}

/**
 * Rounds to nearest on a grid from the minimum to the maximum of each block: w ≈ q·scale + least. At 4 bits,
 * the grid is that of GGUF's Q4_1, so weights from such a file keep their exact values.
 * @param matrix Row-major; the length of rows is a multiple of 32.
 */
export function quantize(matrix: Float32Array, bits: 4 | 8): QuantizedMatrix {
  const blocks = matrix.length / quantizedBlock;
  const largest = 2 ** bits - 1;
  const values = new Uint8Array((matrix.length * bits) / 8);
  const scales = new Uint16Array(blocks);
  const least = new Uint16Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const from = block * quantizedBlock;
    let low = matrix[from] as number;
    let high = low;
    for (let i = from + 1; i < from + quantizedBlock; i++) {
      const w = matrix[i] as number;
      if (w < low) low = w;
      else if (w > high) high = w;
    }
    const start = roundedToHalf(low);
    least[block] = half[0] as number;
    const scale = roundedToHalf((high - start) / largest);
    scales[block] = half[0] as number;
    const perStep = scale > 0 ? 1 / scale : 0;
    for (let i = from; i < from + quantizedBlock; i++) {
      const q = Math.round(((matrix[i] as number) - start) * perStep);
      put(values, i, Math.min(largest, Math.max(0, q)), bits);
    }
  }
  return { values, scales, least };
}

function put(target: Uint8Array, index: number, value: number, bits: 4 | 8): void {
  if (bits === 8) target[index] = value;
  else if (index % 2 === 0) target[index >> 1] = value;
  else target[index >> 1] = (target[index >> 1] as number) | (value << 4);
}
