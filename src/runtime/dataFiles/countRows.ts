// How many rows a data file has, whatever its format; never held whole.
import { HumanError } from "../../common/errors.ts";
import { openDataset, unreadable } from "./datasetRows.ts";

/** Of one that can't be read to its end, those before; whoever uses it says why. */
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
