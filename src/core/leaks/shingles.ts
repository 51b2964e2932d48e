// Computes the letter sequences (shingles) of a text, and the similarity of two texts by them.
import type { Folded } from "./folded.ts";

/** Length of a sequence in letters; shorter for syllables and ideographs, which carry more information. */
const shingleLength = { letters: 5, dense: 3 } as const;

/** Returns the distinct sequences of a text, as hashes in ascending order. */
export function shinglesOf(text: Folded): Int32Array {
  const hashes = rawShingles(text);
  hashes.sort();
  let count = 0;
  for (let i = 0; i < hashes.length; i++)
    if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[count++] = hashes[i] as number;
  return hashes.slice(0, count);
}

/** Returns sequence hashes in the order of the text, with repetitions. */
export function rawShingles({ units, length, dense }: Folded): Int32Array {
  const size = dense ? shingleLength.dense : shingleLength.letters;
  const hashes = new Int32Array(Math.max(0, length - size + 1));
  for (let i = 0; i < hashes.length; i++) {
    let hash = 0x811c9dc5;
    for (let k = 0; k < size; k++) hash = Math.imul(hash ^ (units[i + k] as number), 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hashes[i] = hash ^ (hash >>> 13);
  }
  return hashes;
}

/** Returns the Jaccard similarity of two ascending lists, from 0 to 1: common elements over all. */
export function similarity(a: Int32Array, b: Int32Array): number {
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i] as number;
    const right = b[j] as number;
    if (left === right) common++;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  const all = a.length + b.length - common;
  return all === 0 ? 0 : common / all;
}
