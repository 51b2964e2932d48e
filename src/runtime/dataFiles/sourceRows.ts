// The rows of one file of a source, each with its language, as the fields that Pinch reads.
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

/** Gets every row whose language is known. `faults` are of the file; `at` says where the row stands if its range doesn't. */
export type TakeRow = (row: RawRow, language: string, at: string) => void;

export interface RowsRead {
  /** Rows and what should be some. */
  readonly rows: number;
  /** Of what should be rows and is none, or is in no known language. */
  readonly lost: number;
  /** Columns that the source names. */
  readonly missing: readonly MissingColumn[];
}

interface Reading {
  readonly file: SourceFile;
  readonly source: Pick<DataSource, "language" | "columns">;
  /** Rows of the source's files before this one: where a row has no id, its number is one. */
  readonly first: number;
  readonly faults: Faults;
  readonly take: TakeRow;
  /** Told after each part, with the share of the file that was read. */
  readonly onPart?: (fraction: number) => void;
}

type Faults = Pick<FileFaults, "error" | "warn" | "warnOnce">;

/** @throws HumanError where the rest of the file can't be read; what the file system throws. */
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
      // Messages of one conversation may stand in many rows.
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
  /** One-based line of the text; null where it has none. */
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

/** @param line One-based; null: the file has no lines. */
export function rangeOf(line: number | null): SourceRange {
  if (line === null) return startOfFile;
  return { start: { line: line - 1, column: 0 }, end: { line: line - 1, column: 1 } };
}

/** Where the text has lines, ranges say it. */
function wordsOf({ line, number }: Place): string {
  return line === null ? `Row ${number.toLocaleString("en")}: ` : "";
}

/** 1: a row is lost. */
function noteBroken(read: Fault, number: number, faults: Faults): number {
  const { fault, remedy, kind, line } = read;
  if (kind === "header") {
    faults.warnOnce(
      startOfFile,
      "header-again",
      rows =>
        `The header stands again in ${countOf(rows, "row")}, which ${rows === 1 ? "is" : "are"} not read.`,
      "Nothing needs to be done where files were joined.",
    );
    return 0;
  }
  new RowFaults(faults, rangeOf(line), wordsOf({ line, number })).error("not-a-row", fault, remedy);
  return 1;
}
