// What a study gives when it is read by one score: figure, reading and table.
import type { DataTable } from "../figures/dataTable.ts";
import type { StudyName } from "./studyNames.ts";

export interface StudyResult {
  readonly name: StudyName;
  readonly title: string;
  /** Name of the score. */
  readonly score: string;
  /** Unique in a report, and fit for a file name. */
  readonly slug: string;
  /** SVG; its style is `figureStyle`. */
  readonly figure: string;
  /** What lines and colours mean. */
  readonly caption: string;
  /** Sentences: what the numbers carry, and no more. */
  readonly reading: readonly string[];
  readonly table: DataTable;
}
