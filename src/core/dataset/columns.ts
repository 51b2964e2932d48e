// Maps columns of other names to the fields that a mixture file assigns to them.

import type { Diagnostic } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import type { JsonObject } from "../../common/json.ts";
import type { ColumnField } from "../mixture/dataSource.ts";
import { parseJson } from "./parseJson.ts";

/** Name of the column for each field. */
export type Columns = Readonly<Partial<Record<ColumnField, string>>>;

/**
 * Columns of other layouts for the two sides: they would take precedence over a column that
 * the mixture file names.
 */
const otherPrompts = ["instruction", "input", "turn_1_prompt"] as const;
const chats = ["messages", "conversations", "conversation"] as const;

/** Returns the row as if its columns had the names of the fields; the row itself if there are no columns. */
export function withColumns(row: JsonObject, columns: Columns | undefined): JsonObject {
  if (columns === undefined) return row;
  const { prompt, response, input } = columns;
  const read: Record<string, unknown> = { ...row };
  if (prompt !== undefined) for (const field of otherPrompts) delete read[field];
  if (prompt !== undefined || response !== undefined) for (const field of chats) delete read[field];
  for (const [field, column] of Object.entries(columns)) {
    delete read[field];
    if (column in row) read[field] = row[column];
  }
  if (response !== undefined) {
    delete read.completion;
    read.output = read.response;
  }
  if (input === undefined) return read;
  // Only Alpaca's layout puts an input after the prompt.
  const { prompt: instruction, response: output = read.output, ...rest } = read;
  return {
    ...rest,
    instruction: instruction ?? read.instruction,
    ...(output === undefined ? {} : { output }),
  };
}

/** Fields other than text, which tables store as JSON text. */
// biome-ignore format: a table
const structured: readonly string[] = [
  "messages", "conversations", "conversation", "history", "checks", "tags", "instruction_id_list", "kwargs",
];

/** Returns a row of a text table with the lists and maps that its fields encode as JSON. */
export function withStructure(row: JsonObject): JsonObject {
  let read: Record<string, unknown> | null = null;
  for (const field of structured) {
    const value = row[field];
    if (typeof value !== "string" || !/^\s*[[{]/.test(value)) continue;
    try {
      const parsed = parseJson(value);
      read ??= { ...row };
      read[field] = parsed;
    } catch {
      // It is plain text; whether the field may be text is checked by its reader.
    }
  }
  return read ?? row;
}

/** Maximum number of names kept for suggestions. */
const maxNames = 1_000;

/** Tracks which of the columns named by a mixture file occur in a data file. */
export class UsedColumns {
  readonly #missing: Map<string, string>;
  readonly #names = new Set<string>();
  #rows = 0;

  /** @param more other required columns by purpose: keys are what they name, values are the columns */
  constructor(columns: Columns = {}, more: Readonly<Record<string, string>> = {}) {
    this.#missing = new Map(Object.entries({ ...columns, ...more }).map(([field, name]) => [name, field]));
  }

  note(row: JsonObject): void {
    if (this.#missing.size === 0) return;
    this.#rows++;
    for (const name of this.#missing.keys()) if (name in row) this.#missing.delete(name);
    if (this.#names.size < maxNames) for (const name of Object.keys(row)) this.#names.add(name);
  }

  /** Returns the columns that no row has; empty if there were no rows. */
  missing(): MissingColumn[] {
    const names = [...this.#names];
    const known = names.slice(0, 12).map(each => `"${each}"`);
    return [...(this.#rows === 0 ? [] : this.#missing)].map(([column, field]) => {
      const near = closest(column, names);
      const others = `The ${known.length === 1 ? "only column is" : "columns are"} ${known.join(", ")}.`;
      const what = field === "language" ? "names the language" : `is read as ${field}`;
      return {
        field,
        message: `No row has the column "${column}", which ${what}.`,
        remedy: near === null ? others : `Did you mean "${near}"?`,
        near,
      };
    });
  }
}

export interface MissingColumn {
  /** Field that the column is read as, or `language`. */
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
  readonly near: string | null;
}

/**
 * Returns the diagnostic of a missing column.
 * @param place where the mixture file names the column, else the start of the data file
 */
export function missingColumnFault(
  { message, remedy, near }: MissingColumn,
  place: Pick<Diagnostic, "file" | "range">,
): Diagnostic {
  const meant = near === null ? {} : { meant: near };
  return { severity: "error", code: "missing-column", message, remedy, ...place, ...meant };
}
