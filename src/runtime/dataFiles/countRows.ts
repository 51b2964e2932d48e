// Counts the rows of a data file in any format, without loading all of it.
import { HumanError } from "../../common/errors.ts";
import { openDataset, unreadable } from "./datasetRows.ts";

/** If a file can't be read to its end, counts the rows before that. Its users report the reason. */
export async function countRows(path: string): Promise<number> {
  let rows = 0;
  try {
    const { batches, rowCount } = await openDataset(path, "jsonl");
    if (rowCount !== undefined) return rowCount;
    for await (const batch of batches()) for (const read of batch) if ("row" in read) rows++;
  } catch (error) {
    if (!(unreadable(path, error) instanceof HumanError)) throw error;
  }
  return rows;
}
