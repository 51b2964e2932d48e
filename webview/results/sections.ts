// The sections of the results page above the samples; charts are drawn once their canvas has its place.
import type { Chart } from "chart.js";
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { MetricKey, Outcome } from "../../src/core/records/records.ts";
import { fewPromptsWarning } from "../../src/core/results/fewPrompts.ts";
import { heatTable } from "../../src/core/results/figureTables.ts";
import { scoresOfOneSeed } from "../../src/core/results/oneSeed.ts";
import { heatReading } from "../../src/core/results/readings.ts";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { SideBySide } from "../../src/core/results/sideBySide.ts";
import { metricName } from "../../src/core/scoring/metricNames.ts";
import type {
  DifferenceFound,
  DifferenceQuery,
  HiddenParts,
  ResultsViewMemory,
  ResultsViewState,
  StudiesFound,
} from "../../src/protocol/resultsView.ts";
import { distrustNote } from "../shared/agreement.ts";
import { h } from "../shared/dom.ts";
import type { Figures } from "../shared/figures.ts";
import { readTheme } from "../shared/theme.ts";
import { button, dropdown } from "../shared/toolkit.ts";
import { chooser } from "./chooser.ts";
import { drawHeatMap, heatMapHeight } from "./heatMap.ts";
import { higherIsBetter, titleOf } from "./metrics.ts";
import { sideBySideCaption } from "./sideBySideWords.ts";
import { resultsTable } from "./table.ts";

/** Draws a chart on a canvas that is in the page by then. */
export type Draw = () => Chart;

/** What the host computes in a process of its own. */
export interface FigureState<Value> {
  readonly value: Value | null;
  readonly fault: string | null;
}

export interface MoreSamples {
  /** Without it all. */
  readonly outcome?: Outcome;
  /** Mixtures whose responses stand beside. */
  readonly beside?: readonly ResultsRow[];
}

export interface PageInput {
  readonly state: ResultsViewState;
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  readonly memory: ResultsViewMemory;
  readonly figures: Figures;
  readonly draw: Draw[];
  /** What is behind the metric, where that is a side-by-side score. */
  readonly sideBySide: SideBySide | undefined;
  readonly chooseCell: (row: ResultsRow, language: string) => void;
  readonly chooseGroup: (group: string) => void;
  readonly chooseMetric: (metric: MetricKey) => void;
  /** Opens samples of the mixture: of one language, or of all. */
  readonly openSamples: (row: ResultsRow, language: string | null, more?: MoreSamples) => void;
  readonly hide: (hidden: HiddenParts) => void;
  readonly differences: FigureState<DifferenceFound & { readonly query: DifferenceQuery }>;
  readonly studies: FigureState<StudiesFound>;
  readonly exportAll: () => void;
  readonly compare: () => void;
  readonly rate: () => void;
  /** Remembers and draws the page again. */
  readonly update: (change: Partial<ResultsViewMemory>) => void;
}

export function emptyPage({ missing, running }: ResultsViewState, run: () => void): HTMLElement {
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
    running ? null : button({ label: "Run Mixture", icon: "play", press: run }),
  );
}

function missingNote(missing: readonly string[]): HTMLElement | null {
  return missing.length === 0
    ? null
    : h("p", { class: "muted missing" }, `Not in the table: ${missing.join("; ")}.`);
}

export function pageHead(input: PageInput): HTMLElement {
  const { state: current, table, metric } = input;
  return h(
    "header",
    { class: "page-head" },
    h("h1", {}, "Results by language"),
    h(
      "div",
      { class: "tools" },
      current.groups.length > 1 && current.group !== null
        ? dropdown({
            label: "Experiment",
            value: current.group,
            options: current.groups.map(({ id, label }) => ({ value: id, label })),
            testId: "group",
            choose: input.chooseGroup,
          })
        : null,
      dropdown<MetricKey>({
        label: "Metric",
        value: metric,
        options: table.metrics.map(key => ({ value: key, label: metricName(key) })),
        testId: "metric",
        choose: input.chooseMetric,
      }),
      button({
        label: "Export…",
        icon: "export",
        look: "secondary",
        testId: "export",
        press: input.exportAll,
      }),
      current.canCompare
        ? button({
            label: "Compare Runs…",
            icon: "git-compare",
            look: "secondary",
            testId: "compare",
            press: input.compare,
          })
        : null,
      current.canCompare && input.sideBySide !== undefined
        ? button({
            label: "Rate Pairs…",
            icon: "thumbsup",
            look: "secondary",
            testId: "rate",
            press: input.rate,
          })
        : null,
    ),
    current.groups.length === 1 ? h("p", { class: "muted" }, current.groups[0]?.label ?? "") : null,
    missingNote(current.missing),
    distrustNote(input.sideBySide?.distrust ?? null),
    chooser(input),
  );
}

/** Of runs whose files can't be used. */
export function leftOutWarnings(leftOut: readonly string[] = []): HTMLElement[] {
  return leftOut.map(text => warning(text, "left-out"));
}

function warning(text: string, testId: string): HTMLElement {
  return h(
    "p",
    { class: "warning", "data-testid": testId },
    h("span", { class: "codicon codicon-warning warning-icon", "aria-hidden": "true" }),
    text,
  );
}

export function heatMapSection(input: PageInput): HTMLElement {
  const { table, metric, memory, draw, figures, chooseCell, sideBySide } = input;
  const canvas = h("canvas", {
    role: "img",
    "aria-label": "Heat map; the table below has the same numbers.",
  });
  const theme = readTheme();
  const frame = h("div", { class: "heat-frame" }, canvas);
  frame.style.height = `${heatMapHeight(table)}px`;
  frame.style.minWidth = `${90 + 28 * table.languages.length}px`;
  draw.push(() => {
    const chart = drawHeatMap(canvas, {
      ...{ table, metric, theme, sideBySide },
      languageName: displayName,
      choose: chooseCell,
    });
    figures.drawn("heat-map", chart);
    return chart;
  });
  const reading = heatReading(table, metric, higherIsBetter(metric));
  // A unit that is no share says so itself.
  const better = !isRate(metric) ? "" : higherIsBetter(metric) ? ": more is better" : ": less is better";
  const few = fewPromptsWarning(table);
  return figures.section({
    id: "heat-map",
    title: "Mixtures and languages",
    words: reading === "" ? [] : [reading, ...scoresOfOneSeed(table, true)],
    table: heatTable(table, metric),
    withoutTable: true,
    body: h(
      "div",
      {},
      sideBySide === undefined
        ? h("p", { class: "muted" }, `${titleOf(metric)}${better}. Click a cell to read its samples.`)
        : sideBySideCaption(sideBySide, theme.light),
      few === null ? null : warning(few, "few-prompts"),
      ...(table.notes ?? []).map(note =>
        h(
          "p",
          { class: "warning muted", "data-testid": "table-note" },
          h("span", { class: "codicon codicon-info", "aria-hidden": "true" }),
          note,
        ),
      ),
      h("div", { class: "heat-scroll" }, frame),
      resultsTable({
        ...{ table, metric, sideBySide },
        languageName: displayName,
        chosen: memory.cell,
        choose: chooseCell,
      }),
    ),
  });
}
