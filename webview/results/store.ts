// The state of the results page, in one place: what the host sent and what was chosen, which is remembered.
import type { MetricKey } from "../../src/core/records/records.ts";
import { leadingMetric, type ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { SideBySide } from "../../src/core/results/sideBySide.ts";
import type {
  FromResultsView,
  ResultsHostCalls,
  ResultsPageCalls,
  ResultsViewMemory,
  ResultsViewState,
  ToResultsView,
} from "../../src/protocol/resultsView.ts";
import { figureNames, renderFigure } from "../shared/figures.tsx";
import { connectHost } from "../shared/host.ts";
import { onThemeChange, readTheme, type Theme } from "../shared/theme.ts";

export type Cell = NonNullable<ResultsViewMemory["cell"]>;

export interface PageState {
  /** Null until the host has sent it. A new object may follow changed files. */
  readonly state: ResultsViewState | null;
  readonly memory: ResultsViewMemory;
  readonly theme: Theme;
  /** Number of clicks that opened samples or pairs, which take the focus when they arrive. */
  readonly opened: number;
}

/** The page once there are results. */
export interface TablePage extends PageState {
  readonly state: ResultsViewState;
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  /** Side-by-side score that is shown, if the metric is one. */
  readonly sideBySide: SideBySide | undefined;
  /** Cell whose samples or pairs are shown. */
  readonly cell: Cell | null;
}

export const host = connectHost<
  ToResultsView,
  FromResultsView,
  ResultsViewMemory,
  ResultsHostCalls,
  ResultsPageCalls
>(receive, {
  exportable: () => {
    const shown = tablePage();
    return { figures: figureNames(), samples: shown?.cell != null && shown.sideBySide === undefined };
  },
  render: ({ figure, format }) => renderFigure(figure, format, page.theme.background),
});

let page: PageState = {
  state: null,
  memory: {
    group: null,
    metric: null,
    cell: null,
    outcome: "all",
    responseLanguage: null,
    text: "",
    everyLanguage: false,
    beside: [],
    offset: 0,
    pairFilter: "all",
    shareLanguage: null,
    hidden: { languages: [], mixtures: [] },
    difference: null,
    studiesOpen: false,
    ...(host.recall() as Partial<ResultsViewMemory> | null), // an older version kept less
  },
  theme: readTheme(),
  opened: 0,
};
let draw: (page: PageState) => void = () => undefined;

/** Draws the page now and on every change, once the host has been asked for its state. */
export function start(drawPage: (page: PageState) => void): void {
  draw = drawPage;
  onThemeChange(() => set({ theme: readTheme() }));
  const { group, hidden } = page.memory;
  host.post({ type: "ready", group, hidden });
}

function set(change: Partial<PageState>): void {
  page = { ...page, ...change };
  draw(page);
}

/** Stores a choice. */
export function update(change: Partial<ResultsViewMemory>): void {
  const memory = { ...page.memory, ...change };
  host.remember(memory);
  set({ memory });
}

/** Stores a choice that opens samples or pairs. */
export function open(change: Partial<ResultsViewMemory>): void {
  page = { ...page, opened: page.opened + 1 };
  update(change);
}

function receive(message: ToResultsView): void {
  switch (message.type) {
    case "state": {
      const { state } = message;
      if (JSON.stringify(state) === JSON.stringify(page.state)) return;
      const { memory } = page;
      page = { ...page, state };
      if (memory.group === state.group) update({ cell: cellStillThere(state, memory.cell) });
      else update({ group: state.group, cell: null, offset: 0 });
      return;
    }
    case "showSideBySide":
      update({ metric: message.metric, cell: null, pairFilter: "all", offset: 0 });
      return;
  }
}

/** The cell with an existing run, since a mixture that ran again has another folder; null if it has none. */
function cellStillThere({ table }: ResultsViewState, cell: Cell | null): Cell | null {
  const runs = table?.rows.find(({ mixture }) => mixture === cell?.mixture)?.runs ?? [];
  const run = runs.find(({ folder }) => folder === cell?.folder) ?? runs[0];
  return cell === null || run === undefined ? null : { ...cell, folder: run.folder };
}

/** Returns null until a run has been evaluated. */
export function tablePage(): TablePage | null {
  const { state, memory } = page;
  if (state?.table == null) return null;
  const { table } = state;
  const metric =
    memory.metric !== null && table.metrics.includes(memory.metric) ? memory.metric : leadingMetric(table);
  const cell = table.rows.some(({ mixture }) => mixture === memory.cell?.mixture) ? memory.cell : null;
  const sideBySide = state.sideBySide.find(({ key }) => key === metric);
  return { ...page, state, table, metric, sideBySide, cell };
}
