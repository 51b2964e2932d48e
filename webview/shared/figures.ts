// The figures of the page, each with a sentence, a table, and export to files.
import type { Chart } from "chart.js";
import { type DataTable, dataTableMarkdown } from "../../src/core/figures/dataTable.ts";
import { dataTableCsv, dataTableJson } from "../../src/core/figures/tableText.ts";
import type { ExportFormat, FigureName } from "../../src/protocol/resultsView.ts";
import { type Child, h, plainButton } from "./dom.ts";
import { chartPng, chartSvg } from "./exportChart.ts";

interface KnownFigure {
  readonly title: string;
  readonly table: DataTable;
  chart: Chart | null;
  /** SVG of a figure that was not drawn by chart.js. */
  readonly svg: string | null;
}

export interface FigureInput {
  /** Id that is unique in the page and becomes part of file names. */
  readonly id: string;
  readonly title: string;
  /** Sentences that summarise the figure, shown below it. */
  readonly words: readonly string[];
  readonly table: DataTable;
  readonly body: HTMLElement;
  readonly tools?: Child;
  readonly note?: Child;
  /** SVG file of a figure that was not drawn by chart.js. */
  readonly svg?: string;
  /** Action of a table cell, with zero-based row and column; null if it has none. */
  readonly opens?: (row: number, column: number) => (() => void) | null;
  /** Omits the table if the page shows the figure's numbers elsewhere. */
  readonly withoutTable?: boolean;
}

/** Figures currently in the page. */
export class Figures {
  readonly #known = new Map<string, KnownFigure>();

  clear(): void {
    this.#known.clear();
  }

  /** Registers the chart of a figure once it has been drawn. */
  drawn(id: string, chart: Chart): void {
    const figure = this.#known.get(id);
    if (figure !== undefined) figure.chart = chart;
  }

  section(input: FigureInput): HTMLElement {
    const { id, title, table, body, words } = input;
    this.#known.set(id, { title, table, chart: null, svg: input.svg ?? null });
    const context = JSON.stringify({
      webviewSection: "figure",
      figure: id,
      preventDefaultContextMenuItems: true,
    });
    return h(
      "section",
      { class: "chart", "aria-label": title, "data-figure": id, "data-vscode-context": context },
      h("header", { class: "section-head" }, h("h2", {}, title), input.tools ?? null),
      input.note ?? null,
      body,
      ...words.map(sentence => h("p", { class: "reading", dir: "auto" }, sentence)),
      input.withoutTable === true ? null : tableBehind(input),
    );
  }

  names(): FigureName[] {
    return [...this.#known].map(([id, { title, chart, svg }]) => ({
      id,
      title,
      picture: chart !== null || svg !== null,
    }));
  }

  /** Returns null if the page has no such figure, or the figure has no picture. */
  render(id: string, format: ExportFormat, background: string): string | null {
    const figure = this.#known.get(id);
    if (figure === undefined) return null;
    switch (format) {
      case "png":
        return figure.chart === null ? null : chartPng(figure.chart, background);
      case "svg":
        return figure.chart === null ? figure.svg : chartSvg(figure.chart, background, figure.title);
      case "csv":
        return dataTableCsv(figure.table);
      case "json":
        return dataTableJson(figure.table);
      case "md":
        return `${dataTableMarkdown(figure.table)}\n`;
    }
  }
}

/** Table whose cells open the same samples as the marks of the figure, for keyboard users. */
function tableBehind({ id, table: { caption, head, rows }, opens }: FigureInput): HTMLElement {
  const content = (text: string, row: number, column: number): Child => {
    const press = opens?.(row, column) ?? null;
    if (press === null) return text;
    const key = `${id} ${row} ${column}`;
    return plainButton({ class: "way-in", "data-focus": key, title: "Show its samples" }, press, text);
  };
  return h(
    "details",
    { class: "behind" },
    h("summary", {}, "Numbers"),
    h(
      "div",
      { class: "table-scroll", role: "region", "aria-label": caption, tabindex: "0" },
      h(
        "table",
        { class: "plain" },
        h("caption", { class: "muted" }, caption),
        h("thead", {}, h("tr", {}, ...head.map(name => h("th", { scope: "col", dir: "auto" }, name)))),
        h(
          "tbody",
          {},
          ...rows.map(([first = "", ...rest], row) =>
            h(
              "tr",
              {},
              h("th", { scope: "row", dir: "auto" }, first),
              ...rest.map((cell, i) => h("td", { dir: "auto" }, content(cell, row, i + 1))),
            ),
          ),
        ),
      ),
    ),
  );
}
