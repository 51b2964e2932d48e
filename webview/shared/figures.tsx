// The figures of the page, each with a sentence, a table, and export to files.
import type { Chart } from "chart.js";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type DataTable, dataTableMarkdown } from "../../src/core/figures/dataTable.ts";
import { dataTableCsv, dataTableJson } from "../../src/core/figures/tableText.ts";
import type { ExportFormat, FigureName } from "../../src/protocol/resultsView.ts";
import { chartPng, chartSvg } from "./exportChart.ts";

export interface FigureProps {
  /** Id that is unique in the page and becomes part of file names. */
  readonly id: string;
  readonly title: string;
  /** Sentences that summarise the figure, shown below it. */
  readonly words: readonly string[];
  readonly table: DataTable;
  readonly tools?: ComponentChildren;
  readonly note?: ComponentChildren;
  /** SVG file of a figure that was not drawn by chart.js. */
  readonly svg?: string;
  /** Action of a table cell, with zero-based row and column; null if it has none. */
  readonly opens?: (row: number, column: number) => (() => void) | null;
  /** Omits the table if the page shows the figure's numbers elsewhere. */
  readonly withoutTable?: boolean;
  readonly children: ComponentChildren;
}

interface KnownFigure extends Pick<FigureProps, "title" | "table" | "svg"> {
  readonly section: Element;
}

/** Figures and charts in the page, by id. */
const figures = new Map<string, KnownFigure>();
const charts = new Map<string, Chart>();

export function Figure(props: FigureProps) {
  const { id, title, words, table, tools, note, svg, withoutTable = false, children } = props;
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (section.current === null) return;
    figures.set(id, { title, table, ...(svg === undefined ? {} : { svg }), section: section.current });
    return () => {
      figures.delete(id);
    };
  }, [id, title, table, svg]);
  const context = { webviewSection: "figure", figure: id, preventDefaultContextMenuItems: true };
  return (
    <section
      ref={section}
      class="chart"
      aria-label={title}
      data-figure={id}
      data-vscode-context={JSON.stringify(context)}
    >
      <header class="section-head">
        <h2>{title}</h2>
        {tools}
      </header>
      {note}
      {children}
      {words.map(sentence => (
        <p key={sentence} class="reading" dir="auto">
          {sentence}
        </p>
      ))}
      {withoutTable ? null : <TableBehind {...props} />}
    </section>
  );
}

export interface ChartProps {
  /** Id of the figure to which the chart belongs. */
  readonly figure: string;
  /** Class of the frame, whose size the chart fills. */
  readonly frame: string;
  readonly style?: Readonly<Record<string, string>>;
  /** Description for assistive technology. */
  readonly label: string;
  /** Draws on the canvas, which is in the page by then; another function draws the chart again. */
  readonly draw: (canvas: HTMLCanvasElement) => Chart;
}

export function ChartFrame({ figure, frame, style = {}, label, draw }: ChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (canvas.current === null) return;
    const chart = draw(canvas.current);
    charts.set(figure, chart);
    return () => {
      charts.delete(figure);
      chart.destroy();
    };
  }, [draw]);
  return (
    <div class={frame} style={style}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

/** Table whose cells open the same samples as the marks of the figure, for keyboard users. */
function TableBehind({ table: { caption, head, rows }, opens }: FigureProps) {
  const content = (text: string, row: number, column: number) => {
    const press = opens?.(row, column) ?? null;
    if (press === null) return text;
    return (
      <button type="button" class="way-in" title="Show its samples" onClick={press}>
        {text}
      </button>
    );
  };
  return (
    <details class="behind">
      <summary>Numbers</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
      <section class="table-scroll" aria-label={caption} tabIndex={0}>
        <table class="plain">
          <caption class="muted">{caption}</caption>
          <thead>
            <tr>
              {head.map(name => (
                <th key={name} scope="col" dir="auto">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([first = "", ...rest], row) => (
              <tr key={row}>
                <th scope="row" dir="auto">
                  {first}
                </th>
                {rest.map((cell, i) => (
                  <td key={i} dir="auto">
                    {content(cell, row, i + 1)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

/** Names of the figures, in the order of the page. */
export function figureNames(): FigureName[] {
  return [...figures]
    .sort(([, a], [, b]) =>
      a.section.compareDocumentPosition(b.section) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    )
    .map(([id, { title, svg }]) => ({ id, title, picture: charts.has(id) || svg !== undefined }));
}

/** Returns null if the page has no such figure, or the figure has no picture. */
export function renderFigure(id: string, format: ExportFormat, background: string): string | null {
  const figure = figures.get(id);
  const chart = charts.get(id);
  if (figure === undefined) return null;
  switch (format) {
    case "png":
      return chart === undefined ? null : chartPng(chart, background);
    case "svg":
      return chart === undefined ? (figure.svg ?? null) : chartSvg(chart, background, figure.title);
    case "csv":
      return dataTableCsv(figure.table);
    case "json":
      return dataTableJson(figure.table);
    case "md":
      return `${dataTableMarkdown(figure.table)}\n`;
  }
}
