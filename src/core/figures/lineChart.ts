// Draws scores along one axis: mean lines with interval bands over faint lines and single points.
import type { MetricValue } from "../statistics/estimate.ts";
import {
  band,
  characterWidth,
  type FrameOptions,
  frame,
  group,
  line,
  type MarkSource,
  mark,
  type Point,
  path,
  type Reference,
  referenceLine,
  type Shape,
  spreadLabels,
  text,
  titleHeight,
} from "./svg.ts";

export type SeriesStyle = "base" | "seen" | "unseen";

export interface ChartSeries {
  readonly style: SeriesStyle;
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly value: MetricValue;
    readonly title: string;
    readonly source: MarkSource;
  }[];
}

export interface ChartOptions extends Omit<FrameOptions, "width" | "height"> {
  readonly x: {
    readonly label: string;
    readonly ticks: readonly { readonly at: number; readonly label: string }[];
    /** Maps a value to its position along the axis, from 0 to 1. */
    readonly place: (at: number) => number;
  };
  readonly yLabel: string;
  readonly reference?: Reference;
  readonly series: readonly ChartSeries[];
  /** Thin lines in the background, each labelled at its end. */
  readonly faint: readonly {
    readonly name: string;
    readonly points: readonly (readonly [number, number])[];
  }[];
  /** Single points, distinguished by shape; each kind has an entry in the legend. */
  readonly kinds: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly points: readonly {
      readonly x: number;
      readonly y: number;
      readonly title: string;
      readonly source: MarkSource;
    }[];
  }[];
}

const width = 720;
const plotHeight = 300;
const axisHeight = 52;
const legendLine = 22;
const tagWidth = 34;
/** Minimum vertical distance between two labels, in pixels. */
const clearDistance = 14;
const shapes: Readonly<Record<SeriesStyle, Shape>> = { base: "square", seen: "circle", unseen: "triangle" };

/** Draws the chart. Scores are shares, on an axis from 0 to the next multiple of 10 % above the highest. */
export function lineChart(options: ChartOptions): string {
  const { x, series, faint, kinds, reference } = options;
  const longest = Math.max(...series.map(({ name }) => name.length));
  const tags = faint.length > 0 ? tagWidth : 0;
  const plot = {
    left: 58,
    right: width - 34 - tags - longest * characterWidth,
    top: titleHeight + 14,
    bottom: titleHeight + 14 + plotHeight,
  };
  const highest = top(options);
  const toX = (at: number): number => plot.left + 24 + x.place(at) * (plot.right - plot.left - 48);
  const toY = (value: number): number => plot.bottom - (value / highest) * (plot.bottom - plot.top);
  const legendTop = plot.bottom + axisHeight;
  const parts = [
    ...gridLines(highest, plot, toY),
    text(8, titleHeight + 4, options.yLabel, { className: "label" }),
    ...tickMarks(x.ticks, toX, plot.bottom),
    text((plot.left + plot.right) / 2, plot.bottom + 42, x.label, { className: "label", anchor: "middle" }),
    ...(reference === undefined
      ? []
      : referenceLine(reference.name, plot.left, plot.right, toY(reference.at))),
    ...faint.map(({ points }) =>
      path(
        "faint",
        points.map(([at, value]): Point => [toX(at), toY(value)]),
      ),
    ),
    ...series.map(one => bandOf(one, toX, toY)),
    ...kinds.map(({ shape, points }) =>
      group(
        "seen open",
        points.map(({ x: at, y, title, source }) => mark(shape, toX(at), toY(y), title, source)),
      ),
    ),
    ...series.map(one => trendOf(one, toX, toY)),
    ...faintNames(faint, plot, toY),
    ...startNames(faint, toX, toY),
    ...seriesNames(series, plot.right + 22 + tags, plot, toY),
    ...kinds.flatMap(({ name, shape }, i) => [
      group("seen open", [mark(shape, plot.left + 8, legendTop + 14 + i * legendLine)]),
      text(plot.left + 22, legendTop + 14 + i * legendLine, name, { centred: true }),
    ]),
  ];
  const height = legendTop + (kinds.length === 0 ? 0 : kinds.length * legendLine + 8);
  return frame({ ...options, width, height }, parts);
}

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function top({ series, faint, kinds, reference }: ChartOptions): number {
  const values = [
    ...series.flatMap(({ points }) => points.map(({ value }) => value.interval[1])),
    ...faint.flatMap(({ points }) => points.map(([, value]) => value)),
    ...kinds.flatMap(({ points }) => points.map(({ y }) => y)),
    reference === undefined ? 0 : reference.at + 0.02,
    0.1,
  ];
  return Math.min(1, Math.ceil(10 * Math.max(...values) - 1e-9) / 10);
}

