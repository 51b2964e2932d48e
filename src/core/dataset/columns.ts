// Columns of other names, read as the fields that a mixture file says.

import type { Diagnostic } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import type { JsonObject } from "../../common/json.ts";
import type { ColumnField } from "../mixture/dataSource.ts";
import { parseJson } from "./parseJson.ts";

/** The column that is read as each field. */
export type Columns = Readonly<Partial<Record<ColumnField, string>>>;

/** What other layouts call the sides: read instead of a column that was named, they would hide it. */
const otherPrompts = ["instruction", "input", "turn_1_prompt"] as const;
const chats = ["messages", "conversations", "conversation"] as const;

/** The row as if its columns had the names of the fields; without columns the row itself. */
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
  // Alpaca's layout is the one that puts an input after the prompt.
  const { prompt: instruction, response: output = read.output, ...rest } = read;
  return {
    ...rest,
    instruction: instruction ?? read.instruction,
    ...(output === undefined ? {} : { output }),
  };
}

/** Fields that are no text, which tables hold as JSON in a text. */
// biome-ignore format: a table
const structured: readonly string[] = [
  "messages", "conversations", "conversation", "history", "checks", "tags", "instruction_id_list", "kwargs",
];

/** A row of a table in text, with the lists and maps that its fields spell out. */
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
      // It is a text, and the field says what it should be.
    }
  }
  return read ?? row;
}

/** Names that are kept for suggestions. */
const mostNames = 1_000;

/** Which of the columns that a mixture file names were met in a file. */
export class UsedColumns {
  readonly #missing: Map<string, string>;
  readonly #names = new Set<string>();
  #rows = 0;

  /** @param more Others that are needed, by what they are for. */
  constructor(columns: Columns = {}, more: Readonly<Record<string, string>> = {}) {
    this.#missing = new Map(Object.entries({ ...columns, ...more }).map(([field, name]) => [name, field]));
  }

  note(row: JsonObject): void {
    if (this.#missing.size === 0) return;
    this.#rows++;
    for (const name of this.#missing.keys()) if (name in row) this.#missing.delete(name);
    if (this.#names.size < mostNames) for (const name of Object.keys(row)) this.#names.add(name);
  }

  /** Those that no row has; none where there is no row. */
  missing(): MissingColumn[] {
    const names = [...this.#names];
    const known = names.slice(0, 12).map(each => `"${each}"`);
    return [...(this.#rows === 0 ? [] : this.#missing)].map(([column, field]) => {
      const near = closest(column, names);
      const others = `There ${known.length === 1 ? "is" : "are"} ${known.join(", ")}.`;
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
  /** What it is read as, or `language`. */
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
  readonly near: string | null;
}

/** @param place In the mixture file where that says the column, else in the data file. */
export function missingColumnFault(
  { message, remedy, near }: MissingColumn,
  place: Pick<Diagnostic, "file" | "range">,
): Diagnostic {
  const meant = near === null ? {} : { meant: near };
  return { severity: "error", code: "missing-column", message, remedy, ...place, ...meant };
}
