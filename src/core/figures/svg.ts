// SVG building blocks of all figures: the frame with its texts, marks, and lines.
import { escapeHtml } from "../../common/html.ts";

export interface FrameOptions {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
  /** Text alternative that describes the figure. */
  readonly description: string;
}

/** Height of the two title lines. */
export const titleHeight = 52;
export const characterWidth = 6.9;

/**
 * Returns the whole SVG. It is laid out left to right on every page: axes and English names are not mirrored.
 */
export function frame(options: FrameOptions, parts: readonly string[]): string {
  const { width, height, title, subtitle, description } = options;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="fig" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" direction="ltr" lang="en">`,
    `<title>${escapeHtml(`${title}. ${subtitle}`)}</title>`,
    `<desc>${escapeHtml(description)}</desc>`,
    text(8, 20, title, { className: "title" }),
    text(8, 38, subtitle),
    ...parts,
    "</svg>",
  ].join("\n");
}

interface TextOptions {
  readonly className?: string;
  readonly anchor?: "start" | "middle" | "end";
  /** Rotation around the text's position, in degrees. */
  readonly turned?: number;
  /** True to centre the text vertically on `y` instead of placing its baseline there. */
  readonly centred?: boolean;
}

export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  const { className, anchor, turned, centred } = options;
  const attributes = [
    `x="${round(x)}" y="${round(y)}"`,
    className === undefined ? "" : `class="${className}"`,
    anchor === undefined || anchor === "start" ? "" : `text-anchor="${anchor}"`,
    centred === true ? 'dy="0.35em"' : "",
    turned === undefined ? "" : `transform="rotate(${turned} ${round(x)} ${round(y)})"`,
  ].filter(part => part !== "");
  return `<text ${attributes.join(" ")}>${escapeHtml(content)}</text>`;
}

export function line(className: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${className}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

/** A level marked by a line; its name and a sample of the line are above the plot, where there is no data. */
export interface Reference {
  readonly at: number;
  readonly name: string;
}

export function referenceLine(name: string, left: number, right: number, y: number): string[] {
  return [
    line("reference", left, y, right, y),
    line("reference", left, titleHeight, left + 26, titleHeight),
    text(left + 33, titleHeight, name, { centred: true }),
  ];
}

export type Point = readonly [x: number, y: number];

export function path(className: string, points: readonly Point[]): string {
  return `<path class="${className}" d="M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}"/>`;
}

/** Returns a closed area between the upper and the lower line. */
export function band(upper: readonly Point[], lower: readonly Point[]): string {
  const points = [...upper, ...[...lower].reverse()];
  return `<path class="band" d="M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}Z"/>`;
}

/** Shapes distinguish marks without relying on colour. */
export type Shape = "square" | "circle" | "triangle" | "diamond";

/** Samples that a mark represents. */
export interface MarkSource {
  /** Mixtures of the mark; several if it is their mean. */
  readonly mixtures: readonly string[];
  /** Language of the mark; null if it covers several languages. */
  readonly language: string | null;
}

/** Returns an attribute from which a page opens the samples behind a mark; reports ignore it. */
export function opens(source: MarkSource | undefined): string {
  if (source === undefined) return "";
  const { mixtures, language } = source;
  const json = JSON.stringify({ mixtures, ...(language === null ? {} : { language }) });
  return ` data-opens="${escapeHtml(json)}"`;
}

export function mark(shape: Shape, x: number, y: number, title?: string, source?: MarkSource): string {
  const inner = title === undefined ? "" : `<title>${escapeHtml(title)}</title>`;
  const way = opens(source);
  switch (shape) {
    case "square":
      return `<rect class="mark"${way} x="${round(x - 4.5)}" y="${round(y - 4.5)}" width="9" height="9">${inner}</rect>`;
    case "circle":
      return `<circle class="mark"${way} cx="${round(x)}" cy="${round(y)}" r="5">${inner}</circle>`;
    case "triangle":
      return `<path class="mark"${way} d="M${round(x)} ${round(y - 6)}l6 10.5h-12z">${inner}</path>`;
    case "diamond":
      return `<path class="mark"${way} d="M${round(x)} ${round(y - 6.5)}l6 6.5l-6 6.5l-6 -6.5z">${inner}</path>`;
  }
}

export function group(className: string, parts: readonly string[], source?: MarkSource): string {
  return `<g class="${className}"${opens(source)}>${parts.join("")}</g>`;
}

/** Moves overlapping labels apart by the smallest distance; a crowd of labels keeps its centre. */
export function spreadLabels(wanted: readonly number[], distance: number, lowest: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const crowds: { first: number; count: number; middle: number }[] = [];
  for (const label of order) {
    const at = wanted[label] ?? 0;
    let crowd = { first: at, count: 1, middle: at };
    for (let above = crowds.at(-1); above !== undefined; above = crowds.at(-1)) {
      if (above.first + (above.count - 1) * distance + distance <= crowd.first) break;
      crowds.pop();
      const count = above.count + crowd.count;
      const middle = (above.middle * above.count + crowd.middle * crowd.count) / count;
      crowd = { first: middle - ((count - 1) * distance) / 2, count, middle };
    }
    const most = lowest - (crowd.count - 1) * distance;
    crowds.push({ ...crowd, first: Math.min(crowd.first, most) });
  }
  const places = crowds.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, i) => first + i * distance),
  );
  const placed = new Array<number>(wanted.length).fill(0);
  order.forEach((label, i) => {
    placed[label] = places[i] ?? 0;
  });
  return placed;
}

export function round(value: number): string {
  return String(Number(value.toFixed(1)));
}
