// A chart of lines on a canvas, updated in place.
import {
  Chart,
  type ChartDataset,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import type { Theme } from "../shared/theme.ts";
import type { ChartKind, Line } from "./lines.ts";

Chart.register(LineController, LineElement, PointElement, LinearScale, Legend, Tooltip);

interface DrawnPoint {
  readonly x: number;
  readonly y: number;
}
type Dataset = ChartDataset<"line", DrawnPoint[]>;

/** Maximum number of points of a curve with marks; without a mark a single point would be invisible. */
const markedPoints = 40;

export class DrawnLines {
  readonly #chart: Chart<"line", DrawnPoint[]>;
  readonly #theme: Theme;
  /** Datasets by id of their line: what the legend hides, it hides by dataset. */
  #datasets = new Map<string, Dataset>();

  constructor(canvas: HTMLCanvasElement, kind: ChartKind, theme: Theme) {
    this.#chart = new Chart<"line", DrawnPoint[]>(canvas, {
      type: "line",
      data: { datasets: [] },
      options: optionsOf(kind, theme),
    });
    this.#theme = theme;
  }

  draw(lines: readonly Line[]): void {
    this.#datasets = new Map(
      lines.map(line => {
        const known = this.#datasets.get(line.id);
        const now = datasetOf(line, this.#theme);
        return [line.id, known === undefined ? now : Object.assign(known, now)];
      }),
    );
    this.#chart.data.datasets = [...this.#datasets.values()];
    this.#chart.update("none");
  }

  dispose(): void {
    this.#chart.destroy();
  }
}

function datasetOf(line: Line, theme: Theme): Dataset {
  const marked = !line.faint && line.points.length <= markedPoints;
  return {
    label: line.label,
    data: line.points.map(([x, y]) => ({ x, y })),
    borderColor: line.faint ? faded(line.colour, theme) : line.colour,
    backgroundColor: line.colour,
    borderDash: [...line.dash],
    borderWidth: theme.highContrast ? line.width + 0.5 : line.width,
    pointRadius: marked ? 2 : 0,
    pointHitRadius: 6,
    order: line.faint ? 1 : 0,
  };
}

/** Adds transparency to a six-digit colour as two more digits; other colours are returned unchanged. */
function faded(colour: string, theme: Theme): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}${theme.highContrast ? "99" : "66"}` : colour;
}

function optionsOf(kind: ChartKind, theme: Theme) {
  const font = { family: theme.font, size: theme.fontSize - 1 };
  // In high contrast the border colour is as strong as the lines.
  const axis = { grid: theme.grid, ticks: { color: theme.foreground, font } };
  const format = (value: unknown) => kind.format(Number(value));
  return {
    animation: false as const,
    parsing: false as const,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "nearest" as const, axis: "x" as const, intersect: false },
    scales: {
      x: {
        ...axis,
        type: "linear" as const,
        ticks: { ...axis.ticks, precision: 0, maxRotation: 0 },
        title: { display: true, text: "Step", color: theme.muted, font },
      },
      y: {
        ...axis,
        type: "linear" as const,
        beginAtZero: kind.fromZero,
        ticks: {
          ...axis.ticks,
          maxTicksLimit: 6,
          callback: (value: unknown) => kind.tick(Number(value)),
        },
      },
    },
    plugins: {
      legend: {
        position: "bottom" as const,
        labels: {
          color: theme.foreground,
          font,
          boxHeight: 0,
          boxWidth: 26,
          // The raw loss is the faint companion of a line that is in the legend.
          filter: (
            item: { datasetIndex?: number | undefined },
            data: { datasets: { order?: number | undefined }[] },
          ) => data.datasets[item.datasetIndex ?? 0]?.order !== 1,
        },
      },
      tooltip: {
        filter: (item: { dataset: { order?: number | undefined } }) => item.dataset.order !== 1,
        callbacks: {
          title: (items: { parsed: { x: number | null } }[]) => `Step ${items[0]?.parsed.x ?? ""}`,
          label: (item: { dataset: { label?: string | undefined }; parsed: { y: number | null } }) =>
            `${item.dataset.label ?? ""}: ${format(item.parsed.y)}`,
        },
      },
    },
  };
}
