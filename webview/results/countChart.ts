// Number of languages in the tuning data against the score of languages that are not in it.
import { Chart, LinearScale, PointElement, ScatterController, Tooltip } from "chart.js";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { MetricKey } from "../../src/core/records/records.ts";
import { comparableRows, type ResultsRow, type ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import type { Theme } from "../shared/theme.ts";
import { axisUnit, longValue } from "./metrics.ts";

Chart.register(ScatterController, PointElement, LinearScale, Tooltip);

export interface CountPoint {
  readonly row: ResultsRow;
  readonly languages: number;
  /** Mean over the unseen languages, or over all but the base language if every language was seen. */
  readonly value: MetricValue;
  readonly unseen: boolean;
}

/** Tuned mixtures of the experiment with a score; empty if all have the same number of languages. */
export function countPoints(table: ResultsTable, metric: MetricKey): CountPoint[] {
  const points = comparableRows(table).flatMap((row): CountPoint[] => {
    const languages = Object.values(row.counts).filter(count => count > 0).length;
    const unseen = row.meanUnseen[metric];
    const value = unseen ?? row.meanOthers[metric];
    return languages === 0 || value === undefined
      ? []
      : [{ row, languages, value, unseen: unseen !== undefined }];
  });
  return new Set(points.map(({ languages }) => languages)).size < 2 ? [] : points;
}

export function drawCounts(
  canvas: HTMLCanvasElement,
  input: {
    readonly points: readonly CountPoint[];
    readonly metric: MetricKey;
    readonly theme: Theme;
    readonly choose: (row: ResultsRow) => void;
  },
): Chart {
  const { points, metric, theme } = input;
  const factor = isRate(metric) ? 100 : 1;
  const font = { family: theme.font, size: theme.fontSize - 1 };
  const axis = { grid: theme.grid, ticks: { color: theme.foreground, font } };
  const title = (text: string) => ({ display: true, text, color: theme.muted, font });
  return new Chart(canvas, {
    type: "scatter",
    data: {
      datasets: [
        {
          label: "Mixtures",
          data: points.map(({ languages, value }) => ({ x: languages, y: value.value * factor })),
          borderColor: theme.charts.purple,
          backgroundColor: theme.charts.purple,
          pointStyle: points.map(({ unseen }) => (unseen ? "triangle" : "circle")),
          pointRadius: 5,
          pointHitRadius: 10,
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      clip: false,
      scales: {
        x: {
          ...axis,
          type: "linear",
          min: 0,
          max: 1 + Math.max(...points.map(({ languages }) => languages)),
          ticks: { ...axis.ticks, precision: 0 },
          title: title("Languages in the tuning data"),
        },
        y: { ...axis, ...(isRate(metric) ? { min: 0, max: 100 } : {}), title: title(axisUnit(metric)) },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: {
            label: item => {
              const point = points[item.dataIndex];
              return point === undefined ? "" : `${point.row.mixture}: ${longValue(metric, point.value)}`;
            },
          },
        },
      },
      onClick: (_event, elements) => {
        const point = points[elements[0]?.index ?? -1];
        if (point !== undefined) input.choose(point.row);
      },
    },
    plugins: [
      {
        id: "intervals",
        beforeDatasetsDraw({ ctx, scales }) {
          const { x, y } = scales;
          if (x === undefined || y === undefined) return;
          ctx.save();
          ctx.strokeStyle = theme.charts.purple;
          ctx.lineWidth = 1;
          for (const { languages, value } of points) {
            ctx.beginPath();
            ctx.moveTo(x.getPixelForValue(languages), y.getPixelForValue(value.interval[0] * factor));
            ctx.lineTo(x.getPixelForValue(languages), y.getPixelForValue(value.interval[1] * factor));
            ctx.stroke();
          }
          ctx.restore();
        },
      },
    ],
  });
}
