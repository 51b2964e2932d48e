// The results panel: metric, heat map, table, curve, outcome shares, samples; what was chosen is remembered.
import { displayName } from "../../src/core/language/tags.ts";
import { buildCurve } from "../../src/core/results/curve.ts";
import { leadingMetric, metricName } from "../../src/core/results/format.ts";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { MetricKey } from "../../src/core/run/records.ts";
import type {
  FromResultsView,
  ResultsViewMemory,
  ResultsViewState,
  SamplesPage,
  ToResultsView,
} from "../../src/protocol/webviews.ts";
import { h, replaceKeepingFocus, rootElement } from "../shared/dom.ts";
import { connectHost } from "../shared/host.ts";
import { drawWhenIdle } from "../shared/idle.ts";
import { onThemeChange, readTheme } from "../shared/theme.ts";
import { button, dropdown } from "../shared/toolkit.ts";
import { describeCurve, drawCurve } from "./curve.ts";
import { drawHeatMap, heatMapHeight } from "./heatMap.ts";
import { higherIsBetter, titleOf } from "./metrics.ts";
import { samplesSection } from "./samples.ts";
import { describeShares, drawShares, sharesHeight, sharesOf } from "./shares.ts";
import { resultsTable } from "./table.ts";
import "../shared/base.css";
import "./style.css";

const root = rootElement();
const render = drawWhenIdle(root, drawPage);
const host = connectHost<ToResultsView, FromResultsView, ResultsViewMemory>(receive);
let memory: ResultsViewMemory = host.recall() ?? {
  group: null,
  metric: null,
  cell: null,
  outcome: "all",
  offset: 0,
  shareLanguage: null,
};
let state: ResultsViewState | null = null;
let page: SamplesPage | null = null;
let fault: string | null = null;
/** A cell was clicked, and its samples have not come yet. */
let justChosen = false;
let charts: { destroy(): void }[] = [];

/** Draws a chart on a canvas that has its place in the page. */
type Draw = () => { destroy(): void };

const samplesPlace = h("div", { id: "samples-place" });

function receive(message: ToResultsView): void {
  switch (message.type) {
    case "state": {
      if (JSON.stringify(state) === JSON.stringify(message.state)) return;
      state = message.state;
      if (memory.group !== state.group) remember({ group: state.group, cell: null, offset: 0 });
      if (memory.cell !== null && rowOf(memory.cell.mixture) === undefined) remember({ cell: null });
      render();
      if (memory.cell !== null) askForSamples();
      return;
    }
    case "samples":
      if (!isCurrent(message.page.query.folder, message.page.query.language)) return;
      page = message.page;
      fault = null;
      remember({ offset: page.query.offset });
      renderSamples();
      if (justChosen) showSamples();
      return;
    case "samplesFailed":
      if (!isCurrent(message.query.folder, message.query.language)) return;
      fault = message.message;
      renderSamples();
  }
}

function isCurrent(folder: string, language: string): boolean {
  return memory.cell?.folder === folder && memory.cell.language === language;
}

function remember(change: Partial<ResultsViewMemory>): void {
  memory = { ...memory, ...change };
  host.remember(memory);
}

function rowOf(mixture: string): ResultsRow | undefined {
  return state?.table?.rows.find(row => row.mixture === mixture);
}

function askForSamples(): void {
  if (memory.cell === null) return;
  const { folder, language } = memory.cell;
  host.post({ type: "samples", query: { folder, language, outcome: memory.outcome, offset: memory.offset } });
}

function chooseCell(row: ResultsRow, language: string): void {
  const run = row.runs[0];
  if (run === undefined) return;
  page = null;
  fault = null;
  remember({ cell: { folder: run.folder, mixture: row.mixture, language }, outcome: "all", offset: 0 });
  render();
  askForSamples();
  justChosen = true;
}

/** Only now is the page as long as it takes to bring them to the top. */
function showSamples(): void {
  justChosen = false;
  const title = document.getElementById("samples-title");
  title?.focus({ preventScroll: true });
  samplesPlace.scrollIntoView({ block: "start" });
}

function drawPage(): void {
  for (const chart of charts) chart.destroy();
  charts = [];
  if (state === null) return;
  const { table } = state;
  if (table === null) {
    replaceKeepingFocus(root, emptyPage(state));
    return;
  }
  const metric =
    memory.metric !== null && table.metrics.includes(memory.metric) ? memory.metric : leadingMetric(table);
  const draw: Draw[] = [];
  replaceKeepingFocus(
    root,
    pageHead(state, table, metric),
    heatMapSection(table, metric, draw),
    h("div", { class: "side-by-side" }, curveSection(table, metric, draw), sharesSection(table, draw)),
    samplesPlace,
  );
  renderSamples();
  charts = draw.map(each => each());
}

function emptyPage({ missing, running }: ResultsViewState): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    h("h1", {}, "No results yet"),
    h(
      "p",
      {},
      running
        ? "A run is under way. Its scores appear here as soon as the first model has been evaluated."
        : "A run tunes the model on one mixture of languages and scores it in each language.",
    ),
    missingNote(missing),
    running ? null : button({ label: "Run Mixture", icon: "play", press: () => host.post({ type: "run" }) }),
  );
}

