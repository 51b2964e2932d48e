// The results panel: metric, heat map, table, figures and samples. The choices are remembered.

import type { MetricKey } from "../../src/core/records/records.ts";
import { leadingMetric, type ResultsRow, type ResultsTable } from "../../src/core/results/resultsTable.ts";
import { isSideBySide, type SideBySide } from "../../src/core/results/sideBySide.ts";
import type {
  FromResultsView,
  ResultsHostCalls,
  ResultsPageCalls,
  ResultsViewMemory,
  ResultsViewState,
  ToResultsView,
} from "../../src/protocol/resultsView.ts";
import { h, replaceKeepingFocus, rootElement } from "../shared/dom.ts";
import { Figures } from "../shared/figures.ts";
import { connectHost } from "../shared/host.ts";
import { drawWhenIdle } from "../shared/idle.ts";
import { Newest } from "../shared/newest.ts";
import { onThemeChange, readTheme } from "../shared/theme.ts";
import { agreementSection, judgeSection } from "./agreement.ts";
import { Detail } from "./detail.ts";
import { chosenDifference, differenceSection } from "./differenceSection.ts";
import { countSection, curveSection, seenSection, sharesSection } from "./figureSections.ts";
import type { Draw, MarkCell, MoreSamples, PageActions, PageInput } from "./page.ts";
import { emptyPage, heatMapSection, pageHead } from "./sections.ts";
import { studiesSection } from "./studiesSection.ts";
import "../shared/base.css";
import "./style.css";

const root = rootElement();
const render = drawWhenIdle(root, drawPage);
const host = connectHost<
  ToResultsView,
  FromResultsView,
  ResultsViewMemory,
  ResultsHostCalls,
  ResultsPageCalls
>(receive, {
  exportable: () => ({ figures: figures.names(), samples: detail.hasSamples }),
  render: ({ figure, format }) => figures.render(figure, format, readTheme().background),
});
let memory: ResultsViewMemory = {
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
};
let state: ResultsViewState | null = null;
let charts: { destroy(): void }[] = [];
let marks: MarkCell[] = [];
const figures = new Figures();
const nothing = { value: null, fault: null };
let studies: PageInput["studies"] = nothing;
let differences: PageInput["differences"] = nothing;
/** Last analyses requested from the host, to avoid requesting them twice. */
let asked = { studies: "", differences: "" };
const asking = { studies: new Newest(), differences: new Newest() };
/** Time limit for an analysis, in milliseconds: it reads the samples of all runs. */
const analysisMs = 3_600_000;

const detail = new Detail({
  state: () => state,
  memory: () => memory,
  shownComparison,
  remember,
  showCell,
  focusCell: ({ mixture, language }) => {
    const key = CSS.escape(`cell ${mixture} ${language}`);
    root.querySelector<HTMLElement>(`[data-focus="${key}"]`)?.focus({ preventScroll: true });
  },
  host,
});

function receive(message: ToResultsView): void {
  switch (message.type) {
    case "state": {
      if (JSON.stringify(state) === JSON.stringify(message.state)) return;
      state = message.state;
      if (memory.group !== state.group) remember({ group: state.group, cell: null, offset: 0 });
      if (memory.cell !== null) remember({ cell: cellStillThere(memory.cell) });
      render();
      asked = { studies: "", differences: "" };
      askForAnalyses();
      detail.refresh();
      return;
    }
    case "showSideBySide":
      detail.forget();
      update({ metric: message.metric, cell: null, pairFilter: "all", offset: 0 });
      return;
  }
}

function remember(change: Partial<ResultsViewMemory>): void {
  memory = { ...memory, ...change };
  host.remember(memory);
}

function update(change: Partial<ResultsViewMemory>): void {
  remember(change);
  render();
  askForAnalyses();
}

/** Requests the studies once they are opened, and the difference of the two chosen mixtures. */
function askForAnalyses(): void {
  const table = state?.table;
  if (!table) return;
  const scope = JSON.stringify([state?.group, memory.hidden]);
  if (memory.studiesOpen && asked.studies !== scope) {
    asked = { ...asked, studies: scope };
    studies = nothing;
    asking.studies.take(host.request("studies", undefined, analysisMs), {
      done: value => {
        studies = { value, fault: null };
        render();
      },
      failed: fault => {
        studies = { value: null, fault };
        render();
      },
    });
  }
  const metric = currentMetric(table);
  const chosen = chosenDifference({ table, memory });
  if (chosen === null || isSideBySide(metric)) return;
  const [mixture, against] = chosen;
  const wanted = JSON.stringify([scope, metric, chosen]);
  if (asked.differences === wanted) return;
  asked = { ...asked, differences: wanted };
  const query = { mixture, against, metric };
  asking.differences.take(host.request("difference", query, analysisMs), {
    done: found => {
      differences = { value: { query, ...found }, fault: null };
      render();
    },
    failed: fault => {
      differences = { value: null, fault };
      render();
    },
  });
}

