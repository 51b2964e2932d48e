// Result of a study for one score: figure, conclusions and table.
import type { DataTable } from "../figures/dataTable.ts";
import type { StudyName } from "./studyNames.ts";

export interface StudyResult {
  readonly name: StudyName;
  readonly title: string;
  /** Name of the score. */
  readonly score: string;
  /** Unique in a report and usable as a file name. */
  readonly slug: string;
  /** SVG, styled with `figureStyle`. */
  readonly figure: string;
  /** Legend of lines and colours. */
  readonly caption: string;
  /** Sentences that claim no more than the numbers support. */
  readonly reading: readonly string[];
  readonly table: DataTable;
}
