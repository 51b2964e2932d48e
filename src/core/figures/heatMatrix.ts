// Draws a matrix of scores as a heat map: one row per model, one column per language, groups kept together.

import { escapeHtml } from "../../common/html.ts";
import { displayName } from "../language/tags.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { heatStep, heatSteps } from "./heatColours.ts";
import {
  characterWidth,
  type FrameOptions,
  frame,
  line,
  type MarkSource,
  opens,
  round,
  text,
  titleHeight,
} from "./svg.ts";

export interface MatrixOptions extends Omit<FrameOptions, "width" | "height"> {
  /** One row per language tuned on, in the order of groups. */
  readonly rows: readonly MatrixRow[];
  readonly columns: readonly string[];
  /** Group of each language by its tag; absent if languages are not grouped. */
  readonly groups?: ReadonlyMap<string, string>;
  /** True for a diverging colour scale with its middle at one half. */
  readonly diverging: boolean;
  /** Two-line head of the last column, which shows `summary`. */
  readonly summaryHead: readonly [string, string];
}

interface MatrixRow {
  readonly language: string;
  readonly mixture: string;
  readonly cells: readonly (MetricValue | null)[];
  readonly summary: MetricValue | null;
}

const cell = { width: 43, height: 31 };
const gap = 2;
const groupGap = 7;
const headHeight = 46;
const groupHeight = 74;
const scaleHeight = 50;
const scaleStep = 11;
const ownName = "its own language";
/** Width from the left edge of the squares to the end of the colour scale's legend. */
const scaleWidth = 26 + heatSteps * scaleStep + 86 + ownName.length * characterWidth + 8;

export function heatMatrix(options: MatrixOptions): string {
  const { rows, columns, groups, diverging } = options;
  const labels = rows.map(({ language }) => `${displayName(language)} ${language}`);
  const left = 14 + Math.max(...labels.map(label => label.length), 12) * characterWidth;
  const head = groups === undefined ? headHeight : headHeight + groupHeight;
  const top = titleHeight + head;
  const xs = places(columns, left, cell.width, groups);
  const ys = places(
    rows.map(({ language }) => language),
    top,
    cell.height,
    groups,
  );
  const matrixEnd = (xs.at(-1) ?? left) + cell.width;
  const summaryX = matrixEnd + 16;
  const summaryWidth = 58;
  const bottom = (ys.at(-1) ?? top) + cell.height;
  const width = Math.max(left + scaleWidth, summaryX + summaryWidth + 8);
  const parts = [
    text(left - 10, top - 26, "scored in →", { anchor: "end" }),
    text(left - 10, top - 8, "tuned on ↓", { anchor: "end" }),
    ...columns.map((tag, i) =>
      text((xs[i] ?? 0) + cell.width / 2, top - 8, tag, { className: "strong", anchor: "middle" }),
    ),
    ...options.summaryHead.map((word, i) =>
      text(summaryX + summaryWidth / 2, top - 24 + 16 * i, word, { anchor: "middle" }),
    ),
    ...(groups === undefined ? [] : groupNames(columns, groups, xs, top - headHeight)),
    ...rows.flatMap(({ language, mixture, cells, summary }, r) => [
      text(left - 10, (ys[r] ?? 0) + cell.height / 2, labels[r] ?? "", {
        className: "name",
        anchor: "end",
        centred: true,
      }),
      ...cells.map((value, c) =>
        square({
          x: xs[c] ?? 0,
          y: ys[r] ?? 0,
          width: cell.width,
          value,
          diverging,
          own: columns[c] === language,
          title: `Tuned on ${displayName(language)}, scored in ${displayName(columns[c] ?? "")}`,
          source: { mixtures: [mixture], language: columns[c] ?? null },
        }),
      ),
      square({
        x: summaryX,
        y: ys[r] ?? 0,
        width: summaryWidth,
        value: summary,
        diverging,
        own: false,
        title: `Tuned on ${displayName(language)}, mean over the other languages`,
        source: { mixtures: [mixture], language: null },
      }),
    ]),
    ...colourScale(left, bottom + 20, diverging),
  ];
  return frame({ ...options, width, height: bottom + scaleHeight }, parts);
}

/** Returns the left or upper edges of cells, with larger gaps between groups. */
function places(
  tags: readonly string[],
  start: number,
  size: number,
  groups: ReadonlyMap<string, string> | undefined,
): number[] {
  let at = start;
  return tags.map((tag, i) => {
    if (i > 0) {
      const sameGroup = groups === undefined || groups.get(tag) === groups.get(tags[i - 1] ?? "");
      at += size + (sameGroup ? gap : groupGap);
    }
    return at;
  });
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly value: MetricValue | null;
  readonly diverging: boolean;
  readonly own: boolean;
  readonly title: string;
  readonly source: MarkSource;
}

function square({ x, y, width, value, diverging, own, title, source }: Square): string {
  const box = `x="${round(x)}" y="${round(y)}" width="${width}" height="${cell.height}" rx="2"`;
  if (value === null) return `<rect class="none" ${box}/>`;
  const step = heatStep(value.value, 0, 1);
  const [low, high] = value.interval.map(end => (100 * end).toFixed(1));
  const score = (100 * value.value).toFixed(value.value > 0 && value.value < 0.0995 ? 1 : 0);
  const interval = low === high ? "by construction" : `${low} to ${high}`;
  return [
    `<g${opens(source)}><title>${escapeHtml(title)}: ${(100 * value.value).toFixed(1)} % (${interval})</title>`,
    `<rect class="${diverging ? "d" : "h"}${step}" ${box}/>`,
    text(x + width / 2, y + cell.height / 2, score, { anchor: "middle", centred: true }),
    own
      ? `<rect class="own" x="${round(x + 1)}" y="${round(y + 1)}" width="${width - 2}" height="${cell.height - 2}" rx="2"/>`
      : "",
    "</g>",
  ].join("");
}

function groupNames(
  columns: readonly string[],
  groups: ReadonlyMap<string, string>,
  xs: readonly number[],
  bottom: number,
): string[] {
  return columns.flatMap((tag, i) => {
    const name = groups.get(tag);
    if (name === undefined || (i > 0 && groups.get(columns[i - 1] ?? "") === name)) return [];
    let last = i;
    while (groups.get(columns[last + 1] ?? "") === name) last++;
    const [from, to] = [xs[i] ?? 0, (xs[last] ?? 0) + cell.width];
    const middle = (from + to) / 2;
    return [
      line("axis", from + 2, bottom + 2, to - 2, bottom + 2),
      text(middle + 4, bottom - 5, name, { turned: -40 }),
    ];
  });
}

function colourScale(x: number, y: number, diverging: boolean): string[] {
  const boxes = Array.from(
    { length: heatSteps },
    (_, i) =>
      `<rect class="${diverging ? "d" : "h"}${i}" x="${round(x + 26 + i * scaleStep)}" y="${y}" width="${scaleStep}" height="12"/>`,
  );
  const end = x + 26 + heatSteps * scaleStep;
  const middle = diverging ? [text((x + 26 + end) / 2, y + 26, "50: as good", { anchor: "middle" })] : [];
  return [
    text(x + 20, y + 6, "0", { anchor: "end", centred: true }),
    `<g>${boxes.join("")}</g>`,
    text(end + 6, y + 6, "100 %", { centred: true }),
    ...middle,
    `<rect class="own" x="${round(end + 62)}" y="${y - 1}" width="18" height="14" rx="2"/>`,
    text(end + 86, y + 6, ownName, { centred: true }),
  ];
}
