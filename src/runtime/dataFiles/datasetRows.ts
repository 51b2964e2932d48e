// Reads the rows of a dataset file in any format and compression (JSON Lines, JSON, CSV, TSV, Parquet)
// without loading all of it.

import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { otherKind, utf8Remedy } from "../../core/dataset/otherKind.ts";
import { namedFormat, unpackedName } from "../../core/sources/dataFileNames.ts";
import type { DatasetFormat } from "../../protocol/data.ts";
import { compressionOf, type FilePieces, firstBytes, openPieces } from "./filePieces.ts";
import { jsonRows } from "./jsonPieces.ts";
import { type ConversationBatch, withConversations } from "./messageRows.ts";
import { isParquet, openParquet } from "./parquetRows.ts";
import type { Dataset, RowBatch } from "./readRow.ts";
import { tableRows } from "./tableRows.ts";

/** Reports whether the name indicates uncompressed JSON. */
export function isNamedJson(path: string): boolean {
  const format = namedFormat(path) ?? "jsonl";
  return unpackedName(path) === path && (format === "json" || format === "jsonl");
}

/**
 * Determines the format from the name and the first bytes, which take precedence; null if neither shows it.
 */
function formatOf(name: string, start: Uint8Array): DatasetFormat | null {
  const named = namedFormat(name);
  const isJson = /^(\xef\xbb\xbf)?\s*(\{\s*("|\})|\[\s*(\{|\]|$))/.test(latin(start));
  if (named === "csv" || named === "tsv") return isJson ? "jsonl" : named;
  if (named === "json" || named === "jsonl") return named;
  return isJson ? "jsonl" : null;
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
}

/**
 * @param unknown Format of text whose name and beginning show none; null to reject it.
 * @throws HumanError if it contains no readable rows. Errors of the file system are passed through.
 */
export async function openDataset(path: string, unknown: DatasetFormat | null = null): Promise<Dataset> {
  const { size } = await stat(path);
  if (await isParquet(path))
    return { format: "parquet", isPlainText: false, isTable: false, ...(await openParquet(path)) };
  const text = await openPieces(path, size);
  refuseOther(path, text);
  const format = formatOf(basename(path), text.start) ?? unknown;
  const { fraction, compression } = text;
  const isPlainText = compression === null;
  if (format === "csv" || format === "tsv")
    return { format, isPlainText, isTable: true, fraction, batches: () => tableRows(path, format, text) };
  if (format === "parquet" || format === null) throw noFormat(path, text.start);
  return { format, isPlainText, isTable: false, fraction, batches: () => jsonRows(text) };
}

/**
 * Reports whether a file is read as uncompressed JSON. Also true if it can't be read, which is reported when
 * it is used.
 */
export async function isJsonText(path: string): Promise<boolean> {
  const start = await firstBytes(path, 1024).catch(() => null);
  if (start === null) return true;
  if (compressionOf(start) !== null || latin(start).startsWith("PAR1")) return false;
  const format = formatOf(basename(path), start) ?? "jsonl";
  return format === "json" || format === "jsonl";
}

function noFormat(path: string, start: Uint8Array): HumanError {
  const name = basename(path);
  if (start.length === 0)
    return new HumanError(`${name} is empty.`, { remedy: "Choose another file, or download it again." });
  if (namedFormat(name) === "parquet")
    return new HumanError(`${name} is not a Parquet file.`, {
      remedy: "Download it again: something else was saved under this name.",
    });
  return new HumanError(`${name} has a format that can't be imported.`, {
    remedy: "Convert it to JSON Lines (.jsonl), JSON, CSV, TSV or Parquet.",
  });
}

function refuseOther(path: string, { start, compression }: FilePieces): void {
  const other = otherKind(start);
  if (other === null) return;
  const within = compression === null ? "" : ", within what is compressed";
  const isText = other.remedy === utf8Remedy;
  throw new HumanError(`${basename(path)} is ${other.what}${within}.`, {
    remedy: isText ? "Save the file as UTF-8 (in Excel: CSV UTF-8)." : other.remedy,
  });
}

export interface ChosenDataset extends Omit<Dataset, "batches"> {
  readonly batches: () => AsyncGenerator<ConversationBatch>;
}

/** Opens a file that a user chose, with message trees turned into conversations. @throws HumanError */
export async function chosenDataset(path: string): Promise<ChosenDataset> {
  try {
    const stats = await stat(path).catch(() => null);
    if (stats?.isFile() !== true)
      throw new HumanError(`${path} does not exist or is not a file.`, { remedy: "Choose another file." });
    if (stats.size === 0)
      throw new HumanError(`${basename(path)} is empty.`, {
        remedy: "Choose another file, or download it again.",
      });
    const opened = await openDataset(path);
    return { ...opened, batches: () => withConversations(named(path, opened.batches())) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* named(path: string, batches: AsyncGenerator<RowBatch>): AsyncGenerator<RowBatch> {
  try {
    yield* batches;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Adds a remedy to errors of the file system and leaves all others as they are. */
export function unreadable(path: string, error: unknown): unknown {
  return systemError(error, `${path} can't be read`) ?? error;
}
