// The pinch curve: score over the share of the tuning examples that is not in the base language.
import {
  Chart,
  type ChartDataset,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type Plugin,
  Tooltip,
} from "chart.js";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { MetricKey, MetricValue } from "../../src/core/run/records.ts";
import type { Theme } from "../shared/theme.ts";
import { longValue, metricWords, shortValue, unitOf } from "./metrics.ts";

Chart.register(LineController, LineElement, PointElement, LinearScale, Legend, Tooltip);

interface CurvePoint {
  /** Percent of the examples that are not in the base language. */
  readonly x: number;
  readonly y: number;
  readonly mixture: string;
  readonly value: MetricValue;
}

export interface CurveInput {
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  readonly baseLanguage: string;
  readonly theme: Theme;
  readonly languageName: (tag: string) => string;
}

/** Null where the row was not tuned, as the untuned model. */
export function shareOfOthers(row: ResultsRow, baseLanguage: string): number | null {
  const total = Object.values(row.counts).reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : (100 * (total - (row.counts[baseLanguage] ?? 0))) / total;
}

/** False where fewer than two tuned mixtures were scored: no curve to draw. */
export function hasCurve({ table, metric, baseLanguage }: Omit<CurveInput, "theme" | "languageName">): boolean {
  return pointsOf(table, metric, row => row.meanOthers[metric], baseLanguage).length >= 2;
}

export function drawCurve(canvas: HTMLCanvasElement, input: CurveInput): Chart {
  const { table, metric, baseLanguage, theme } = input;
  const font = { family: theme.font, size: theme.fontSize - 1 };
  const base = (row: ResultsRow) => row.cells[baseLanguage]?.[metric];
  const others = (row: ResultsRow) => row.meanOthers[metric];
  const lines = [
    { label: input.languageName(baseLanguage), of: base, colour: theme.charts.orange, dash: [6, 4] },
    { label: "Other languages, mean", of: others, colour: theme.charts.blue, dash: [] },
  ];
  const untuned = table.rows.find(row => shareOfOthers(row, baseLanguage) === null);
  const datasets: ChartDataset<"line", CurvePoint[]>[] = lines.flatMap(line => {
    const drawn: ChartDataset<"line", CurvePoint[]> = {
      label: line.label,
      data: pointsOf(table, metric, line.of, baseLanguage),
      borderColor: line.colour,
      backgroundColor: line.colour,
      borderDash: line.dash,
      pointStyle: line.dash.length > 0 ? "rect" : "circle",
      borderWidth: 2,
      pointRadius: 4,
      pointHoverRadius: 6,
    };
    const start = untuned === undefined ? undefined : line.of(untuned);
    if (untuned === undefined || start === undefined) return [drawn];
    const flat = [0, 100].map(x => pointOf(x, untuned.mixture, start, metric));
    const level: ChartDataset<"line", CurvePoint[]> = {
      label: `${line.label}, untuned`,
      data: flat,
      borderColor: line.colour,
      backgroundColor: "transparent",
      borderDash: [2, 4],
      borderWidth: 1,
      pointRadius: 0,
      pointHitRadius: 8,
    };
    return [drawn, level];
  });
  return new Chart<"line", CurvePoint[]>(canvas, {
    type: "line",
    data: { datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: {
          type: "linear",
          min: 0,
          max: 100,
          title: { display: true, text: `% of examples not in ${input.languageName(baseLanguage)}`, color: theme.muted, font },
          grid: { color: theme.grid },
          ticks: { color: theme.foreground, font },
        },
        y: {
          type: "linear",
          ...(metricWords(metric).unit === "percent" ? { min: 0, max: 100 } : {}),
          title: { display: true, text: unitOf(metric).trim() || "nats a token", color: theme.muted, font },
          grid: { color: theme.grid },
          ticks: { color: theme.foreground, font },
        },
      },
      plugins: {
        legend: {
          position: "bottom",
          labels: { color: theme.foreground, font, usePointStyle: true, boxHeight: 7 },
        },
        tooltip: {
          callbacks: {
            title: items => {
              const point = items[0]?.raw as CurvePoint | undefined;
              return point === undefined ? "" : point.mixture;
            },
            label: item => `${item.dataset.label}: ${longValue(metric, (item.raw as CurvePoint).value)}`,
          },
        },
      },
    },
    plugins: [intervals(metric)],
  });
}

/** The curve in words, for those who cannot see it. */
export function describeCurve({ table, metric, baseLanguage, languageName }: Omit<CurveInput, "theme">): string {
  const unit = unitOf(metric);
  const lines = pointsOf(table, metric, row => row.meanOthers[metric], baseLanguage).map(point => {
    const base = table.rows.find(row => row.mixture === point.mixture)?.cells[baseLanguage]?.[metric];
    const baseWords =
      base === undefined ? "" : `, ${languageName(baseLanguage)} ${shortValue(metric, base.value)}${unit}`;
    return `${point.mixture} at ${Math.round(point.x)} %: other languages ${shortValue(metric, point.value.value)}${unit}${baseWords}`;
  });
  return `${metricWords(metric).label}. ${lines.join("; ")}.`;
}

function pointsOf(
  table: ResultsTable,
  metric: MetricKey,
  of: (row: ResultsRow) => MetricValue | undefined,
  baseLanguage: string,
): CurvePoint[] {
  return table.rows
    .flatMap(row => {
      const x = shareOfOthers(row, baseLanguage);
      const value = of(row);
      return x === null || value === undefined ? [] : [pointOf(x, row.mixture, value, metric)];
    })
    .sort((a, b) => a.x - b.x);
}

function pointOf(x: number, mixture: string, value: MetricValue, metric: MetricKey): CurvePoint {
  return { x, y: value.value * factorOf(metric), mixture, value };
}

function factorOf(metric: MetricKey): number {
  return metricWords(metric).unit === "percent" ? 100 : 1;
}

/** 95 % intervals as whiskers through the points. */
function intervals(metric: MetricKey): Plugin<"line"> {
  return {
    id: "intervals",
    afterDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      const y = scales["y"];
      if (y === undefined) return;
      ctx.save();
      chart.data.datasets.forEach((dataset, index) => {
        if (dataset.pointRadius === 0 || !chart.isDatasetVisible(index)) return;
        ctx.strokeStyle = String(dataset.borderColor);
        ctx.lineWidth = 1;
        chart.getDatasetMeta(index).data.forEach((element, place) => {
          const point = dataset.data[place] as unknown as CurvePoint;
          const [low, high] = point.value.interval.map(end => y.getPixelForValue(end * factorOf(metric)));
          if (low === undefined || high === undefined) return;
          ctx.beginPath();
          ctx.moveTo(element.x, low);
          ctx.lineTo(element.x, high);
          for (const end of [low, high]) {
            ctx.moveTo(element.x - 3, end);
            ctx.lineTo(element.x + 3, end);
          }
          ctx.stroke();
        });
      });
      ctx.restore();
    },
  };
}
