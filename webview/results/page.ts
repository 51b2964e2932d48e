// The input of the results page: its data and actions, and the lists that its sections add to.
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

/** Draws a chart on its canvas, which is in the page by then. */
export type Draw = () => Chart;

/** Marks the cell whose samples are shown; null removes the mark. */
export type MarkCell = (cell: ResultsViewMemory["cell"]) => void;

/** A result that the host computes in a separate process. */
interface FigureState<Value> {
  readonly value: Value | null;
  readonly fault: string | null;
}

export interface MoreSamples {
  /** Absent for all outcomes. */
  readonly outcome?: Outcome;
  /** Mixtures whose responses are shown next to them. */
  readonly beside?: readonly ResultsRow[];
}

/** State of the page. */
interface PageView {
  readonly state: ResultsViewState;
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  readonly memory: ResultsViewMemory;
  /** Side-by-side score that is shown, if the metric is one. */
  readonly sideBySide: SideBySide | undefined;
  readonly differences: FigureState<DifferenceFound & { readonly query: DifferenceQuery }>;
  readonly studies: FigureState<StudiesFound>;
}

export interface PageActions {
  readonly chooseCell: (row: ResultsRow, language: string) => void;
  readonly chooseGroup: (group: string) => void;
  readonly chooseMetric: (metric: MetricKey) => void;
  /** Opens samples of a mixture, in one language or all. */
  readonly openSamples: (row: ResultsRow, language: string | null, more?: MoreSamples) => void;
  readonly hide: (hidden: HiddenParts) => void;
  readonly exportAll: () => void;
  readonly compare: () => void;
  readonly rate: () => void;
  /** Stores the change and redraws the page. */
  readonly update: (change: Partial<ResultsViewMemory>) => void;
}

export interface PageInput extends PageView {
  readonly actions: PageActions;
  readonly figures: Figures;
  /** Charts, added by the sections and drawn once all canvases are in the page. */
  readonly draw: Draw[];
  /** Functions, added by the sections, that mark a cell. */
  readonly marks: MarkCell[];
}
