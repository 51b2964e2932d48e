// Reads the rows of text tables: CSV as written by spreadsheets and libraries, and TSV, which has no quoting.
import { basename } from "node:path";
import { pipeline } from "node:stream";
import { CsvError, parse as parseCsv } from "csv-parse";
import { HumanError, messageOf } from "../../common/errors.ts";
import type { FilePieces } from "./filePieces.ts";
import { maxColumns, type ReadRow, type RowBatch } from "./readRow.ts";
import { indexLimits } from "./rowLimits.ts";

/** Errors after which the rest of the file is lost. */
const losesTheRest: readonly string[] = ["CSV_QUOTE_NOT_CLOSED", "CSV_MAX_RECORD_SIZE"];

/** Number of rows per batch. */
const rowsAtOnce = 512;

/** @throws HumanError if nothing more can be read. */
export async function* tableRows(
  source: string,
  format: "csv" | "tsv",
  { start, pieces }: Pick<FilePieces, "start" | "pieces">,
): AsyncGenerator<RowBatch> {
  const [first = ""] = new TextDecoder().decode(start).split("\n", 1);
  // Excel's directive in the first line, which sets the delimiter.
  const named = format === "csv" ? /^sep=(.)\s*$/i.exec(first)?.[1] : undefined;
  const delimiter = format === "tsv" ? "\t" : (named ?? delimiterOf(first));
  const input = utf8(source, pieces());
  const faults: string[] = [];
  let fatal: CsvError | null = null;
  let header: readonly string[] = [];
  const parser = parseCsv({
    columns: (names: string[]) => {
      header = names;
      if (names.length > maxColumns) throw tooManyColumns(source, names.length);
      return distinct(names);
    },
    delimiter,
    ...(format === "tsv" ? { quote: false } : {}),
    ...(named === undefined ? {} : { from_line: 2 }),
    record_delimiter: start.includes(0x0a) ? ["\r\n", "\n"] : ["\r"],
    skip_empty_lines: true,
    max_record_size: indexLimits.row,
    skip_records_with_error: true,
    on_skip: error => {
      if (error !== undefined && losesTheRest.includes(error.code)) fatal = error;
      else faults.push(skippedBecause(error, format));
      return undefined;
    },
  });
  // An error in any stage ends the iteration over the last one.
  pipeline(input, parser, () => undefined);
  try {
    let told = false;
    let batch: ReadRow[] = [];
    for await (const row of parser) {
      batch.push(...faults.splice(0).map(brokenRow));
      if (!told) batch.push(...renamed(header).map(column => ({ column })));
      told = true;
      batch.push(format === "tsv" ? tsvRow(row as Fields, header) : csvRow(row as Fields, header));
      if (batch.length < rowsAtOnce) continue;
      yield batch;
      batch = [];
    }
    yield [...batch, ...faults.splice(0).map(brokenRow)];
    if (fatal !== null) throw fatal as CsvError;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new HumanError(`${basename(source)} can't be read as CSV: ${error.message}.`, {
      remedy: "An unclosed quote or a truncated file causes this: write or download it again.",
      cause: error,
    });
  } finally {
    parser.destroy();
  }
}

type Fields = Readonly<Record<string, string>>;

/** Concatenated files contain their header again among the rows. */
function csvRow(row: Fields, header: readonly string[]): ReadRow {
  const isHeader = Object.values(row).every((value, column) => value === header[column]);
  return isHeader
    ? { ...brokenRow("The header is repeated among the rows."), kind: "header" }
    : { row, line: null };
}

/** Some writers quote whole fields nevertheless. */
function tsvRow(row: Fields, header: readonly string[]): ReadRow {
  const fields = Object.entries(row).map(([name, value]) => [name, unquoted(value)] as const);
  return csvRow(Object.fromEntries(fields), header.map(unquoted));
}

function brokenRow(fault: string): ReadRow & { readonly fault: string } {
  return {
    fault: `${fault.replace(/\.$/, "")}.`,
    remedy: "Correct this row, or remove it.",
    kind: "broken",
    line: null,
  };
}

function tooManyColumns(source: string, columns: number): HumanError {
  return new HumanError(
    `${basename(source)} has ${columns.toLocaleString("en")} columns, and at most ${maxColumns.toLocaleString("en")} are read: rows of instructions have a few.`,
    { remedy: "Keep the columns of prompt, response and language only." },
  );
}

function unquoted(value: string): string {
  const inner = /^"(.*)"$/s.exec(value)?.[1]?.replaceAll('""', "\0");
  return inner === undefined || inner.includes('"') ? value : inner.replaceAll("\0", '"');
}

/** Makes column names unique: the second `text` becomes `text (2)`. */
function distinct(header: readonly string[]): string[] {
  const used = new Map<string, number>();
  return header.map((written, at) => {
    const name = unquoted(written.trim()) || `column ${at + 1}`;
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

function renamed(header: readonly string[]): string[] {
  return distinct(header).flatMap((name, at) =>
    name === unquoted(header[at]?.trim() ?? "")
      ? []
      : [`Column ${at + 1} is called ${JSON.stringify(header[at] ?? "")}: it is read as "${name}".`],
  );
}

function skippedBecause(error: CsvError | undefined, format: "csv" | "tsv"): string {
  const message = messageOf(error);
  const isRagged = error?.code === "CSV_RECORD_INCONSISTENT_COLUMNS";
  return isRagged && format === "tsv"
    ? `${message}: a line break or a tab within a field? In TSV, quotes have no special meaning.`
    : message;
}

/** Most frequent delimiter of the first line. In many countries, spreadsheets write semicolons. */
function delimiterOf(line: string): string {
  const unquoted = line.replace(/"[^"]*"/g, "");
  const count = (separator: string): number => unquoted.split(separator).length;
  return [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** Decodes UTF-8 strictly: invalid bytes are errors and never replaced silently. */
async function* utf8(source: string, input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lines = 1;
  for await (const piece of input) {
    try {
      const text = decoder.decode(piece, { stream: true });
      lines += text.split("\n").length - 1;
      yield text;
    } catch (cause) {
      throw notUtf8(source, lines, cause);
    }
  }
  try {
    yield decoder.decode();
  } catch (cause) {
    throw notUtf8(source, lines, cause);
  }
}

function notUtf8(source: string, line: number, cause: unknown): HumanError {
  return new HumanError(`${basename(source)} is not UTF-8 somewhere after line ${line}.`, {
    remedy: "Save it as UTF-8 (in Excel: CSV UTF-8), and import that.",
    cause,
  });
}
