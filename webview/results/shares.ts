// The shares of response outcomes for each mixture, as stacked bars.
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";
import { capitalised } from "../../src/common/words.ts";
import type { DataTable } from "../../src/core/figures/dataTable.ts";
import { outcomeWords } from "../../src/core/records/outcomeWords.ts";
import type { MetricKey, Outcome } from "../../src/core/records/records.ts";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { Theme } from "../shared/theme.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);

export interface SharesInput {
  readonly table: ResultsTable;
  /** Null for the mean over all languages. */
  readonly language: string | null;
  readonly theme: Theme;
  /** Called when a bar is clicked. */
  readonly choose: (row: ResultsRow, outcome: Outcome) => void;
}

const barHeight = 26;
const frameHeight = 92;

export function sharesHeight(table: ResultsTable): number {
  return table.rows.length * barHeight + frameHeight;
}

/** Outcomes that count in shares: a language that can't be identified has none. */
type SharedOutcome = Exclude<Outcome, "unscored">;

/** Like `outcomeWords`, but shorter where the bars already show what was not checked. */
const sharedOutcomeWords: Readonly<Record<SharedOutcome, string>> = {
  ...outcomeWords,
  noLanguage: "no language",
};

/** Shares of the responses; without the outcomes that only checks can tell if nothing was checked. */
type Shares = Readonly<Partial<Record<SharedOutcome, number>>>;

/** Null if outcomes were not measured. */
export function sharesOf(row: ResultsRow, language: string | null): Shares | null {
  const cell = language === null ? row.mean : (row.cells[language] ?? {});
  const read = (key: MetricKey) => cell[key]?.value;
  const foreign = read("wrongLanguage") ?? inverse(read("language"));
  const followed = read("followed");
  // With checks, a response without words counts as followed or as a wrong answer, in those shares.
  const noLanguage = followed === undefined ? (read("noLanguage") ?? 0) : 0;
  if (foreign === undefined && noLanguage < 1) return null;
  const wrongLanguage = (foreign ?? 0) * (1 - noLanguage);
  const wrongAnswer = read("wrongAnswer");
  const unchecked = Math.max(0, 1 - (followed ?? 0) - (wrongAnswer ?? 0) - wrongLanguage - noLanguage);
  return {
    ...(followed !== undefined && { followed }),
    ...(wrongAnswer !== undefined && { wrongAnswer }),
    wrongLanguage,
    noLanguage,
    unchecked: unchecked < 1e-9 ? 0 : unchecked,
  };
}

function inverse(value: number | undefined): number | undefined {
  return value === undefined ? undefined : 1 - value;
}

export function drawShares(
  canvas: HTMLCanvasElement,
  { table, language, theme, choose }: SharesInput,
): Chart {
  const font = { family: theme.font, size: theme.fontSize - 1 };
  const shares = table.rows.map(row => sharesOf(row, language));
  const kinds = [
    { key: "followed", colour: theme.charts.green },
    { key: "unchecked", colour: theme.charts.blue },
    { key: "noLanguage", colour: theme.charts.purple },
    { key: "wrongAnswer", colour: theme.charts.yellow },
    { key: "wrongLanguage", colour: theme.charts.red },
  ] as const;
  const present = kinds.filter(kind => shares.some(share => (share?.[kind.key] ?? 0) > 0));
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels: table.rows.map(row => row.mixture),
      datasets: present.map(kind => ({
        label: capitalised(sharedOutcomeWords[kind.key]),
        data: shares.map(share => 100 * (share?.[kind.key] ?? 0)),
        backgroundColor: kind.colour,
        borderColor: theme.background,
        borderWidth: { left: 0, right: 1, top: 0, bottom: 0 },
        barPercentage: 0.8,
        categoryPercentage: 0.95,
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: "y",
      scales: {
        x: {
          stacked: true,
          min: 0,
          max: 100,
          title: { display: true, text: "% of the responses", color: theme.muted, font },
          grid: theme.grid,
          ticks: { color: theme.foreground, font },
        },
        y: {
          stacked: true,
          grid: { display: false },
          ticks: { color: theme.foreground, font, autoSkip: false, crossAlign: "far" },
        },
      },
      onHover: (event, elements) => {
        const target = event.native?.target;
        if (target instanceof HTMLElement) target.classList.toggle("clickable", elements.length > 0);
      },
      onClick: (_event, [element]) => {
        if (element === undefined) return;
        const row = table.rows[element.index];
        const kind = present[element.datasetIndex];
        if (row !== undefined && kind !== undefined) choose(row, kind.key);
      },
      plugins: {
        legend: {
          position: "bottom",
          labels: { color: theme.foreground, font, boxWidth: 12, boxHeight: 12 },
        },
        tooltip: {
          callbacks: {
            label: item => `${item.dataset.label}: ${Math.round(item.parsed.x ?? 0)} %`,
          },
        },
      },
    },
  });
}

/** Outcomes in the order of the table's columns. */
export const shownOutcomes: readonly SharedOutcome[] = [
  "followed",
  "unchecked",
  "noLanguage",
  "wrongAnswer",
  "wrongLanguage",
];

/** Table with percent of the responses; a dash for what was not measured. */
export function sharesTable(table: ResultsTable, language: string | null): DataTable {
  const percent = (share: number | undefined) => (share === undefined ? "–" : (100 * share).toFixed(1));
  return {
    caption: "% of the responses",
    head: ["Mixture", "Followed", "Not checked", "No language", "Wrong answer", "Wrong language"],
    rows: table.rows.map(row => {
      const shares = sharesOf(row, language);
      return [row.mixture, ...shownOutcomes.map(outcome => percent(shares?.[outcome]))];
    }),
  };
}

/** Text description of the bars: the outcomes that occur in each. */
export function describeShares(table: ResultsTable, language: string | null): string {
  return table.rows
    .map(row => {
      const shares = sharesOf(row, language);
      const parts = shownOutcomes.flatMap(outcome => {
        const share = shares?.[outcome] ?? 0;
        return share === 0 ? [] : [`${sharedOutcomeWords[outcome]} ${Math.round(100 * share)} %`];
      });
      return `${row.mixture}: ${parts.length === 0 ? "not measured" : parts.join(", ")}.`;
    })
    .join(" ");
}
