// One line chart over steps, updated in place, with a sentence and a table of the same data.
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
import { h } from "../shared/dom.ts";
import type { Theme } from "../shared/theme.ts";
import type { ChartKind, Line } from "./lines.ts";

Chart.register(LineController, LineElement, PointElement, LinearScale, Legend, Tooltip);

interface Drawn {
  readonly x: number;
  readonly y: number;
}

/** Number of rows of a table: evenly spaced steps, always including the last one. */
const tableRows = 25;
/** Maximum number of curves described individually; more are summarised by their lowest and highest. */
const maxInWords = 4;
/** Maximum number of points of a curve with marks; without a mark a single point would be invisible. */
const markedPoints = 40;

export interface LiveChart {
  readonly element: HTMLElement;
  draw(lines: readonly Line[], theme: Theme): void;
}

export function liveChart(kind: ChartKind, open: boolean, toggled: (open: boolean) => void): LiveChart {
  const canvas = h("canvas", { role: "img", "data-chart": kind.name });
  const sentence = h("p", { class: "muted sentence" });
  const table = h("div", {
    class: "table-frame",
    tabindex: "0",
    role: "region",
    "aria-label": `${kind.title}: table`,
  });
  const details = h(
    "details",
    open ? { open: "" } : {},
    h("summary", { "data-focus": `table-${kind.name}` }, `Table: ${kind.title.toLowerCase()}`),
    table,
  );
  const frame = h("div", { class: "chart-frame" }, canvas);
  const heading = h("h2", { id: `title-${kind.name}` }, kind.title);
  const element = h(
    "section",
    { class: "chart", "aria-labelledby": `title-${kind.name}`, "data-testid": `chart-${kind.name}` },
    heading,
    sentence,
    frame,
    details,
  );
  let chart: Chart<"line", Drawn[]> | null = null;
  let themed: Theme | null = null;
  let last: readonly Line[] = [];
  const fillTable = () => {
    if (details.open) table.replaceChildren(tableOf(kind, last));
  };
  details.addEventListener("toggle", () => {
    fillTable();
    toggled(details.open);
  });
  return {
    element,
    draw(lines, theme) {
      last = lines.filter(({ faint }) => !faint);
      const words = inWords(kind, last);
      sentence.textContent = words;
      canvas.setAttribute("aria-label", `${kind.title}. ${words}`);
      const empty = lines.every(({ points }) => points.length === 0);
      frame.hidden = empty;
      details.hidden = empty;
      fillTable();
      if (empty) return;
      const datasets = lines.map(line => datasetOf(line, theme));
      if (chart === null || themed !== theme) {
        chart?.destroy();
        chart = new Chart<"line", Drawn[]>(canvas, {
          type: "line",
          data: { datasets },
          options: optionsOf(kind, theme),
        });
        themed = theme;
        return;
      }
      chart.data.datasets = datasets;
      chart.update("none");
    },
  };
}

function datasetOf(line: Line, theme: Theme): ChartDataset<"line", Drawn[]> {
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

/** `pinch, seed 7: 2.134 at step 40, from 3.210.` */
function inWords(kind: ChartKind, lines: readonly Line[]): string {
  const told = lines.flatMap(({ label, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const from = points.length > 1 ? `, from ${kind.format(first[1])}` : "";
    return [`${label}: ${kind.format(last[1])} at step ${last[0].toLocaleString("en")}${from}`];
  });
  if (told.length > maxInWords) return `${extremes(kind, lines)} The table has all ${told.length}.`;
  if (told.length > 0)
    return `${told.join("; ")}.${kind.unit === "" || kind.unit === "GB" ? "" : ` In ${kind.unit}.`}`.replace(
      "In before clipping.",
      "Before clipping.",
    );
  return kind.name === "heldOut"
    ? "Not measured. Add “dev” under “data” and “during: 20” under “evaluate” to the mixture file to score some references of the development data in each language every 20 steps."
    : "No steps yet.";
}

/** Sentence with the lowest and the highest current value of many curves. */
function extremes(kind: ChartKind, lines: readonly Line[]): string {
  const last = lines.flatMap(({ label, points }) => {
    const point = points.at(-1);
    return point === undefined ? [] : [{ label, value: point[1] }];
  });
  const sorted = last.sort((a, b) => a.value - b.value);
  const words = (one: (typeof sorted)[number] | undefined) =>
    one === undefined ? "" : `${one.label} ${kind.format(one.value)}`;
  return `Lowest ${words(sorted[0])}, highest ${words(sorted.at(-1))}.`;
}

function tableOf(kind: ChartKind, lines: readonly Line[]): HTMLElement {
  const steps = [...new Set(lines.flatMap(({ points }) => points.map(([step]) => step)))].sort(
    (a, b) => a - b,
  );
  const every = Math.max(1, Math.ceil(steps.length / tableRows));
  const rows = steps.filter((_, i) => (steps.length - 1 - i) % every === 0);
  const values = lines.map(({ points }) => new Map(points));
  return h(
    "table",
    {},
    h(
      "caption",
      { class: "visually-hidden" },
      `${kind.title} by step${every > 1 ? `, every ${every} points` : ""}`,
    ),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Step"),
        ...lines.map(({ label }) => h("th", { scope: "col" }, label)),
      ),
    ),
    h(
      "tbody",
      {},
      ...rows.map(step =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, step.toLocaleString("en")),
          ...values.map(value => {
            const found = value.get(step);
            return h("td", {}, found === undefined ? "–" : kind.format(found));
          }),
        ),
      ),
    ),
  );
}
