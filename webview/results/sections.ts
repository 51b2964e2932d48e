// The sections of the results page above the samples; charts are drawn once their canvas has its place.
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/results/combine.ts";
import { buildCurve } from "../../src/core/results/curve.ts";
import { fewPromptsWarning } from "../../src/core/results/fewPrompts.ts";
import { metricName } from "../../src/core/results/format.ts";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { SideBySide } from "../../src/core/results/sideBySide.ts";
import type { MetricKey } from "../../src/core/run/records.ts";
import type { ResultsViewMemory, ResultsViewState } from "../../src/protocol/webviews.ts";
import { h } from "../shared/dom.ts";
import { readTheme } from "../shared/theme.ts";
import { button, dropdown } from "../shared/toolkit.ts";
import { describeCurve, drawCurve } from "./curve.ts";
import { drawHeatMap, heatMapHeight } from "./heatMap.ts";
import { higherIsBetter, titleOf } from "./metrics.ts";
import { describeShares, drawShares, sharesHeight, sharesOf } from "./shares.ts";
import { sideBySideCaption } from "./sideBySideWords.ts";
import { resultsTable } from "./table.ts";

/** Draws a chart on a canvas that is in the page by then. */
export type Draw = () => { destroy(): void };

export interface PageInput {
  readonly state: ResultsViewState;
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  readonly memory: ResultsViewMemory;
  readonly draw: Draw[];
  /** What is behind the metric, where that is a side-by-side score. */
  readonly sideBySide: SideBySide | undefined;
  readonly chooseCell: (row: ResultsRow, language: string) => void;
  readonly chooseGroup: (group: string) => void;
  readonly chooseMetric: (metric: MetricKey) => void;
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
            label: "Mixture file",
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
  );
}

export function heatMapSection(input: PageInput): HTMLElement {
  const { table, metric, memory, draw, chooseCell, sideBySide } = input;
  const canvas = h("canvas", {
    role: "img",
    "aria-label": "Heat map; the table below has the same numbers.",
  });
  const theme = readTheme();
  const frame = h("div", { class: "heat-frame" }, canvas);
  frame.style.height = `${heatMapHeight(table)}px`;
  frame.style.minWidth = `${90 + 28 * table.languages.length}px`;
  draw.push(() =>
    drawHeatMap(canvas, {
      ...{ table, metric, theme, sideBySide },
      languageName: displayName,
      choose: chooseCell,
    }),
  );
  // A unit that is no share says so itself.
  const reading = !isRate(metric) ? "" : higherIsBetter(metric) ? ": more is better" : ": less is better";
  const few = fewPromptsWarning(table);
  return h(
    "section",
    { "aria-label": "Heat map" },
    sideBySide === undefined
      ? h("p", { class: "muted" }, `${titleOf(metric)}${reading}. Click a cell to read its samples.`)
      : sideBySideCaption(sideBySide, theme.light),
    few === null
      ? null
      : h(
          "p",
          { class: "warning", "data-testid": "few-prompts" },
          h("span", { class: "codicon codicon-warning warning-icon", "aria-hidden": "true" }),
          few,
        ),
    h("div", { class: "heat-scroll" }, frame),
    resultsTable({
      ...{ table, metric, sideBySide },
      languageName: displayName,
      chosen: memory.cell,
      choose: chooseCell,
    }),
  );
}

export function curveSection({ table, metric, draw }: PageInput): HTMLElement | null {
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

export function sharesSection({ table, memory, draw, update }: PageInput): HTMLElement | null {
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
        choose: chosen => update({ shareLanguage: chosen === "all" ? null : chosen }),
      }),
    ),
    frame,
  );
}