/** Opens the samples behind a point or a bar. */
function openSamples(row: ResultsRow, language: string | null, more: MoreSamples = {}): void {
  const table = state?.table;
  const [run] = row.runs;
  if (!table || run === undefined) return;
  const first = language ?? table.languages.find(tag => row.cells[tag] !== undefined);
  if (first === undefined) return;
  const beside = (more.beside ?? []).flatMap(({ runs: [first] }) => first?.folder ?? []);
  // A judge's score has pairs behind it, while this figure has samples.
  const isScore = shownComparison() !== undefined;
  detail.forget();
  remember({
    ...(isScore ? { metric: leadingMetric(table) } : {}),
    cell: { folder: run.folder, mixture: row.mixture, language: first },
    // Runs shown next to the samples stay, unless the click is about several mixtures.
    ...(beside.length > 0 ? { beside } : {}),
    ...{
      outcome: more.outcome ?? "all",
      responseLanguage: null,
      text: "",
      everyLanguage: language === null,
      offset: 0,
    },
  });
  detail.want();
  if (isScore) update({});
  else showCell();
}

function rowOf(mixture: string): ResultsRow | undefined {
  return state?.table?.rows.find(row => row.mixture === mixture);
}

/**
 * The cell with an existing run, since a mixture that ran again has another folder; null if there is none.
 */
function cellStillThere(cell: NonNullable<ResultsViewMemory["cell"]>): ResultsViewMemory["cell"] {
  const runs = rowOf(cell.mixture)?.runs ?? [];
  const run = runs.find(each => each.folder === cell.folder) ?? runs[0];
  return run === undefined ? null : { ...cell, folder: run.folder };
}

function currentMetric(table: ResultsTable): MetricKey {
  return memory.metric !== null && table.metrics.includes(memory.metric)
    ? memory.metric
    : leadingMetric(table);
}

/** Side-by-side score that is shown, if the metric is one. */
function shownComparison(): SideBySide | undefined {
  const table = state?.table;
  if (!table) return undefined;
  const metric = currentMetric(table);
  return state?.sideBySide.find(({ key }) => key === metric);
}

function chooseCell(row: ResultsRow, language: string): void {
  const run = row.runs[0];
  if (run === undefined) return;
  detail.forget();
  const cell = { folder: run.folder, mixture: row.mixture, language };
  const filters = { outcome: "all", responseLanguage: null, text: "", everyLanguage: false } as const;
  remember({ cell, ...filters, pairFilter: "all", offset: 0 });
  detail.want();
  showCell();
  detail.ask();
}

/** Shows the samples of another cell, or of none, without redrawing anything above them except the mark. */
function showCell(): void {
  for (const mark of marks) mark(memory.cell);
  detail.render();
}

function drawPage(): void {
  for (const chart of charts) chart.destroy();
  charts = [];
  marks = [];
  figures.clear();
  if (state === null) return;
  const { table } = state;
  if (table === null) {
    const run = () => host.post({ type: "run" });
    replaceKeepingFocus(root, emptyPage(state, run));
    return;
  }
  const metric = currentMetric(table);
  const draw: Draw[] = [];
  const input: PageInput = {
    ...{ state, table, metric, memory, sideBySide: shownComparison(), differences, studies },
    ...{ actions, figures, draw, marks },
  };
  replaceKeepingFocus(
    root,
    pageHead(input),
    heatMapSection(input),
    judgeSection(input),
    agreementSection(input),
    h(
      "div",
      { class: "side-by-side" },
      curveSection(input),
      sharesSection(input),
      seenSection(input),
      countSection(input),
      differenceSection(input),
    ),
    studiesSection(input),
    detail.element,
  );
  detail.render();
  charts = draw.map(each => each());
}

const actions: PageActions = {
  ...{ chooseCell, chooseMetric, openSamples, update },
  chooseGroup: group => host.post({ type: "chooseGroup", group }),
  hide: hidden => {
    remember({ hidden });
    host.post({ type: "hide", hidden });
  },
  exportAll: () => host.post({ type: "export" }),
  compare: () => host.post({ type: "compare" }),
  rate: () => {
    const run = detail.comparedRun() ?? shownComparison()?.rows[0]?.runs[0];
    host.post({ type: "rate", folder: run?.folder ?? null, comparison: run?.comparison ?? null });
  },
};

/** Shows the same cell by another metric, dropping its filters and requests. */
function chooseMetric(metric: MetricKey): void {
  detail.forget();
  update({ metric, outcome: "all", pairFilter: "all", offset: 0 });
  detail.ask();
}

onThemeChange(render);
host.post({ type: "ready", group: memory.group, hidden: memory.hidden });
