// The figures below the heat map: curve, seen and unseen, number of languages, differences, outcomes.
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { MetricKey } from "../../src/core/records/records.ts";
import { buildCurve } from "../../src/core/results/curve.ts";
import { countTable, curveTable, seenTable } from "../../src/core/results/figureTables.ts";
import { scoresOfOneSeed } from "../../src/core/results/oneSeed.ts";
import { countReading, curveReading, seenReading } from "../../src/core/results/readings.ts";
import type { ResultsRow } from "../../src/core/results/resultsTable.ts";
import { metricName } from "../../src/core/scoring/metricNames.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import { h } from "../shared/dom.ts";
import { readTheme } from "../shared/theme.ts";
import { dropdown } from "../shared/toolkit.ts";
import { countPoints, drawCounts } from "./countChart.ts";
import { describeCurve, drawCurve } from "./curve.ts";
import { drawIntervalBars, type IntervalPoint, intervalBarsHeight } from "./intervalBars.ts";
import { axisUnit, longValue } from "./metrics.ts";
import type { PageInput } from "./page.ts";
import { describeShares, drawShares, sharesHeight, sharesOf, sharesTable, shownOutcomes } from "./shares.ts";

export function curveSection(input: PageInput): HTMLElement | null {
  const { table, metric, draw, figures } = input;
  const curve = buildCurve(table, metric);
  if (curve === null || curve.points.length < 2) return null;
  const shown = { curve, languageName: displayName };
  const canvas = h("canvas", { role: "img", "aria-label": describeCurve(shown) });
  const theme = readTheme();
  draw.push(() => {
    const chart = drawCurve(canvas, {
      ...shown,
      theme,
      choose: (mixture, line) => open(input, mixture, line === "base" ? curve.baseLanguage : null),
    });
    figures.drawn("curve", chart as never);
    return chart as never;
  });
  return figures.section({
    id: "curve",
    title: "The pinch curve",
    words: [curveReading(curve) || describeCurve(shown), ...scoresOfOneSeed(table)],
    table: curveTable(curve),
    // Two columns describe a point, followed by three for each of its values: base, seen, unseen.
    opens: (row, column) => {
      const point = curve.points[row];
      const series = (["base", "seen", "unseen"] as const)[(column - 2) / 3];
      if (point === undefined || series === undefined || point[series] === null) return null;
      return () => open(input, point.mixture, series === "base" ? curve.baseLanguage : null);
    },
    note: h(
      "p",
      { class: "muted" },
      `${metricName(metric)}. Bands are 95 % intervals. Click a point to see its samples.`,
    ),
    body: h("div", { class: "curve-frame" }, canvas),
  });
}

export function seenSection(input: PageInput): HTMLElement | null {
  const { table, metric, draw, figures } = input;
  const rows = table.rows.filter(
    row => row.meanSeen[metric] !== undefined && row.meanUnseen[metric] !== undefined,
  );
  if (rows.length === 0) return null;
  const theme = readTheme();
  const words = seenReading(
    rows.filter(({ differs }) => differs === undefined),
    metric,
  );
  const canvas = h("canvas", { role: "img", "aria-label": words });
  const frame = h("div", { class: "shares-frame" }, canvas);
  frame.style.height = `${intervalBarsHeight(rows.length)}px`;
  draw.push(() => {
    const chart = drawIntervalBars(canvas, {
      names: rows.map(({ mixture }) => mixture),
      series: [
        {
          name: "Seen in tuning",
          colour: theme.charts.blue,
          shape: "circle",
          points: rows.map(row => pointOf(metric, row.meanSeen[metric])),
        },
        {
          name: "Unseen",
          colour: theme.charts.purple,
          shape: "triangle",
          points: rows.map(row => pointOf(metric, row.meanUnseen[metric])),
        },
      ],
      axis: axisUnit(metric),
      range: isRate(metric) ? { min: 0, max: 100 } : {},
      theme,
      choose: name => open(input, rows[name]?.mixture ?? "", null),
    });
    figures.drawn("seen", chart as never);
    return chart as never;
  });
  return figures.section({
    id: "seen",
    title: "Seen and unseen languages",
    words: [words, ...scoresOfOneSeed(table)],
    table: seenTable({ ...table, rows }, metric),
    opens: (row, column) => (column % 3 === 1 ? () => open(input, rows[row]?.mixture ?? "", null) : null),
    note: h("p", { class: "muted" }, `${metricName(metric)}; the base language is in neither.`),
    body: frame,
  });
}

