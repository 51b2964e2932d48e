// A chart of points with 95 % intervals, for several series: seen against unseen, differences.
import {
  CategoryScale,
  Chart,
  type ChartDataset,
  type ChartEvent,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from "chart.js";
import type { Theme } from "../shared/theme.ts";

Chart.register(LineController, LineElement, PointElement, CategoryScale, LinearScale, Legend, Tooltip);

export interface IntervalPoint {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly words: string;
}

interface IntervalSeries {
  readonly name: string;
  readonly colour: string;
  readonly shape: "circle" | "triangle" | "rect";
  /** One point for each name; null if not measured. */
  readonly points: readonly (IntervalPoint | null)[];
}

export interface IntervalBarsInput {
  readonly names: readonly string[];
  readonly series: readonly IntervalSeries[];
  readonly axis: string;
  readonly range: { readonly min?: number; readonly max?: number };
  /** Whether each name has a point in only one of the series, so that all points are on the same line. */
  readonly oneLine?: boolean;
  readonly theme: Theme;
  readonly choose: (name: number, series: number) => void;
}

interface Drawn {
  readonly x: number;
  readonly y: string;
  readonly point: IntervalPoint;
}

const rowHeight = 26;
const frameHeight = 92;

export function intervalBarsHeight(names: number): number {
  return names * rowHeight + frameHeight;
}

export function drawIntervalBars(
  canvas: HTMLCanvasElement,
  input: IntervalBarsInput,
): Chart<"line", Drawn[]> {
  const { names, series, theme } = input;
  const font = { family: theme.font, size: theme.fontSize - 1 };
  const count = series.length;
  const ends = series.flatMap(({ points }) =>
    points.flatMap(point => (point === null ? [] : [point.low, point.high])),
  );
  return new Chart<"line", Drawn[]>(canvas, {
    type: "line",
    data: {
      datasets: series.map(
        (each): ChartDataset<"line", Drawn[]> => ({
          label: each.name,
          data: names.flatMap((name, i) => {
            const point = each.points[i];
            return point == null ? [] : [{ x: point.value, y: name, point }];
          }),
          showLine: false,
          borderColor: each.colour,
          backgroundColor: each.colour,
          pointStyle: each.shape,
          pointRadius: 5,
          pointHoverRadius: 7,
          pointHitRadius: 12,
        }),
      ),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: "y",
      clip: false,
      parsing: { xAxisKey: "x", yAxisKey: "y" },
      interaction: { mode: "nearest", intersect: true },
      scales: {
        x: {
          suggestedMin: Math.min(...ends),
          suggestedMax: Math.max(...ends),
          ...input.range,
          type: "linear",
          title: { display: true, text: input.axis, color: theme.muted, font },
          grid: theme.grid,
          ticks: { color: theme.foreground, font },
        },
        y: {
          type: "category",
          labels: [...names],
          offset: true,
          grid: { display: false },
          ticks: { color: theme.foreground, font, autoSkip: false, crossAlign: "far" },
        },
      },
      plugins: {
        legend: {
          display: count > 1,
          position: "bottom",
          labels: { color: theme.foreground, font, usePointStyle: true, boxHeight: 7 },
        },
        tooltip: {
          callbacks: {
            title: items => (items[0]?.raw as Drawn | undefined)?.y ?? "",
            label: item => `${count > 1 ? `${item.dataset.label}: ` : ""}${(item.raw as Drawn).point.words}`,
          },
        },
      },
      onHover: (event: ChartEvent, elements) => {
        const target = event.native?.target;
        if (target instanceof HTMLElement) target.classList.toggle("clickable", elements.length > 0);
      },
      onClick: (_event, elements, chart) => {
        const [element] = elements;
        if (element === undefined) return;
        const raw = chart.data.datasets[element.datasetIndex]?.data[element.index] as Drawn | undefined;
        if (raw !== undefined) input.choose(names.indexOf(raw.y), element.datasetIndex);
      },
    },
    plugins: [intervals(input.oneLine === true ? 1 : count)],
  });
}

/** Plugin that draws the interval of each point, with the series of a name one below the other. */
function intervals(count: number): Plugin<"line"> {
  const shift = (series: number): number => (count === 1 ? 0 : (series - (count - 1) / 2) * 9);
  return {
    id: "intervals",
    beforeDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      const x = scales.x;
      if (x === undefined) return;
      ctx.save();
      const zero = x.getPixelForValue(0);
      if (x.min < 0 && x.max > 0) {
        ctx.strokeStyle = String(chart.options.color ?? "#888");
        ctx.setLineDash([4, 4]);
        ctx.beginPath();
        ctx.moveTo(zero, chart.chartArea.top);
        ctx.lineTo(zero, chart.chartArea.bottom);
        ctx.stroke();
        ctx.setLineDash([]);
      }
      chart.data.datasets.forEach((dataset, index) => {
        if (!chart.isDatasetVisible(index)) return;
        ctx.strokeStyle = String(dataset.borderColor);
        ctx.lineWidth = 2;
        chart.getDatasetMeta(index).data.forEach((element, place) => {
          const { point, y: name } = dataset.data[place] as unknown as Drawn;
          const middle = scales.y?.getPixelForValue(chart.scales.y?.getLabels().indexOf(name) ?? 0) ?? 0;
          element.y = middle + shift(index);
          ctx.beginPath();
          ctx.moveTo(x.getPixelForValue(point.low), element.y);
          ctx.lineTo(x.getPixelForValue(point.high), element.y);
          ctx.stroke();
        });
      });
      ctx.restore();
    },
  };
}
