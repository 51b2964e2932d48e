// The figures below the heat map: curve, seen and unseen, number of languages, outcomes.
import type { Chart } from "chart.js";
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { MetricKey } from "../../src/core/records/records.ts";
import { buildCurve } from "../../src/core/results/curve.ts";
import { countTable, curveTable, seenTable } from "../../src/core/results/figureTables.ts";
import { scoresOfOneSeed } from "../../src/core/results/oneSeed.ts";
import { countReading, curveReading, seenReading } from "../../src/core/results/readings.ts";
import type { ResultsTable } from "../../src/core/results/resultsTable.ts";
import { metricName } from "../../src/core/scoring/metricNames.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import { Dropdown } from "../shared/controls.tsx";
import { ChartFrame, Figure } from "../shared/figures.tsx";
import { memo } from "../shared/unchanged.tsx";
import { openSamples } from "./actions.ts";
import { countPoints, drawCounts } from "./countChart.ts";
import { describeCurve, drawCurve } from "./curve.ts";
import { drawIntervalBars, type IntervalPoint, intervalBarsHeight } from "./intervalBars.ts";
import { axisUnit, longValue } from "./metrics.ts";
import { describeShares, drawShares, sharesHeight, sharesOf, sharesTable, shownOutcomes } from "./shares.ts";
import { type TablePage, update } from "./store.ts";

type FigureProps = Pick<TablePage, "table" | "metric" | "theme">;

export const CurveSection = memo(({ table, metric, theme }: FigureProps) => {
  const curve = buildCurve(table, metric);
  if (curve === null || curve.points.length < 2) return null;
  const shown = { curve, languageName: displayName };
  const open = (mixture: string, line: string) =>
    openMixture(table, mixture, line === "base" ? curve.baseLanguage : null);
  return (
    <Figure
      id="curve"
      title="The pinch curve"
      words={[curveReading(curve) || describeCurve(shown), ...scoresOfOneSeed(table)]}
      table={curveTable(curve)}
      // Two columns describe a point, followed by three for each of its values: base, seen, unseen.
      opens={(row, column) => {
        const point = curve.points[row];
        const series = (["base", "seen", "unseen"] as const)[(column - 2) / 3];
        if (point === undefined || series === undefined || point[series] === null) return null;
        return () => open(point.mixture, series);
      }}
      note={
        <p class="muted">{metricName(metric)}. Bands are 95 % intervals. Click a point to see its samples.</p>
      }
    >
      <ChartFrame
        figure="curve"
        frame="curve-frame"
        label={describeCurve(shown)}
        draw={canvas => drawCurve(canvas, { ...shown, theme, choose: open }) as unknown as Chart}
      />
    </Figure>
  );
});

export const SeenSection = memo(({ table, metric, theme }: FigureProps) => {
  const rows = table.rows.filter(
    row => row.meanSeen[metric] !== undefined && row.meanUnseen[metric] !== undefined,
  );
  if (rows.length === 0) return null;
  const words = seenReading(
    rows.filter(({ differs }) => differs === undefined),
    metric,
  );
  const open = (place: number) => openMixture(table, rows[place]?.mixture ?? "", null);
  const series = [
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
  ] as const;
  return (
    <Figure
      id="seen"
      title="Seen and unseen languages"
      words={[words, ...scoresOfOneSeed(table)]}
      table={seenTable({ ...table, rows }, metric)}
      opens={(row, column) => (column % 3 === 1 ? () => open(row) : null)}
      note={<p class="muted">{metricName(metric)}; the base language is in neither.</p>}
    >
      <ChartFrame
        figure="seen"
        frame="shares-frame"
        style={{ height: `${intervalBarsHeight(rows.length)}px` }}
        label={words}
        draw={canvas =>
          drawIntervalBars(canvas, {
            names: rows.map(({ mixture }) => mixture),
            series,
            axis: axisUnit(metric),
            range: isRate(metric) ? { min: 0, max: 100 } : {},
            theme,
            choose: open,
          }) as unknown as Chart
        }
      />
    </Figure>
  );
});

export const CountSection = memo(({ table, metric, theme }: FigureProps) => {
  const points = countPoints(table, metric);
  if (points.length < 2) return null;
  const words = countReading(points, metric);
  return (
    <Figure
      id="languages"
      title="Number of languages"
      words={[words, ...scoresOfOneSeed(table)]}
      table={countTable(points, metric)}
      opens={(place, column) => {
        const point = points[place];
        return column === 2 && point !== undefined ? () => openSamples(point.row, null) : null;
      }}
      note={
        <p class="muted">
          {metricName(metric)}: triangles over unseen languages; circles, where all were seen, over all but
          the base.
        </p>
      }
    >
      <ChartFrame
        figure="languages"
        frame="curve-frame"
        label={words}
        draw={canvas => drawCounts(canvas, { points, metric, theme, choose: row => openSamples(row, null) })}
      />
    </Figure>
  );
});

type SharesProps = Pick<TablePage, "table" | "theme"> & { readonly shareLanguage: string | null };

export const SharesSection = memo(({ table, theme, shareLanguage }: SharesProps) => {
  if (!table.rows.some(row => sharesOf(row, null) !== null)) return null;
  const language = shareLanguage !== null && table.languages.includes(shareLanguage) ? shareLanguage : null;
  const words = describeShares(table, language);
  return (
    <Figure
      id="outcomes"
      title="Outcomes of the responses"
      words={table.rows.length > 8 ? [] : [words]}
      table={sharesTable(table, language)}
      opens={(place, column) => {
        const [row, outcome] = [table.rows[place], shownOutcomes[column - 1]];
        if (row === undefined || outcome === undefined) return null;
        if (sharesOf(row, language)?.[outcome] === undefined) return null;
        return () => openSamples(row, language, { outcome });
      }}
      tools={
        <Dropdown
          label="Language"
          value={language ?? "all"}
          options={[
            { value: "all", label: "All, mean" },
            ...table.languages.map(tag => ({ value: tag, label: `${displayName(tag)} (${tag})` })),
          ]}
          testId="share-language"
          choose={chosen => update({ shareLanguage: chosen === "all" ? null : chosen })}
        />
      }
    >
      <ChartFrame
        figure="outcomes"
        frame="shares-frame"
        style={{ height: `${sharesHeight(table)}px` }}
        label={words}
        draw={canvas =>
          drawShares(canvas, {
            ...{ table, language, theme },
            choose: (row, outcome) => openSamples(row, language, { outcome }),
          })
        }
      />
    </Figure>
  );
});

function openMixture({ rows }: ResultsTable, mixture: string, language: string | null): void {
  const row = rows.find(each => each.mixture === mixture);
  if (row !== undefined) openSamples(row, language);
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