function gridLines(highest: number, plot: Plot, toY: (value: number) => number): string[] {
  const step = highest > 0.5 ? 0.2 : highest > 0.2 ? 0.1 : 0.05;
  const levels = Array.from({ length: Math.floor(highest / step + 1e-9) + 1 }, (_, i) => i * step);
  return levels.flatMap(level => [
    line(level === 0 ? "axis" : "grid", plot.left, toY(level), plot.right, toY(level)),
    text(plot.left - 8, toY(level), (100 * level).toFixed(0), { anchor: "end", centred: true }),
  ]);
}

function tickMarks(ticks: ChartOptions["x"]["ticks"], toX: (at: number) => number, bottom: number): string[] {
  let end = Number.NEGATIVE_INFINITY;
  return ticks.flatMap(({ at, label }) => {
    const half = (label.length * characterWidth) / 2;
    const marked = line("axis", toX(at), bottom, toX(at), bottom + 5);
    if (toX(at) - half < end + 5) return [marked];
    end = toX(at) + half;
    return [marked, text(toX(at), bottom + 20, label, { anchor: "middle" })];
  });
}

type Scale = (at: number) => number;

function bandOf({ style, points }: ChartSeries, toX: Scale, toY: Scale): string {
  const edge = (end: 0 | 1): Point[] => points.map(({ x, value }) => [toX(x), toY(value.interval[end])]);
  return group(style, [band(edge(1), edge(0))]);
}

function trendOf({ style, points }: ChartSeries, toX: Scale, toY: Scale): string {
  const drawn = points.map(({ x, value }): Point => [toX(x), toY(value.value)]);
  const marks = points.map(({ title, source }, i) =>
    mark(shapes[style], ...(drawn[i] as Point), title, source),
  );
  return group(style, [path("trend", drawn), ...marks]);
}

function faintNames(faint: ChartOptions["faint"], plot: Plot, toY: Scale): string[] {
  const ends = faint.map(({ points }) => toY(points.at(-1)?.[1] ?? 0));
  const places = spreadLabels(ends, 12, plot.bottom);
  return faint.flatMap(({ name }, i) => {
    const [from, at] = [ends[i] ?? 0, places[i] ?? 0];
    return [
      path("leader", [
        [plot.right - 22, from],
        [plot.right + 6, at],
      ]),
      text(plot.right + 9, at, name, { className: "small", centred: true }),
    ];
  });
}

/** Labels a line also at its start if there is room for it: at the end, lines may be crowded. */
function startNames(faint: ChartOptions["faint"], toX: Scale, toY: Scale): string[] {
  const starts = faint.flatMap(({ name, points: [first] }) =>
    first === undefined ? [] : { name, x: toX(first[0]), y: toY(first[1]) },
  );
  return starts
    .filter(one => starts.every(other => other === one || Math.abs(other.y - one.y) >= clearDistance))
    .map(({ name, x, y }) => text(x - 6, y, name, { className: "small", anchor: "end", centred: true }));
}

function seriesNames(series: readonly ChartSeries[], x: number, plot: Plot, toY: Scale): string[] {
  const ends = series.map(({ points }) => toY(points.at(-1)?.value.value ?? 0));
  const places = spreadLabels(ends, 20, plot.bottom);
  return series.map(({ style, name }, i) =>
    group(style, [
      mark(shapes[style], x, places[i] ?? 0),
      text(x + 10, places[i] ?? 0, name, { className: "name", centred: true }),
    ]),
  );
}
