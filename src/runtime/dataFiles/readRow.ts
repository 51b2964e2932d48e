// Common representation of dataset files: batches of rows with the errors between them.
import type { DatasetFormat } from "../../protocol/data.ts";

export type DatasetRow = Readonly<Record<string, unknown>>;

/** A row, an invalid row with the reason, or a header whose duplicate columns were renamed. */
export type ReadRow =
  | { readonly row: DatasetRow; readonly line: number | null }
  | {
      readonly fault: string;
      readonly remedy: string;
      /** `file` is an error of the file as a whole. */
      readonly kind: "broken" | "header" | "file";
      readonly line: number | null;
    }
  | { readonly column: string };

/** Consecutive part of a file; empty if that part contains no complete row. */
export type RowBatch = readonly ReadRow[];

export interface Dataset {
  readonly format: DatasetFormat;
  /** True for uncompressed text, where a line can be shown to the user. */
  readonly isPlainText: boolean;
  /** True if rows contain lists and maps as text. */
  readonly isTable: boolean;
  /** Number of rows according to the file; omitted if it does not state one. */
  readonly rowCount?: number;
  /** Fraction of the file read so far, from 0 to 1. */
  readonly fraction: () => number;
  /**
   * @throws HumanError if the rest of the file can't be read. Errors of the file system are passed through.
   */
  readonly batches: () => AsyncGenerator<RowBatch>;
}

/** Maximum number of columns; more are not rows of instructions. */
export const maxColumns = 2_000;