export function countSection(input: PageInput): HTMLElement | null {
  const { table, metric, draw, figures, actions } = input;
  const points = countPoints(table, metric);
  if (points.length < 2) return null;
  const words = countReading(points, metric);
  const canvas = h("canvas", { role: "img", "aria-label": words });
  const theme = readTheme();
  draw.push(() => {
    const chart = drawCounts(canvas, {
      points,
      metric,
      theme,
      choose: row => actions.openSamples(row, null),
    });
    figures.drawn("languages", chart);
    return chart;
  });
  return figures.section({
    id: "languages",
    title: "Number of languages",
    words: [words, ...scoresOfOneSeed(table)],
    table: countTable(points, metric),
    opens: (row, column) => {
      const point = points[row];
      return column === 2 && point !== undefined ? () => actions.openSamples(point.row, null) : null;
    },
    note: h(
      "p",
      { class: "muted" },
      `${metricName(metric)}: triangles over unseen languages; circles, where all were seen, over all but the base.`,
    ),
    body: h("div", { class: "curve-frame" }, canvas),
  });
}

export function sharesSection(input: PageInput): HTMLElement | null {
  const { table, memory, draw, figures, actions } = input;
  if (!table.rows.some(row => sharesOf(row, null) !== null)) return null;
  const language =
    memory.shareLanguage !== null && table.languages.includes(memory.shareLanguage)
      ? memory.shareLanguage
      : null;
  const words = describeShares(table, language);
  const canvas = h("canvas", { role: "img", "aria-label": words });
  const frame = h("div", { class: "shares-frame" }, canvas);
  frame.style.height = `${sharesHeight(table)}px`;
  const theme = readTheme();
  draw.push(() => {
    const chart = drawShares(canvas, {
      table,
      language,
      theme,
      choose: (row, outcome) => actions.openSamples(row, language, { outcome }),
    });
    figures.drawn("outcomes", chart);
    return chart;
  });
  return figures.section({
    id: "outcomes",
    title: "Outcomes of the responses",
    words: table.rows.length > 8 ? [] : [words],
    table: sharesTable(table, language),
    opens: (place, column) => {
      const [row, outcome] = [table.rows[place], shownOutcomes[column - 1]];
      if (row === undefined || outcome === undefined || sharesOf(row, language) === null) return null;
      return () => actions.openSamples(row, language, { outcome });
    },
    body: frame,
    tools: dropdown({
      label: "Language",
      value: language ?? "all",
      options: [
        { value: "all", label: "All, mean" },
        ...table.languages.map(tag => ({ value: tag, label: `${displayName(tag)} (${tag})` })),
      ],
      testId: "share-language",
      choose: chosen => actions.update({ shareLanguage: chosen === "all" ? null : chosen }),
    }),
  });
}

function open({ table, actions }: PageInput, mixture: string, language: string | null): void {
  const row: ResultsRow | undefined = table.rows.find(each => each.mixture === mixture);
  if (row !== undefined) actions.openSamples(row, language);
}

function pointOf(metric: MetricKey, value: MetricValue | undefined): IntervalPoint | null {
  if (value === undefined) return null;
  const factor = isRate(metric) ? 100 : 1;
  return {
    value: value.value * factor,
    low: value.interval[0] * factor,
    high: value.interval[1] * factor,
    words: longValue(metric, value),
  };
}
