// A dataset file as it is read: rows in batches, and the faults between them.
import type { DatasetFormat } from "../../protocol/data.ts";

export type DatasetRow = Readonly<Record<string, unknown>>;

/** A row, what should be one and why it is none, or what a column was named anew for. */
export type ReadRow =
  | { readonly row: DatasetRow; readonly line: number | null }
  | {
      readonly fault: string;
      readonly remedy: string;
      /** `file`: no row, but the file as a whole. */
      readonly kind: "broken" | "header" | "file";
      readonly line: number | null;
    }
  | { readonly column: string };

/** A part of a file; of one that goes on without a row it is empty. */
export type RowBatch = readonly ReadRow[];

export interface Dataset {
  readonly format: DatasetFormat;
  /** Text that is not compressed: what stands on a line can be shown there. */
  readonly isPlainText: boolean;
  /** Rows have lists and maps as text. */
  readonly isTable: boolean;
  /** As the file says it; absent: it doesn't. */
  readonly rowCount?: number;
  /** Share of the file that was read so far, 0 to 1. */
  readonly fraction: () => number;
  /** @throws HumanError where nothing more of the file can be read; what the file system throws. */
  readonly batches: () => AsyncGenerator<RowBatch>;
}

/** More columns than this are no rows of instructions. */
export const mostColumns = 2_000;
