// The rows of somebody's dataset file, whatever its format: JSON Lines, JSON, CSV, TSV, Parquet; never held whole.
import { createReadStream, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, extname } from "node:path";
import { HumanError, messageOf } from "../../common/errors.ts";
import { otherKind, utf8Remedy } from "../../core/dataset/otherKind.ts";
import { hasNoNumber, parseJson } from "../../core/dataset/parseJson.ts";
import type { DatasetFormat } from "../../protocol/data.ts";
import { indexLimits } from "./indexFile.ts";
import { RowSplitter } from "./indexSplit.ts";
import { parquetRows } from "./parquetRows.ts";
import { tableRows } from "./tableRows.ts";

export type DatasetRow = Readonly<Record<string, unknown>>;

/** A row, the place and fault of what should be one, or what a column was named anew for. */
export type ReadRow = { readonly fraction: number } & (
  | { readonly row: DatasetRow }
  | { readonly fault: string; readonly kind: "broken" | "header" }
  | { readonly column: string }
);

const formats: Readonly<Record<string, DatasetFormat>> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".csv": "csv",
  ".tsv": "tsv",
  ".parquet": "parquet",
  ".pq": "parquet",
};

/** By the file's name. @throws HumanError */
export function formatOf(source: string): DatasetFormat {
  const format = formats[extname(source).toLowerCase()];
  if (format !== undefined) return format;
  throw new HumanError(`${basename(source)} is in no format that can be imported.`, {
    remedy: "Convert it to JSON Lines (.jsonl), JSON, CSV, TSV or Parquet.",
  });
}

/** @throws HumanError where nothing more of the file can be read. */
export async function* datasetRows(source: string): AsyncGenerator<ReadRow> {
  const format = formatOf(source);
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat?.isFile() !== true)
    throw new HumanError(`${source} does not exist, or is no file.`, { remedy: "Choose another file." });
  if (stat.size === 0)
    throw new HumanError(`${basename(source)} is empty.`, {
      remedy: "Choose another file, or download it again.",
    });
  try {
    if (format === "parquet") yield* parquetRows(source);
    else {
      const start = await firstBytes(source, 65_536);
      refuseOther(source, start);
      yield* format === "csv" || format === "tsv"
        ? tableRows(source, format, start, stat.size)
        : jsonRows(source, stat.size);
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (error instanceof HumanError || typeof code !== "string" || !/^E[A-Z]+$/.test(code)) throw error;
    throw new HumanError(`${source} can't be read (${messageOf(error)}).`, {
      remedy: "Check that it is there, its permissions, and that its disk is connected.",
      cause: error,
    });
  }
}

async function firstBytes(source: string, count: number): Promise<Uint8Array> {
  const file = await open(source, "r");
  try {
    const bytes = new Uint8Array(count);
    const { bytesRead } = await file.read(bytes, 0, count, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function refuseOther(source: string, start: Uint8Array): void {
  const other = otherKind(start);
  if (other === null) return;
  const isText = other.remedy === utf8Remedy;
  throw new HumanError(`${basename(source)} is ${other.what}.`, {
    remedy: isText ? "Save it as UTF-8 (in Excel: CSV UTF-8), and import that." : other.remedy,
  });
}

async function* jsonRows(source: string, size: number): AsyncGenerator<ReadRow> {
  const ready: ReadRow[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let read = 0;
  const splitter = new RowSplitter(indexLimits.row, ({ bytes, line }) => {
    const fraction = read / size;
    const broken = (fault: string): void => void ready.push({ fault, kind: "broken", fraction });
    if (bytes === null) {
      broken(`Line ${line} is longer than ${indexLimits.row / 2 ** 20} MB.`);
      return;
    }
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      broken(`Line ${line} is not UTF-8.`);
      return;
    }
    try {
      const row = parseJson(text);
      const isRow = typeof row === "object" && row !== null && !Array.isArray(row);
      if (isRow) ready.push({ row: row as DatasetRow, fraction });
      else broken(`Line ${line} is no JSON object.`);
    } catch {
      broken(`Line ${line} is not JSON${hasNoNumber(text) ? ", which has no NaN and no Infinity" : ""}.`);
    }
  });
  for await (const piece of createReadStream(source, { highWaterMark: indexLimits.piece })) {
    const bytes = piece as Uint8Array;
    read += bytes.length;
    splitter.push(bytes);
    yield* ready.splice(0);
  }
  const { closed, more } = splitter.end();
  yield* ready.splice(0);
  const end = { kind: "broken", fraction: 1 } as const;
  if (!closed) yield { fault: "The JSON array is not closed: the file may be incomplete.", ...end };
  if (more) yield { fault: "There is more after the end of the JSON array, which is not read.", ...end };
}
