// Decompresses pages of Parquet files to at most the size that their headers declare.
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { PageFault } from "./parquetPages.ts";
import { ZstdFrames } from "./zstdFrames.ts";

/**
 * Uses Node's own decompressors where available, which are many times as fast. parquetPages.ts has checked
 * the sizes.
 */
export const boundedCompressors: Compressors = {
  ...compressors,
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  ZSTD: unzstdPage,
};

function unzstdPage(input: Uint8Array, length: number): Uint8Array {
  const frames = new ZstdFrames();
  frames.push(input);
  if (!frames.whole || (frames.declared ?? 0) > length) throw new PageFault("a page of it is damaged");
  return decompress(input, frames.frames === 1 ? new Uint8Array(length) : undefined);
}
