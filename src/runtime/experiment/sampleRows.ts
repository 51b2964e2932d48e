// A sample of a file's rows.
import { randomInt, seededRandom } from "../../common/random.ts";

/** Takes one row from each equal stretch of the file, so that a block of peculiar rows is found anywhere. */
export function sampleOf<Row>(
  rows: readonly Row[],
  count: number,
  ...seed: readonly [string, ...string[]]
): readonly Row[] {
  if (rows.length <= count) return rows;
  const random = seededRandom(...seed);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * rows.length) / count);
    const to = Math.floor(((i + 1) * rows.length) / count);
    return rows[from + randomInt(random, to - from)] as Row;
  });
}
