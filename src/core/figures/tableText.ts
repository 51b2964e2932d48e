// A table as CSV, JSON or tab-separated lines, for other programs.
import type { DataTable } from "./dataTable.ts";

/** RFC 4180 with a byte order mark: spreadsheets read other scripts wrong without it. */
export function dataTableCsv({ head, rows }: Pick<DataTable, "head" | "rows">): string {
  return `\ufeff${[head, ...rows].map(row => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/** One object for each row, by the names of the columns; numbers as numbers. */
export function dataTableJson({ head, rows }: Pick<DataTable, "head" | "rows">): string {
  const objects = rows.map(row =>
    Object.fromEntries(head.map((name, i) => [name, jsonValue(row[i] ?? "")] as const)),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

function jsonValue(cell: string): string | number | null {
  if (cell === "" || cell === "–") return null;
  const number = Number(cell);
  return cell.trim() !== "" && Number.isFinite(number) ? number : cell;
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe before it: models write such text too. Some
 * read full-width signs as signs, and pass over blanks before them.
 */
function csvCell(cell: string): string {
  const safe =
    /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u.test(cell) && !Number.isFinite(Number(cell))
      ? `'${cell}`
      : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
