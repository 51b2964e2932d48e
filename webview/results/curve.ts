// The pinch curve: score over the share of the tuning examples that is not in the base language.
import {
  Chart,
  type ChartDataset,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from "chart.js";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { Curve, CurvePoint } from "../../src/core/results/curve.ts";
import { metricName } from "../../src/core/scoring/metricNames.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import type { Theme } from "../shared/theme.ts";
import { axisUnit, longValue, withUnit } from "./metrics.ts";

Chart.register(LineController, LineElement, PointElement, LinearScale, Legend, Tooltip);

interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly mixture: string;
  readonly value: MetricValue;
}

type CurveLine = "base" | "seen" | "unseen";

export interface CurveInput {
  readonly curve: Curve;
  readonly theme: Theme;
  readonly languageName: (tag: string) => string;
  /** Called with the mixture and the line of a point that was clicked. */
  readonly choose: (mixture: string, line: CurveLine) => void;
}

export function drawCurve(
  canvas: HTMLCanvasElement,
  { curve, theme, languageName, choose }: CurveInput,
): Chart<"line", DrawnPoint[]> {
  const { metric, baseLanguage } = curve;
  const font = { family: theme.font, size: theme.fontSize - 1 };
  const factor = isRate(metric) ? 100 : 1;
  const lines: { of: CurveLine; label: string; colour: string; style: string; dash: number[] }[] = [
    {
      of: "base",
      label: languageName(baseLanguage),
      colour: theme.charts.yellow,
      style: "rect",
      dash: [6, 4],
    },
    {
      of: "seen",
      label: "Other languages, seen in tuning",
      colour: theme.charts.blue,
      style: "circle",
      dash: [],
    },
    {
      of: "unseen",
      label: "Other languages, unseen",
      colour: theme.charts.purple,
      style: "triangle",
      dash: [2, 3],
    },
  ];
  const datasets = lines
    .map(
      (line): ChartDataset<"line", DrawnPoint[]> => ({
        label: line.label,
        data: pointsOf(curve, line.of, factor),
        borderColor: line.colour,
        backgroundColor: line.colour,
        borderDash: line.dash,
        pointStyle: line.style,
        borderWidth: 2,
        // Makes chart.js draw segment by segment on the context, which may be one that writes SVG.
        segment: {},
        pointRadius: 4,
        pointHoverRadius: 6,
      }),
    )
    .filter(dataset => dataset.data.length > 0);
  const highest = Math.max(
    ...datasets.flatMap(dataset => dataset.data.map(point => point.value.interval[1])),
  );
  const title = (text: string) => ({ display: true, text, color: theme.muted, font });
  const axis = { grid: theme.grid, ticks: { color: theme.foreground, font } };
  return new Chart<"line", DrawnPoint[]>(canvas, {
    type: "line",
    data: { datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      clip: false,
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: {
          ...axis,
          type: "linear",
          min: 0,
          max: 100,
          title: title(`% of the examples not in ${languageName(baseLanguage)}`),
        },
        y: {
          ...axis,
          type: "linear",
          ...(isRate(metric) ? { min: 0, max: 100 } : { suggestedMin: 0, suggestedMax: highest }),
          title: title(axisUnit(metric)),
        },
      },
      onHover: (event, elements) => {
        const target = event.native?.target;
        if (target instanceof HTMLElement) target.classList.toggle("clickable", elements.length > 0);
      },
      onClick: (_event, [element], chart) => {
        if (element === undefined) return;
        const dataset = chart.data.datasets[element.datasetIndex];
        const point = dataset?.data[element.index] as DrawnPoint | undefined;
        const line = lines.find(({ label }) => label === dataset?.label);
        if (point !== undefined && line !== undefined) choose(point.mixture, line.of);
      },
      plugins: {
        legend: {
          position: "bottom",
          labels: { color: theme.foreground, font, usePointStyle: true, boxHeight: 7 },
        },
        tooltip: {
          callbacks: {
            title: items => (items[0]?.raw as DrawnPoint | undefined)?.mixture ?? "",
            label: item => `${item.dataset.label}: ${longValue(metric, (item.raw as DrawnPoint).value)}`,
          },
        },
      },
    },
    plugins: [bands(factor), intervals(factor)],
  });
}

/** Text description of the curve, for users who can't see it. */
export function describeCurve({ curve, languageName }: Pick<CurveInput, "curve" | "languageName">): string {
  const { metric, baseLanguage, points } = curve;
  const name = { base: languageName(baseLanguage), seen: "seen languages", unseen: "unseen languages" };
  const lines = points.map(point => {
    const scores = (["base", "seen", "unseen"] as const).flatMap(of => {
      const value = point[of];
      return value === null ? [] : `${name[of]} ${withUnit(metric, value.value)}`;
    });
    return `${point.mixture} at ${Math.round(point.percent)} %: ${scores.join(", ")}`;
  });
  return `${metricName(metric)}. ${lines.join("; ")}.`;
}

function pointsOf(curve: Curve, line: CurveLine, factor: number): DrawnPoint[] {
  return curve.points.flatMap((point: CurvePoint) => {
    const value = point[line];
    return value === null
      ? []
      : [{ x: point.percent, y: value.value * factor, mixture: point.mixture, value }];
  });
}

/** Plugin that draws 95 % intervals as a band along each line. */
function bands(factor: number): Plugin<"line"> {
  return {
    id: "bands",
    beforeDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      const y = scales.y;
      if (y === undefined) return;
      ctx.save();
      ctx.globalAlpha = 0.16;
      chart.data.datasets.forEach((dataset, index) => {
        const elements = chart.getDatasetMeta(index).data;
        if (!chart.isDatasetVisible(index) || elements.length < 2) return;
        const ends = elements.map((element, place) => {
          const { value } = dataset.data[place] as unknown as DrawnPoint;
          return { x: element.x, interval: value.interval.map(end => y.getPixelForValue(end * factor)) };
        });
        ctx.fillStyle = String(dataset.borderColor);
        ctx.beginPath();
        for (const { x, interval } of ends) ctx.lineTo(x, interval[1] ?? 0);
        for (const { x, interval } of [...ends].reverse()) ctx.lineTo(x, interval[0] ?? 0);
        ctx.closePath();
        ctx.fill();
      });
      ctx.restore();
    },
  };
}

/** Plugin that draws 95 % intervals as whiskers through the points. */
function intervals(factor: number): Plugin<"line"> {
  return {
    id: "intervals",
    beforeDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      const y = scales.y;
      if (y === undefined) return;
      ctx.save();
      ctx.lineWidth = 1;
      chart.data.datasets.forEach((dataset, index) => {
        if (!chart.isDatasetVisible(index)) return;
        ctx.strokeStyle = String(dataset.borderColor);
        chart.getDatasetMeta(index).data.forEach((element, place) => {
          const { value } = dataset.data[place] as unknown as DrawnPoint;
          const [low, high] = value.interval.map(end => y.getPixelForValue(end * factor));
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
