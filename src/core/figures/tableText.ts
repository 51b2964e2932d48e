// Formats a table as CSV or JSON for other programs.
import type { DataTable } from "./dataTable.ts";

/** Returns CSV by RFC 4180 with a byte order mark, without which spreadsheets misread other scripts. */
export function dataTableCsv({ head, rows }: Pick<DataTable, "head" | "rows">): string {
  return `\ufeff${[head, ...rows].map(row => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/** Returns JSON with one object per row, keyed by column names; numeric cells are numbers. */
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
 * Quotes a cell. Text that a spreadsheet would treat as a formula, which models can also write, gets a
 * leading apostrophe. Some spreadsheets also accept full-width signs, and skip blanks before them.
 */
function csvCell(cell: string): string {
  const safe =
    /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u.test(cell) && !Number.isFinite(Number(cell))
      ? `'${cell}`
      : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
