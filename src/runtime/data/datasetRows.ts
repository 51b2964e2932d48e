// The rows of somebody's dataset file, whatever its format: JSON Lines, JSON, CSV, TSV, Parquet; never held whole.
import { createReadStream, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, extname } from "node:path";
import { CsvError, parse as parseCsv } from "csv-parse";
import { HumanError, messageOf } from "../../common/errors.ts";
import { wideEncoding } from "../../core/dataset/decode.ts";
import type { DatasetFormat } from "../../protocol/data.ts";
import { indexLimits } from "./indexFile.ts";
import { RowSplitter } from "./indexSplit.ts";
import { parquetRows } from "./parquetRows.ts";

export type DatasetRow = Readonly<Record<string, unknown>>;

/** A row, or the place and fault of what should be one. */
export type ReadRow =
  | { readonly row: DatasetRow; readonly fraction: number }
  | { readonly fault: string; readonly fraction: number };

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
      await refuseWide(source);
      yield* format === "csv" || format === "tsv"
        ? csvRows(source, format === "tsv" ? "\t" : await delimiterOf(source), stat.size)
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

async function refuseWide(source: string): Promise<void> {
  const wide = wideEncoding(await firstBytes(source, 4));
  if (wide === null) return;
  throw new HumanError(`${basename(source)} is encoded in ${wide}, not in UTF-8.`, {
    remedy: "Save it as UTF-8 (in Excel: CSV UTF-8), and import that.",
  });
}

async function* jsonRows(source: string, size: number): AsyncGenerator<ReadRow> {
  const ready: ReadRow[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let read = 0;
  const splitter = new RowSplitter(indexLimits.row, ({ bytes, line }) => {
    const fraction = read / size;
    if (bytes === null) {
      ready.push({ fault: `Line ${line} is longer than ${indexLimits.row / 2 ** 20} MB.`, fraction });
      return;
    }
    try {
      const row: unknown = JSON.parse(decoder.decode(bytes));
      const isRow = typeof row === "object" && row !== null && !Array.isArray(row);
      ready.push(
        isRow ? { row: row as DatasetRow, fraction } : { fault: `Line ${line} is no JSON object.`, fraction },
      );
    } catch (error) {
      const what = error instanceof SyntaxError ? "is not JSON" : "is not UTF-8";
      ready.push({ fault: `Line ${line} ${what}.`, fraction });
    }
  });
  for await (const piece of createReadStream(source, { highWaterMark: indexLimits.piece })) {
    const bytes = piece as Uint8Array;
    read += bytes.length;
    splitter.push(bytes);
    yield* ready.splice(0);
  }
  const { closed } = splitter.end();
  yield* ready.splice(0);
  if (!closed) yield { fault: "The JSON array is not closed: the file may be incomplete.", fraction: 1 };
}

/** The character of the first line that separates most: spreadsheets of many countries write semicolons. */
async function delimiterOf(source: string): Promise<string> {
  const [line = ""] = new TextDecoder().decode(await firstBytes(source, 65_536)).split("\n", 1);
  const unquoted = line.replace(/"[^"]*"/g, "");
  const count = (separator: string): number => unquoted.split(separator).length;
  return [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** Faults that swallow what follows them. */
const losesTheRest: readonly string[] = ["CSV_QUOTE_NOT_CLOSED", "CSV_MAX_RECORD_SIZE"];

async function* csvRows(source: string, delimiter: string, size: number): AsyncGenerator<ReadRow> {
  const input = createReadStream(source);
  const skipped: string[] = [];
  let fatal: CsvError | null = null;
  const parser = input.pipe(
    parseCsv({
      columns: true,
      bom: true,
      delimiter,
      skip_empty_lines: true,
      max_record_size: indexLimits.row,
      skip_records_with_error: true,
      on_skip: error => {
        if (error !== undefined && losesTheRest.includes(error.code)) fatal = error;
        else skipped.push(messageOf(error));
        return undefined;
      },
    }),
  );
  input.once("error", error => parser.destroy(error));
  try {
    for await (const row of parser) {
      const fraction = Math.min(1, input.bytesRead / size);
      for (const fault of skipped.splice(0)) yield { fault, fraction };
      yield { row: row as DatasetRow, fraction };
    }
    for (const fault of skipped.splice(0)) yield { fault, fraction: 1 };
    if (fatal !== null) throw fatal as CsvError;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new HumanError(`${basename(source)} can't be read as CSV: ${error.message}.`, {
      remedy:
        "A quote that is not closed, or a file that was cut short, does this: write or download it again.",
      cause: error,
    });
  } finally {
    input.destroy();
  }
}
