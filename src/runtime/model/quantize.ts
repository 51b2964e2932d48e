// Rounds a matrix to 4 or 8 bits, with a scale and a zero point for each block of a row (Dettmers et al. 2022).
import { quantizedBlock } from "../../graph/nn/weights.ts";

export interface QuantizedMatrix {
  /** One value in a byte, or two of 4 bits, the first in the low half. */
  readonly values: Uint8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
  readonly zeros: Uint8Array<ArrayBuffer>;
}

/** Whether rows of this many columns can be quantised: whole blocks, and whole bytes of zero points in a row. */
export function canQuantize(columns: number): boolean {
  return columns % (2 * quantizedBlock) === 0;
}

/**
 * Rounds to nearest on a grid that spans each block and holds 0: w ≈ (q − zero)·scale, wrong by at most scale/2.
 * @param matrix Row-major; rows of a multiple of 64 values.
 */
export function quantize(matrix: Float32Array, bits: 4 | 8): QuantizedMatrix {
  const blocks = matrix.length / quantizedBlock;
  const largest = 2 ** bits - 1;
  const values = new Uint8Array((matrix.length * bits) / 8);
  const scales = new Float32Array(blocks);
  const zeros = new Uint8Array((blocks * bits) / 8);
  for (let block = 0; block < blocks; block++) {
    const from = block * quantizedBlock;
    let least = 0;
    let most = 0;
    for (let i = from; i < from + quantizedBlock; i++) {
      const w = matrix[i] as number;
      if (w < least) least = w;
      else if (w > most) most = w;
    }
    const scale = Math.fround((most - least) / largest) || 1; // a block of zeros: any scale
    const zero = Math.min(largest, Math.max(0, Math.round(-least / scale)));
    scales[block] = scale;
    put(zeros, block, zero, bits);
    for (let i = from; i < from + quantizedBlock; i++) {
      const q = Math.round((matrix[i] as number) / scale) + zero;
      put(values, i, q < 0 ? 0 : q > largest ? largest : q, bits);
    }
  }
  return { values, scales, zeros };
}

function put(target: Uint8Array, index: number, value: number, bits: 4 | 8): void {
  if (bits === 8) target[index] = value;
  else if (index % 2 === 0) target[index >> 1] = value;
  else target[index >> 1] = (target[index >> 1] as number) | (value << 4);
}
