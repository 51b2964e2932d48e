// Decompresses a Zstandard stream piece by piece with fzstd, and checks what that library does not.
import { Decompress } from "fzstd";
import xxhash from "xxhash-wasm";
import { ZstdFault, ZstdFrames } from "./zstdFrames.ts";

/** Compressed bytes processed at a time; they expand to at most a few hundred megabytes. */
const unpackedAtOnce = 4_096;

/** The stream is incomplete. */
export const endsEarly = new ZstdFault("it ends early");

/**
 * @param packed Pieces that are not modified later, because the library keeps what it can't use yet.
 * @throws ZstdFault, and the library's errors for damaged blocks
 */
export async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { create64 } = await xxhash();
  const frames = new ZstdFrames();
  const ready: Uint8Array[] = [];
  const sums: number[] = [];
  const expected: (number | null)[] = [];
  let hash = create64();
  let block = 0;
  let made = 0;
  const unpack = new Decompress(piece => {
    made += piece.length;
    if (piece.length > 0) ready.push(piece);
    hash.update(piece);
    if (!frames.isLast(++block)) return;
    sums.push(Number(hash.digest() & 0xffffffffn));
    hash = create64();
  });
  const compare = (): void => {
    expected.push(...frames.takeChecksums());
    while (sums.length > 0 && expected.length > 0) {
      const [sum, wanted] = [sums.shift(), expected.shift()];
      if (wanted !== null && sum !== wanted) throw new ZstdFault("its checksum is of other data");
    }
  };
  for await (const piece of packed) {
    for (let at = 0; at < piece.length; at += unpackedAtOnce) {
      const part = piece.subarray(at, at + unpackedAtOnce);
      frames.push(part);
      unpack.push(part);
      compare();
      if (frames.declared !== null && made > frames.declared)
        throw new ZstdFault("it holds more than it says");
      yield* ready.splice(0);
    }
  }
  if (!frames.whole) throw endsEarly;
  unpack.push(new Uint8Array(), true);
  compare();
  if (frames.declared !== null && made !== frames.declared) throw new ZstdFault("it holds less than it says");
  yield* ready;
}
