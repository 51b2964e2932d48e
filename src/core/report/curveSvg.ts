// Draws the pinch curve as one inline SVG with interval whiskers, readable without colour.

import { escapeHtml } from "../../common/html.ts";
import { group, line, mark, path, type Shape, spreadLabels, text } from "../figures/svg.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { Curve, CurvePoint, CurveSeries } from "../results/curve.ts";
import { formatInterval, formatScore, metricName } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";

const width = 760;
const height = 380;
const plot = { left: 56, right: width - 150, top: 44, bottom: height - 62 };
const percentTicks = [0, 1, 5, 10, 25, 50, 75, 100];
// Above this number of points, mixture names would overlap: they appear only in the title of each point.
const maxNamedPoints = 8;
const minLabelDistance = 18;
const characterWidth = 6.6;

const shapes: Readonly<Record<CurveSeries, Shape>> = { base: "square", seen: "circle", unseen: "triangle" };

interface Series {
  readonly key: CurveSeries;
  readonly name: string;
  /** Horizontal offset in pixels, so that whiskers at the same x do not cover each other. */
  readonly shift: number;
}

/** @param nameOf returns the display name of a language */
export function curveSvg(curve: Curve, nameOf: (tag: string) => string): string {
  const series: Series[] = [
    { key: "base", name: nameOf(curve.baseLanguage), shift: -5 },
    { key: "seen", name: "Others, tuned on", shift: 0 },
    { key: "unseen", name: "Others, not tuned on", shift: 5 },
  ];
  const shown = series.filter(({ key }) => curve.points.some(point => point[key] !== null));
  const [lowest, highest] = domain(curve, shown);
  const y = (value: number): number =>
    plot.bottom - ((value - lowest) / (highest - lowest)) * (plot.bottom - plot.top);
  const summary = shown
    .map(
      ({ key, name }) => `${name}: ${curve.points.map(point => spoken(curve, point, point[key])).join(", ")}`,
    )
    .join(". ");
  return [
    `<svg class="curve" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(
      `${metricName(curve.metric)} by share of examples not in ${nameOf(curve.baseLanguage)}. ${summary}.`,
    )}">`,
    ...axes(curve, lowest, highest, y, nameOf),
    ...pointNames(curve.points),
    ...shown.map(one => drawnSeries(curve, one, y)),
    ...endLabels(curve, shown, y),
    "</svg>",
  ].join("\n");
}

// Square-root scale, because most of the change happens below 10 %.
function x(percent: number): number {
  return plot.left + 10 + Math.sqrt(percent / 100) * (plot.right - plot.left - 20);
}

function domain(curve: Curve, series: readonly Series[]): [number, number] {
  if (isRate(curve.metric)) return [0, 1];
  const ends = curve.points.flatMap(point => series.flatMap(({ key }) => point[key]?.interval ?? []));
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const margin = (high - low || 1) * 0.08;
  return [low - margin, high + margin];
}

function spoken(curve: Curve, point: CurvePoint, value: MetricValue | null): string {
  if (value === null) return `${point.mixture} none`;
  return `${point.mixture} ${formatScore(curve.metric, value.value)}`;
}

function axes(
  curve: Curve,
  lowest: number,
  highest: number,
  y: (value: number) => number,
  nameOf: (tag: string) => string,
): string[] {
  const steps = isRate(curve.metric) ? 4 : 5;
  const lines: string[] = [];
  for (let i = 0; i <= steps; i++) {
    const value = lowest + ((highest - lowest) * i) / steps;
    const name = formatScore(curve.metric, value, isRate(curve.metric) ? 0 : 2);
    lines.push(
      line("grid", plot.left, y(value), plot.right, y(value)),
      text(plot.left - 8, y(value), name, { className: "tick", anchor: "end", centred: true }),
    );
  }
  const farthest = Math.max(...curve.points.map(point => point.percent));
  for (const percent of percentTicks.filter(tick => tick === 0 || tick <= Math.max(farthest, 10) + 15))
    lines.push(
      line("axis", x(percent), plot.bottom, x(percent), plot.bottom + 5),
      text(x(percent), plot.bottom + 19, String(percent), { className: "tick", anchor: "middle" }),
    );
  const xLabel = `Examples that are not in ${nameOf(curve.baseLanguage)}, % (square-root scale)`;
  const yLabel = `${metricName(curve.metric)}, ${isRate(curve.metric) ? "%" : "nats per token (lower is better)"}`;
  lines.push(
    line("axis", plot.left, plot.bottom, plot.right, plot.bottom),
    text((plot.left + plot.right) / 2, height - 14, xLabel, { className: "label", anchor: "middle" }),
    text(4, 14, yLabel, { className: "label" }),
  );
  return lines;
}

function pointNames(points: readonly CurvePoint[]): string[] {
  if (points.length > maxNamedPoints) return [];
  const ends = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return points.flatMap(point => {
    const half = (point.mixture.length * characterWidth) / 2;
    const at = Math.max(x(point.percent), plot.left + half); // clear of the axis labels
    const row = (ends[0] ?? 0) + 6 < at - half ? 0 : 1;
    if ((ends[row] ?? 0) + 6 >= at - half) return [];
    ends[row] = at + half;
    const above = plot.top - 4 - row * 12;
    return [text(at, above, point.mixture, { className: "name", anchor: "middle" })];
  });
}

function drawnSeries(curve: Curve, { key, name, shift }: Series, y: (value: number) => number): string {
  const marks: string[] = [];
  const lines = curve.lines
    .filter(line => line.series === key)
    .map(({ points }) =>
      path(
        "line",
        points.map(({ percent, value }) => [x(percent) + shift, y(value)]),
      ),
    );
  for (const point of curve.points) {
    const value = point[key];
    if (value === null) continue;
    const atX = x(point.percent) + shift;
    const atY = y(value.value);
    const [low, high] = value.interval.map(end => y(end).toFixed(1));
    const title = `${point.mixture}, ${name}: ${formatScore(curve.metric, value.value)} (${formatInterval(
      curve.metric,
      value,
      " to ",
    )}), n = ${value.n}`;
    marks.push(
      `<g><title>${escapeHtml(title)}</title>`,
      `<path class="whisker" d="M${(atX - 4).toFixed(1)} ${low}h8m-4 0V${high}m-4 0h8"/>`,
      mark(shapes[key], atX, atY),
      "</g>",
    );
  }
  return group(`series ${key}`, [...lines, ...marks]);
}

/** Places the names next to the last point of each series, moved apart where they would overlap. */
function endLabels(curve: Curve, series: readonly Series[], y: (value: number) => number): string[] {
  const ends = series.map(({ key }) =>
    y(curve.points.findLast(point => point[key] !== null)?.[key]?.value ?? 0),
  );
  const places = spreadLabels(ends, minLabelDistance, plot.bottom);
  return series.map(({ key, name }, i) =>
    group(`series ${key}`, [
      mark(shapes[key], plot.right + 16, places[i] ?? 0),
      text(plot.right + 27, places[i] ?? 0, name, { className: "end", centred: true }),
    ]),
  );
}
