// The results panel: metric, heat map, table, curve, outcome shares, samples; what was chosen is remembered.
import { displayName } from "../../src/core/language/tags.ts";
import { leadingMetric } from "../../src/core/results/format.ts";
import type { ResultsRow } from "../../src/core/results/resultsTable.ts";
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
import { onThemeChange } from "../shared/theme.ts";
import { samplesSection } from "./samples.ts";
import { curveSection, type Draw, emptyPage, heatMapSection, pageHead, sharesSection } from "./sections.ts";
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
/** A cell or a page was chosen, and its samples have not come yet. */
let samplesWanted = false;
let charts: { destroy(): void }[] = [];

const samplesPlace = h("div", { id: "samples-place" });

function receive(message: ToResultsView): void {
  switch (message.type) {
    case "state": {
      if (JSON.stringify(state) === JSON.stringify(message.state)) return;
      state = message.state;
      if (memory.group !== state.group) remember({ group: state.group, cell: null, offset: 0 });
      if (memory.cell !== null) remember({ cell: cellStillThere(memory.cell) });
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
      if (samplesWanted) showSamples();
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

function update(change: Partial<ResultsViewMemory>): void {
  remember(change);
  render();
}

function rowOf(mixture: string): ResultsRow | undefined {
  return state?.table?.rows.find(row => row.mixture === mixture);
}

/** The cell with a run that exists: a mixture that ran again lies in another folder. Null when it is gone. */
function cellStillThere(cell: NonNullable<ResultsViewMemory["cell"]>): ResultsViewMemory["cell"] {
  const runs = rowOf(cell.mixture)?.runs ?? [];
  const run = runs.find(each => each.folder === cell.folder) ?? runs[0];
  return run === undefined ? null : { ...cell, folder: run.folder };
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
  samplesWanted = true;
}

/** Only now is the page as long as it takes to bring them to the top. */
function showSamples(): void {
  samplesWanted = false;
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
    const run = () => host.post({ type: "run" });
    replaceKeepingFocus(root, emptyPage(state, run));
    return;
  }
  const metric =
    memory.metric !== null && table.metrics.includes(memory.metric) ? memory.metric : leadingMetric(table);
  const draw: Draw[] = [];
  const input = {
    ...{ state, table, metric, memory, draw, chooseCell, update },
    chooseGroup: (group: string) => host.post({ type: "chooseGroup", group }),
  };
  replaceKeepingFocus(
    root,
    pageHead(input),
    heatMapSection(input),
    h("div", { class: "side-by-side" }, curveSection(input), sharesSection(input)),
    samplesPlace,
  );
  renderSamples();
  charts = draw.map(each => each());
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
      choosePage: offset => {
        samplesWanted = true;
        again({ offset });
      },
      openFile: () => host.post({ type: "openSamplesFile", folder: cell.folder }),
      close: () => {
        page = null;
        update({ cell: null });
      },
    }),
  );
}

onThemeChange(render);
host.post({ type: "ready", group: memory.group });