function missingNote(missing: readonly string[]): HTMLElement | null {
  return missing.length === 0
    ? null
    : h("p", { class: "muted missing" }, `Not in the table: ${missing.join("; ")}.`);
}

function pageHead(current: ResultsViewState, table: ResultsTable, metric: MetricKey): HTMLElement {
  return h(
    "header",
    { class: "page-head" },
    h("h1", {}, "Results by language"),
    h(
      "div",
      { class: "tools" },
      current.groups.length > 1 && current.group !== null
        ? dropdown({
            label: "Mixture file",
            value: current.group,
            options: current.groups.map(({ id, label }) => ({ value: id, label })),
            testId: "group",
            choose: group => host.post({ type: "chooseGroup", group }),
          })
        : null,
      dropdown<MetricKey>({
        label: "Metric",
        value: metric,
        options: table.metrics.map(key => ({ value: key, label: metricName(key) })),
        testId: "metric",
        choose: key => {
          remember({ metric: key });
          render();
        },
      }),
    ),
    current.groups.length === 1 ? h("p", { class: "muted" }, current.groups[0]?.label ?? "") : null,
    missingNote(current.missing),
  );
}

function heatMapSection(table: ResultsTable, metric: MetricKey, draw: Draw[]): HTMLElement {
  const canvas = h("canvas", {
    role: "img",
    "aria-label": "Heat map; the table below has the same numbers.",
  });
  const theme = readTheme();
  const frame = h("div", { class: "heat-frame" }, canvas);
  frame.style.height = `${heatMapHeight(table)}px`;
  frame.style.minWidth = `${90 + 28 * table.languages.length}px`;
  draw.push(() =>
    drawHeatMap(canvas, { table, metric, theme, languageName: displayName, choose: chooseCell }),
  );
  return h(
    "section",
    { "aria-label": "Heat map" },
    h(
      "p",
      { class: "muted" },
      `${titleOf(metric)}: ${higherIsBetter(metric) ? "more is better" : "less is better"}. Click a cell to read its samples.`,
    ),
    h("div", { class: "heat-scroll" }, frame),
    resultsTable({ table, metric, languageName: displayName, chosen: memory.cell, choose: chooseCell }),
  );
}

function curveSection(table: ResultsTable, metric: MetricKey, draw: Draw[]): HTMLElement | null {
  const curve = buildCurve(table, metric);
  if (curve === null || curve.points.length < 2) return null;
  const input = { curve, languageName: displayName };
  const canvas = h("canvas", { role: "img", "aria-label": describeCurve(input) });
  const theme = readTheme();
  draw.push(() => drawCurve(canvas, { ...input, theme }));
  return h(
    "section",
    { class: "chart", "aria-label": "Curve" },
    h("h2", {}, "The pinch curve"),
    h("p", { class: "muted" }, metricName(metric)),
    h("div", { class: "curve-frame" }, canvas),
  );
}

function sharesSection(table: ResultsTable, draw: Draw[]): HTMLElement | null {
  if (!table.rows.some(row => sharesOf(row, null) !== null)) return null;
  const language =
    memory.shareLanguage !== null && table.languages.includes(memory.shareLanguage)
      ? memory.shareLanguage
      : null;
  const canvas = h("canvas", { role: "img", "aria-label": describeShares(table, language) });
  const frame = h("div", { class: "shares-frame" }, canvas);
  frame.style.height = `${sharesHeight(table)}px`;
  const theme = readTheme();
  draw.push(() => drawShares(canvas, { table, language, theme }));
  return h(
    "section",
    { class: "chart", "aria-label": "Outcomes" },
    h(
      "header",
      { class: "section-head" },
      h("h2", {}, "What became of the responses"),
      dropdown({
        label: "Language",
        value: language ?? "all",
        options: [
          { value: "all", label: "All, mean" },
          ...table.languages.map(tag => ({ value: tag, label: `${displayName(tag)} (${tag})` })),
        ],
        testId: "share-language",
        choose: chosen => {
          remember({ shareLanguage: chosen === "all" ? null : chosen });
          render();
        },
      }),
    ),
    frame,
  );
}

function renderSamples(): void {
  const { cell } = memory;
  const row = cell === null ? undefined : rowOf(cell.mixture);
  if (cell === null || row === undefined) {
    samplesPlace.replaceChildren();
    return;
  }
  const again = (change: Partial<ResultsViewMemory>) => {
    remember(change);
    askForSamples();
  };
  replaceKeepingFocus(
    samplesPlace,
    samplesSection({
      mixture: cell.mixture,
      language: cell.language,
      languageName: displayName,
      runs: row.runs,
      folder: cell.folder,
      outcome: memory.outcome,
      page,
      fault,
      chooseRun: folder => again({ cell: { ...cell, folder }, offset: 0 }),
      chooseOutcome: outcome => again({ outcome, offset: 0 }),
      choosePage: offset => again({ offset }),
      openFile: () => host.post({ type: "openSamplesFile", folder: cell.folder }),
      close: () => {
        page = null;
        remember({ cell: null });
        render();
      },
    }),
  );
}

onThemeChange(render);
host.post({ type: "ready", group: memory.group });
