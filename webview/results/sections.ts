// Head, heat map and table of the results page. Charts are drawn once their canvas is in the page.
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { MetricKey } from "../../src/core/records/records.ts";
import { fewPromptsWarning } from "../../src/core/results/fewPrompts.ts";
import { heatTable } from "../../src/core/results/figureTables.ts";
import { scoresOfOneSeed } from "../../src/core/results/oneSeed.ts";
import { heatReading } from "../../src/core/results/readings.ts";
import { metricName } from "../../src/core/scoring/metricNames.ts";
import type { ResultsViewState } from "../../src/protocol/resultsView.ts";
import { distrustNote } from "../shared/agreement.ts";
import { h } from "../shared/dom.ts";
import { readTheme } from "../shared/theme.ts";
import { button, dropdown } from "../shared/toolkit.ts";
import { chooser } from "./chooser.ts";
import { drawHeatMap, heatMapHeight } from "./heatMap.ts";
import { higherIsBetter, titleOf } from "./metrics.ts";
import type { PageInput } from "./page.ts";
import { sideBySideCaption } from "./sideBySideWords.ts";
import { resultsTable } from "./table.ts";

export function emptyPage({ missing, running }: ResultsViewState, run: () => void): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    h("h1", {}, "No results yet"),
    h(
      "p",
      {},
      running
        ? "A run is in progress. Its scores appear here as soon as the first model has been evaluated."
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
  const { state: current, table, metric, actions } = input;
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
            choose: actions.chooseGroup,
          })
        : null,
      dropdown<MetricKey>({
        label: "Metric",
        value: metric,
        options: table.metrics.map(key => ({ value: key, label: metricName(key) })),
        testId: "metric",
        choose: actions.chooseMetric,
      }),
      button({
        label: "Export…",
        icon: "export",
        look: "secondary",
        testId: "export",
        press: actions.exportAll,
      }),
      current.canCompare
        ? button({
            label: "Compare Runs…",
            icon: "git-compare",
            look: "secondary",
            testId: "compare",
            press: actions.compare,
          })
        : null,
      current.canCompare && input.sideBySide !== undefined
        ? button({
            label: "Rate Pairs…",
            icon: "thumbsup",
            look: "secondary",
            testId: "rate",
            press: actions.rate,
          })
        : null,
    ),
    current.groups.length === 1 ? h("p", { class: "muted" }, current.groups[0]?.label ?? "") : null,
    missingNote(current.missing),
    distrustNote(input.sideBySide?.distrust ?? null),
    chooser(input),
  );
}

/** Warnings about runs whose files can't be used. */
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
  const { table, metric, memory, draw, figures, sideBySide } = input;
  const { chooseCell } = input.actions;
  const canvas = h("canvas", {
    role: "img",
    "aria-label": "Heat map; the table below contains the same numbers.",
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
  const cells = resultsTable({
    ...{ table, metric, sideBySide },
    languageName: displayName,
    choose: chooseCell,
  });
  cells.mark(memory.cell);
  input.marks.push(cells.mark);
  const reading = heatReading(table, metric, higherIsBetter(metric));
  // Only shares need the explanation.
  const better = !isRate(metric) ? "" : higherIsBetter(metric) ? ": higher is better" : ": lower is better";
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
      cells.element,
    ),
  });
}
