// One line chart over steps, with a sentence and a table of the same data.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Theme } from "../shared/theme.ts";
import { memo } from "../shared/unchanged.tsx";
import { chartTable, chartWords } from "./chartWords.ts";
import { DrawnLines } from "./drawnLines.ts";
import type { ChartKind, Line } from "./lines.ts";
import { toggleTable } from "./store.ts";

interface ChartProps {
  readonly kind: ChartKind;
  readonly lines: readonly Line[];
  readonly theme: Theme;
  /** Whether the table is expanded. */
  readonly isOpen: boolean;
}

export const LineChart = memo(({ kind, lines, theme, isOpen }: ChartProps) => {
  const { name, title } = kind;
  const named = lines.filter(({ faint }) => !faint);
  const words = chartWords(kind, named);
  return (
    <section class="chart" aria-labelledby={`title-${name}`} data-testid={`chart-${name}`}>
      <h2 id={`title-${name}`}>{title}</h2>
      <p class="muted sentence">{words}</p>
      {lines.every(({ points }) => points.length === 0) ? null : (
        <>
          <div class="chart-frame">
            <ChartCanvas kind={kind} lines={lines} theme={theme} label={`${title}. ${words}`} />
          </div>
          <details open={isOpen} onToggle={({ currentTarget }) => toggleTable(name, currentTarget.open)}>
            <summary>Table: {title.toLowerCase()}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
            <section class="table-frame" aria-label={`${title}: table`} tabIndex={0}>
              {isOpen ? <Table kind={kind} lines={named} /> : null}
            </section>
          </details>
        </>
      )}
    </section>
  );
});

interface CanvasProps extends Omit<ChartProps, "isOpen"> {
  /** Description for assistive technology. */
  readonly label: string;
}

/** Canvas with a chart that is updated in place. */
function ChartCanvas({ kind, lines, theme, label }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<DrawnLines | null>(null);
  useLayoutEffect(() => {
    if (canvas.current === null) return;
    const drawn = new DrawnLines(canvas.current, kind, theme);
    chart.current = drawn;
    return () => drawn.dispose();
  }, [kind, theme]);
  useLayoutEffect(() => chart.current?.draw(lines), [lines, theme]);
  return <canvas ref={canvas} role="img" aria-label={label} data-chart={kind.name} />;
}

function Table({ kind, lines }: Pick<ChartProps, "kind" | "lines">) {
  const { caption, rows } = chartTable(kind, lines);
  return (
    <table>
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          {lines.map(({ id, label }) => (
            <th key={id} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ step, cells }) => (
          <tr key={step}>
            <th scope="row">{step.toLocaleString("en")}</th>
            {cells.map((cell, at) => (
              <td key={lines[at]?.id}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
