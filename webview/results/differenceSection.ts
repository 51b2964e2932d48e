// The difference of two mixtures, language by language, with its significance.
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import {
  comparisonBase,
  differenceLevel,
  type MetricDifference,
} from "../../src/core/results/differences.ts";
import { formatDifference, formatP } from "../../src/core/results/differencesText.ts";
import { differenceTable } from "../../src/core/results/figureTables.ts";
import { noiseOf } from "../../src/core/results/oneSeed.ts";
import { differenceReading } from "../../src/core/results/readings.ts";
import { isSideBySide } from "../../src/core/results/sideBySide.ts";
import { h } from "../shared/dom.ts";
import { readTheme } from "../shared/theme.ts";
import { dropdown } from "../shared/toolkit.ts";
import { drawIntervalBars, intervalBarsHeight } from "./intervalBars.ts";
import { axisUnit } from "./metrics.ts";
import type { PageInput } from "./page.ts";
import { leftOutWarnings } from "./sections.ts";

/** The two chosen mixtures, or the last one and the common baseline; null with fewer than two. */
export function chosenDifference({
  table,
  memory,
}: Pick<PageInput, "table" | "memory">): readonly [string, string] | null {
  const names = table.rows.map(({ mixture }) => mixture);
  const [mixture, against] = memory.difference ?? [];
  if (mixture !== undefined && against !== undefined && names.includes(mixture) && names.includes(against))
    return [mixture, against];
  const base = comparisonBase(table);
  const other = names.findLast(name => name !== base);
  return base === null || other === undefined ? null : [other, base];
}

export function differenceSection(input: PageInput): HTMLElement | null {
  const { table, metric, draw, figures, differences } = input;
  const { openSamples, update } = input.actions;
  const chosen = chosenDifference(input);
  // A judge's scores have their own baseline.
  if (chosen === null || isSideBySide(metric)) return null;
  const [mixture, against] = chosen;
  const options = table.rows.map(row => ({ value: row.mixture, label: row.mixture }));
  const tools = h(
    "div",
    { class: "tools" },
    dropdown({
      label: "Mixture",
      value: mixture,
      options,
      testId: "difference-mixture",
      choose: name => update({ difference: [name, name === against ? mixture : against] }),
    }),
    dropdown({
      label: "less",
      value: against,
      options,
      testId: "difference-against",
      choose: name => update({ difference: [name === mixture ? against : mixture, name] }),
    }),
  );
  const { value, fault } = differences;
  const query = value?.query;
  const fresh =
    value !== null && query?.mixture === mixture && query.against === against && query.metric === metric;
  const found = fresh ? value.differences : null;
  const row = found?.rows.find(each => each.mixture === mixture);
  if (found === null || row === undefined) {
    const words = fault ?? (fresh ? "These two have no prompts in common." : "Comparing…");
    return h(
      "section",
      { class: "chart", "aria-label": "Difference of two mixtures" },
      h("header", { class: "section-head" }, h("h2", {}, "Difference of two mixtures"), tools),
      ...(fresh ? leftOutWarnings(value.leftOut) : []),
      h("p", { class: fault === null ? "muted" : "fault", role: "status" }, words),
    );
  }
  const factor = isRate(metric) ? 100 : 1;
  const entries: (readonly [string, MetricDifference, string | null])[] = [
    ...Object.entries(row.languages).map(([tag, each]) => [displayName(tag), each, tag] as const),
    ...(row.mean === null ? [] : [["Mean", row.mean, null] as const]),
  ];
  const theme = readTheme();
  const words = differenceReading(found, mixture);
  const noise = noiseOf({ ...found, rows: [row] });
  const canvas = h("canvas", { role: "img", "aria-label": words });
  const frame = h("div", { class: "shares-frame" }, canvas);
  frame.style.height = `${intervalBarsHeight(entries.length)}px`;
  const points = (beyond: boolean) =>
    entries.map(([, each]) =>
      each.adjusted < differenceLevel === beyond
        ? {
            value: each.value * factor,
            low: each.interval[0] * factor,
            high: each.interval[1] * factor,
            words: `${formatDifference(metric, each)}, p ${formatP(each.adjusted)}`,
          }
        : null,
    );
  const openBoth = (place: number): void => {
    const [picked, other] = [mixture, against].map(name => table.rows.find(each => each.mixture === name));
    if (picked === undefined) return;
    openSamples(picked, entries[place]?.[2] ?? null, { beside: other === undefined ? [] : [other] });
  };
  draw.push(() => {
    const chart = drawIntervalBars(canvas, {
      names: entries.map(([name]) => name),
      series: [
        { name: `Beyond ${noise}`, colour: theme.charts.blue, shape: "rect", points: points(true) },
        {
          name: `Within ${noise}`,
          colour: theme.charts.grey,
          shape: "circle",
          points: points(false),
        },
      ],
      axis: isRate(metric) ? "points" : axisUnit(metric),
      range: {},
      oneLine: true,
      theme,
      choose: openBoth,
    });
    figures.drawn("difference", chart as never);
    return chart as never;
  });
  return figures.section({
    id: "difference",
    title: "Difference of two mixtures",
    words: [words],
    table: differenceTable(found, mixture),
    opens: (place, column) => (column === 1 ? () => openBoth(place) : null),
    note: h("div", {}, ...leftOutWarnings(value?.leftOut)),
    body: frame,
    tools,
  });
}
