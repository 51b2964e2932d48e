// Reads one file of a source: its rows with their languages and the fields that Pinch uses.
import { type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { countOf } from "../../common/words.ts";
import {
  type Columns,
  type MissingColumn,
  UsedColumns,
  withColumns,
  withStructure,
} from "../../core/dataset/columns.ts";
import type { RawRow } from "../../core/dataset/jsonRows.ts";
import { RowLanguages } from "../../core/dataset/languageColumn.ts";
import { MessageTrees, type Placed, unusedRemedy, unusedText } from "../../core/dataset/messageTrees.ts";
import { type FileFaults, RowFaults } from "../../core/dataset/rowFaults.ts";
import type { DataSource } from "../../core/mixture/dataSource.ts";
import { openDataset } from "./datasetRows.ts";
import type { DatasetRow, ReadRow } from "./readRow.ts";
import type { SourceFile } from "./sourceFile.ts";

/**
 * Receives each row whose language is known. `faults` belong to the file; `at` describes the row's location
 * if its range does not.
 */
type TakeRow = (row: RawRow, language: string, at: string) => void;

export interface RowsRead {
  /** Number of rows, including invalid ones. */
  readonly rows: number;
  /** Number of rows that are invalid or whose language is unknown. */
  readonly lost: number;
  /** Columns named by the source. */
  readonly missing: readonly MissingColumn[];
}

interface Reading {
  readonly file: SourceFile;
  readonly source: Pick<DataSource, "language" | "columns">;
  /**
   * Number of rows in the source's files before this one, since rows without an id are identified by number.
   */
  readonly first: number;
  readonly faults: Faults;
  readonly take: TakeRow;
  /** Called after each batch with the fraction of the file read. */
  readonly onPart?: (fraction: number) => void;
}

type Faults = Pick<FileFaults, "error" | "warn" | "warnOnce">;

/** @throws HumanError if the rest of the file can't be read. Errors of the file system are passed through. */
export async function readSourceRows(reading: Reading): Promise<RowsRead> {
  const { file, source, first, faults, take } = reading;
  const { batches, fraction, isTable } = await openDataset(file.path, "jsonl");
  const languages = new RowLanguages(file.language, source.language, faults);
  const used = new UsedColumns(source.columns, languageColumn(source));
  const trees = new MessageTrees<Place>();
  let number = first;
  let lost = 0;
  const takeWhole = ({ row, place }: Placed<Place>): void => {
    const language = languages.of(row, rangeOf(place.line));
    if (language === null) lost++;
    else take(rawRow(row, place, source.columns, isTable), language, wordsOf(place));
  };
  for await (const batch of batches()) {
    for (const read of batch) {
      if ("column" in read) {
        faults.warnOnce(startOfFile, `column-${read.column}`, () => read.column, "Nothing needs to be done.");
        continue;
      }
      if ("fault" in read && read.kind === "file") {
        faults.error(startOfFile, "not-json", read.fault, read.remedy);
        continue;
      }
      number++;
      if ("fault" in read) {
        lost += noteBroken(read, number, faults);
        continue;
      }
      used.note(read.row);
      // The messages of one conversation may be spread over many rows.
      for (const whole of trees.push(read.row, { line: read.line, number })) takeWhole(whole);
    }
    reading.onPart?.(fraction());
  }
  for (const whole of trees.end()) takeWhole(whole);
  for (const [reason, { count, first: at }] of trees.unused)
    faults.warnOnce(rangeOf(at.line), reason, () => unusedText(reason, count), unusedRemedy);
  return { rows: number - first, lost, missing: used.missing() };
}

function languageColumn({ language }: Pick<DataSource, "language">): Readonly<Record<string, string>> {
  return language === undefined ? {} : { language };
}

type Fault = Extract<ReadRow, { readonly fault: string }>;

interface Place {
  /** One-based line of the text; null if it has no lines. */
  readonly line: number | null;
  readonly number: number;
}

function rawRow(
  row: DatasetRow,
  { line, number }: Place,
  columns: Columns | undefined,
  isTable: boolean,
): RawRow {
  const named = withColumns(row, columns);
  return { number, range: rangeOf(line), value: isTable ? withStructure(named) : named };
}

/** @param line One-based; null if the file has no lines. */
export function rangeOf(line: number | null): SourceRange {
  if (line === null) return startOfFile;
  return { start: { line: line - 1, column: 0 }, end: { line: line - 1, column: 1 } };
}

/** Describes the location; unnecessary for text with lines, where ranges show it. */
function wordsOf({ line, number }: Place): string {
  return line === null ? `Row ${number.toLocaleString("en")}: ` : "";
}

/** Reports an invalid row. Returns 1 if a row is lost. */
function noteBroken(read: Fault, number: number, faults: Faults): number {
  const { fault, remedy, kind, line } = read;
  if (kind === "header") {
    faults.warnOnce(
      startOfFile,
      "header-again",
      rows =>
        `The header is repeated in ${countOf(rows, "row")}, which ${rows === 1 ? "is" : "are"} not read.`,
      "This is normal for concatenated files.",
    );
    return 0;
  }
  new RowFaults(faults, rangeOf(line), wordsOf({ line, number })).error("not-a-row", fault, remedy);
  return 1;
}
