// The input of the results page: its data, its actions, and what its sections add to.
import type { Chart } from "chart.js";
import type { MetricKey, Outcome } from "../../src/core/records/records.ts";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { SideBySide } from "../../src/core/results/sideBySide.ts";
import type {
  DifferenceFound,
  DifferenceQuery,
  HiddenParts,
  ResultsViewMemory,
  ResultsViewState,
  StudiesFound,
} from "../../src/protocol/resultsView.ts";
import type { Figures } from "../shared/figures.ts";

/** Draws a chart on a canvas that is in the page by then. */
export type Draw = () => Chart;

/** Marks the cell whose samples are shown; null: none is. */
export type MarkCell = (cell: ResultsViewMemory["cell"]) => void;

/** A result that the host computes in a separate process. */
interface FigureState<Value> {
  readonly value: Value | null;
  readonly fault: string | null;
}

export interface MoreSamples {
  /** Absent: all of them. */
  readonly outcome?: Outcome;
  /** Mixtures whose responses are shown next to them. */
  readonly beside?: readonly ResultsRow[];
}

/** What the page shows. */
interface PageView {
  readonly state: ResultsViewState;
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  readonly memory: ResultsViewMemory;
  /** What is behind the metric, where that is a side-by-side score. */
  readonly sideBySide: SideBySide | undefined;
  readonly differences: FigureState<DifferenceFound & { readonly query: DifferenceQuery }>;
  readonly studies: FigureState<StudiesFound>;
}

export interface PageActions {
  readonly chooseCell: (row: ResultsRow, language: string) => void;
  readonly chooseGroup: (group: string) => void;
  readonly chooseMetric: (metric: MetricKey) => void;
  /** Opens samples of the mixture: of one language, or of all. */
  readonly openSamples: (row: ResultsRow, language: string | null, more?: MoreSamples) => void;
  readonly hide: (hidden: HiddenParts) => void;
  readonly exportAll: () => void;
  readonly compare: () => void;
  readonly rate: () => void;
  /** Remembers and draws the page again. */
  readonly update: (change: Partial<ResultsViewMemory>) => void;
}

export interface PageInput extends PageView {
  readonly actions: PageActions;
  readonly figures: Figures;
  /** Sections add the charts that are drawn once all of them are in the page. */
  readonly draw: Draw[];
  /** Sections add how they mark a cell. */
  readonly marks: MarkCell[];
}
