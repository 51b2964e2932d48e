// The heat map's numbers as a table for keyboard and screen reader: each cell is a button.

import type { MetricKey } from "../../src/core/records/records.ts";
import type { ResultsRow, ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { SideBySide } from "../../src/core/results/sideBySide.ts";
import { amountWords } from "../../src/core/results/trainedAmounts.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import { h, plainButton } from "../shared/dom.ts";
import { longValue, shortInterval, shortValue, titleOf } from "./metrics.ts";
import type { MarkCell } from "./page.ts";
import { behindLines, shortNotes } from "./sideBySideWords.ts";

export interface TableInput {
  readonly table: ResultsTable;
  readonly metric: MetricKey;
  /** Side-by-side score that is shown, if the metric is one. */
  readonly sideBySide: SideBySide | undefined;
  readonly languageName: (tag: string) => string;
  readonly choose: (row: ResultsRow, language: string) => void;
}

export interface CellTable {
  readonly element: HTMLElement;
  readonly mark: MarkCell;
}

export function resultsTable(input: TableInput): CellTable {
  const { table, metric } = input;
  const buttons = new Map<string, HTMLButtonElement>();
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, "Mixture"),
    ...table.languages.map(language =>
      h(
        "th",
        { scope: "col", title: input.languageName(language) },
        h("abbr", { title: input.languageName(language) }, language),
      ),
    ),
    h("th", { scope: "col", class: "mean" }, "Mean"),
    table.baseLanguage === undefined
      ? null
      : h("th", { scope: "col", class: "mean" }, `Not ${table.baseLanguage}`),
  );
  const rows = table.rows.map(row =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, row.mixture, ...rowNotes(row)),
      ...table.languages.map(language => {
        const button = cell(input, row, language);
        buttons.set(cellKey(row.mixture, language), button);
        return h("td", {}, button);
      }),
      meanCell(metric, row.mean[metric]),
      table.baseLanguage === undefined ? null : meanCell(metric, row.meanOthers[metric]),
    ),
  );
  const scores = h(
    "table",
    { class: "results", "aria-describedby": "table-note" },
    h("thead", {}, head),
    h("tbody", {}, ...rows),
  );
  const region = { role: "region", "aria-label": "Scores for each mixture and language", tabindex: "0" };
  let marked: HTMLButtonElement | undefined;
  const element = h(
    "div",
    {},
    h(
      "p",
      { id: "table-note", class: "muted table-note" },
      `${titleOf(metric)}, with 95 % intervals. A cell opens its ${input.sideBySide === undefined ? "samples" : "pairs"}; bold: seen in tuning.`,
    ),
    h("div", { class: "table-scroll", ...region }, scores),
  );
  return {
    element,
    mark: chosen => {
      marked?.setAttribute("aria-pressed", "false");
      marked = chosen === null ? undefined : buttons.get(cellKey(chosen.mixture, chosen.language));
      marked?.setAttribute("aria-pressed", "true");
    },
  };
}

function cellKey(mixture: string, language: string): string {
  return JSON.stringify([mixture, language]);
}

/** Notes on a run: its tuning data, their amount, and how its responses ended. */
function rowNotes(row: ResultsRow): HTMLElement[] {
  const total = Object.values(row.counts).reduce((sum, count) => sum + count, 0);
  const seeds = row.runs.length > 1 ? `, ${row.runs.length} seeds` : "";
  const counted = total === 0 ? "untuned" : `${total.toLocaleString("en")} examples${seeds}`;
  return [counted, amountWords(row)]
    .filter(text => text !== "")
    .map(text => h("span", { class: "note" }, text));
}

function cell(input: TableInput, row: ResultsRow, language: string): HTMLButtonElement {
  const { metric } = input;
  const value = row.cells[language]?.[metric];
  const trained = (row.counts[language] ?? 0) > 0;
  const behind = input.sideBySide === undefined ? [] : behindLines(input.sideBySide, row.mixture, language);
  const words = [value === undefined ? "not measured" : longValue(metric, value), ...behind].join("; ");
  const what = input.sideBySide === undefined ? "samples" : "pairs";
  return plainButton(
    {
      class: trained ? "cell seen" : "cell",
      "data-mixture": row.mixture,
      "data-language": language,
      "data-focus": `cell ${row.mixture} ${language}`,
      "aria-pressed": "false",
      title: `${row.mixture}, ${input.languageName(language)}: ${words}${trained ? `; ${row.counts[language]} examples tuned on` : ""}`,
    },
    () => input.choose(row, language),
    h("span", { class: "visually-hidden" }, `${row.mixture}, ${input.languageName(language)}: `),
    h("span", { class: "value" }, value === undefined ? "–" : shortValue(metric, value.value)),
    value === undefined ? null : intervalNote(metric, value),
    h("span", { class: "visually-hidden" }, ` Show ${what}`),
    ...(input.sideBySide === undefined
      ? []
      : shortNotes(input.sideBySide, row.mixture, language).map(note => h("span", { class: "note" }, note))),
  );
}

function meanCell(metric: MetricKey, value: MetricValue | undefined): HTMLElement {
  return h(
    "td",
    { class: "mean" },
    h("span", { class: "value" }, value === undefined ? "–" : shortValue(metric, value.value)),
    value === undefined ? null : intervalNote(metric, value),
  );
}

function intervalNote(metric: MetricKey, value: MetricValue): HTMLElement {
  return h("span", { class: "note" }, shortInterval(metric, value));
}
