// The rows of a Parquet file, a few thousand at a time.
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { HumanError, messageOf } from "../../common/errors.ts";
import type { ReadRow } from "./datasetRows.ts";

/** Rows decoded at a time: the pages around them are decoded too. */
const rowsAtOnce = 4096;
/** At the file's beginning. */
const magic = "PAR1";

/** @throws HumanError */
export async function* parquetRows(source: string): AsyncGenerator<ReadRow> {
  const handle = await open(source, "r");
  try {
    const file = await bufferOf(handle);
    const metadata = await readMetadata(file, handle, source);
    const total = Number(metadata.num_rows);
    for (let start = 0; start < total; start += rowsAtOnce) {
      const rowEnd = Math.min(total, start + rowsAtOnce);
      for (const row of await readRows(file, metadata, start, rowEnd, source))
        yield { row, fraction: rowEnd / total };
    }
  } finally {
    await handle.close();
  }
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const from = start < 0 ? size + start : start;
      const bytes = new Uint8Array(Math.max(0, end - from));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
      if (bytesRead < bytes.length) throw new Error(`it ends after ${size} bytes`);
      return bytes.buffer;
    },
  };
}

async function readMetadata(file: AsyncBuffer, handle: FileHandle, source: string): Promise<FileMetaData> {
  const bytes = Buffer.alloc(magic.length);
  await handle.read(bytes, 0, magic.length, 0);
  const name = basename(source);
  if (bytes.toString("latin1") !== magic)
    throw new HumanError(`${name} is no Parquet file.`, {
      remedy:
        "Download it again as a file: a page of the Hub, or a Git LFS pointer, is saved under this name at times.",
    });
  try {
    return await parquetMetadataAsync(file);
  } catch (error) {
    throw cutShort(name, error);
  }
}

function cutShort(name: string, cause: unknown): HumanError {
  return new HumanError(`${name} is a Parquet file that was cut short: its table of contents is missing.`, {
    remedy: "Download or copy it again in full.",
    cause,
  });
}

async function readRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
  source: string,
): Promise<Record<string, unknown>[]> {
  try {
    return await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
  } catch (cause) {
    throw new HumanError(
      `${basename(source)} can't be read from row ${rowStart + 1} on: ${messageOf(cause)}.`,
      { remedy: "Download or copy it again; if it happens again, convert it to JSON Lines.", cause },
    );
  }
}
