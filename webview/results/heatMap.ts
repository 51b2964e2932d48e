// The heat map: one row per mixture, one column per language, the value printed in each cell.
import { CategoryScale, Chart, type ChartEvent, LinearScale, type Plugin, Tooltip } from "chart.js";
import { MatrixController, MatrixElement } from "chartjs-chart-matrix";
import {
  divergingColour,
  type HeatColour,
  heatColour,
  heatStep,
} from "../../src/core/figures/heatColours.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { MetricKey } from "../../src/core/records/records.ts";
import { distrustMark } from "../../src/core/results/judgeQuality.ts";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import { isSideBySide, type SideBySide } from "../../src/core/results/sideBySide.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import type { Theme } from "../shared/theme.ts";
import { higherIsBetter, longValue, shortValue, withUnit } from "./metrics.ts";
import { behindLines } from "./sideBySideWords.ts";

Chart.register(MatrixController, MatrixElement, CategoryScale, LinearScale, Tooltip);

interface HeatCell {
  readonly x: string;
  readonly y: string;
  readonly value: MetricValue | null;
  readonly colour: HeatColour | null;
}

export interface HeatMapInput {
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  readonly theme: Theme;
  /** Side-by-side score that is shown, if the metric is one. */
  readonly sideBySide: SideBySide | undefined;
  readonly languageName: (tag: string) => string;
  readonly choose: (row: ResultsRow, language: string) => void;
}

/** Height of one row, in CSS pixels; the canvas is as high as its rows and the axis. */
const rowHeight = 30;
const axisHeight = 28;

export function heatMapHeight(table: ResultsTable): number {
  return table.rows.length * rowHeight + axisHeight;
}

export function drawHeatMap(canvas: HTMLCanvasElement, input: HeatMapInput): Chart {
  const { table, metric, theme } = input;
  const cells = cellsOf(input);
  const font = { family: theme.font, size: theme.fontSize };
  const size = (side: "width" | "height", count: number) => (context: { chart: Chart }) =>
    Math.max(0, (context.chart.chartArea?.[side] ?? 0) / count - 2);
  return new Chart(canvas, {
    type: "matrix",
    data: {
      datasets: [
        {
          data: cells as unknown as { x: string; y: string }[],
          backgroundColor: context => cells[context.dataIndex]?.colour?.background ?? "transparent",
          borderColor: theme.highContrast ? theme.foreground : "transparent",
          borderWidth: theme.highContrast ? 1 : 0,
          borderRadius: 3,
          hoverBorderColor: theme.focus,
          hoverBorderWidth: 2,
          width: size("width", table.languages.length),
          height: size("height", table.rows.length),
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: 0 },
      scales: {
        x: {
          type: "category",
          labels: [...table.languages],
          position: "top",
          offset: true,
          grid: { display: false },
          border: { display: false },
          ticks: { color: theme.foreground, font, autoSkip: false, maxRotation: 0 },
        },
        y: {
          type: "category",
          labels: table.rows.map(row => row.mixture),
          offset: true,
          reverse: false,
          grid: { display: false },
          border: { display: false },
          ticks: { color: theme.foreground, font, autoSkip: false, crossAlign: "far" },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          displayColors: false,
          callbacks: {
            title: items => {
              const cell = cells[items[0]?.dataIndex ?? -1];
              return cell === undefined ? "" : `${cell.y}, ${input.languageName(cell.x)}`;
            },
            label: item => {
              const cell = cells[item.dataIndex];
              const without = noLanguageLine(table, metric, cell);
              if (!cell?.value) return ["not measured", ...without];
              const { sideBySide } = input;
              const behind = sideBySide === undefined ? [] : behindLines(sideBySide, cell.y, cell.x);
              return [longValue(metric, cell.value), ...without, ...behind];
            },
          },
        },
      },
      onHover: (event: ChartEvent, elements) => {
        const target = event.native?.target;
        if (target instanceof HTMLElement) target.classList.toggle("clickable", elements.length > 0);
      },
      onClick: (_event, elements) => {
        const cell = cells[elements[0]?.index ?? -1];
        const row = table.rows.find(each => each.mixture === cell?.y);
        if (cell !== undefined && row !== undefined) input.choose(row, cell.x);
      },
    },
    plugins: [printedValues(cells, input)],
  });
}

/** Share of responses that the rate of right languages leaves out. */
function noLanguageLine(
  { rows }: ResultsTable,
  metric: MetricKey,
  cell: Pick<HeatCell, "x" | "y"> | undefined,
): string[] {
  if (cell === undefined || !isRate(metric) || metric === "noLanguage") return [];
  const share = rows.find(({ mixture }) => mixture === cell.y)?.cells[cell.x]?.noLanguage;
  return share === undefined || share.value === 0
    ? []
    : [`in no language: ${withUnit("noLanguage", share.value)}`];
}

function cellsOf({ table, metric, theme }: HeatMapInput): HeatCell[] {
  const values = table.rows.flatMap(row =>
    table.languages.flatMap(language => row.cells[language]?.[metric]?.value ?? []),
  );
  // Rates use their full scale, so that colours have the same meaning in every table; losses range between
  // their extremes.
  const ends = isRate(metric) ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const [lowest = 0, highest = 1] = higherIsBetter(metric) ? ends : [...ends].reverse();
  const scheme = theme.light ? "light" : "dark";
  return table.rows.flatMap(row =>
    table.languages.map(language => {
      const value = row.cells[language]?.[metric] ?? null;
      const paint = isSideBySide(metric) ? divergingColour : heatColour;
      const colour = value === null ? null : paint(heatStep(value.value, lowest, highest), scheme);
      return { x: language, y: row.mixture, value, colour };
    }),
  );
}

function printedValues(
  cells: readonly HeatCell[],
  { metric, theme, sideBySide }: HeatMapInput,
): Plugin<"matrix"> {
  const mark = (language: string) => (sideBySide?.distrusted.includes(language) ? distrustMark : "");
  return {
    id: "printedValues",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.font = `${theme.fontSize}px ${theme.font}`;
      chart.getDatasetMeta(0).data.forEach((element, index) => {
        const cell = cells[index];
        if (cell === undefined) return;
        const { x, y, width, height } = element.getProps(["x", "y", "width", "height"], true) as Record<
          "x" | "y" | "width" | "height",
          number
        >;
        ctx.fillStyle = cell.colour?.text ?? theme.muted;
        ctx.fillText(
          cell.value === null ? "–" : `${shortValue(metric, cell.value.value)}${mark(cell.x)}`,
          x + width / 2,
          y + height / 2,
        );
      });
      ctx.restore();
    },
  };
}
