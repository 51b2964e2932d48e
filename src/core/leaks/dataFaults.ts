// Collects the faults that a mixture file's data reveal, in the file and among the data themselves.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { checkAgainstData } from "../mixtureFile/checkAgainstData.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import { type DataRows, dataRanges, type FindRow, leakFaults } from "./leakFaults.ts";

export interface ReadData extends DataRows {
  /**
   * True for each side that was read: data that can't be read, or are not downloaded yet,
   * have no further faults.
   */
  readonly isRead: Readonly<Record<keyof DataRows, boolean>>;
}

export function dataFaults(parsed: ParsedMixtureFile, data: ReadData, findRow: FindRow): Diagnostic[] {
  const { train, evaluation, development, isRead } = data;
  const available = new Map([...train].map(([language, rows]) => [language, rows.map(({ id }) => id)]));
  return [
    ...checkAgainstData(
      parsed,
      isRead.train ? available : null,
      isRead.evaluation ? evaluation.keys() : null,
      isRead.development ? development.keys() : null,
    ),
    ...leakFaults(data, dataRanges(parsed), findRow),
  ];
}
