// A canvas context that writes SVG, to export charts of chart.js as vector graphics.
import { escapeHtml } from "../../src/common/html.ts";

type Matrix = readonly [number, number, number, number, number, number];

interface Pen {
  readonly matrix: Matrix;
  readonly dash: readonly number[];
  readonly clip: string | null;
  readonly style: Readonly<Record<(typeof styleKeys)[number], unknown>>;
}

const styleKeys = [
  "fillStyle",
  "strokeStyle",
  "lineWidth",
  "lineCap",
  "lineJoin",
  "font",
  "textAlign",
  "textBaseline",
  "globalAlpha",
] as const;

const anchors: Readonly<Record<string, string>> = { center: "middle", right: "end", end: "end" };
const shifts: Readonly<Record<string, string>> = { middle: "0.35em", top: "0.8em", hanging: "0.8em" };

/** Context with the methods that chart.js and our plugins call; text is measured by a real context. */
export class SvgContext {
  fillStyle = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  lineCap = "butt";
  lineJoin = "miter";
  lineDashOffset = 0;
  miterLimit = 10;
  font = "12px sans-serif";
  textAlign = "start";
  textBaseline = "alphabetic";
  direction = "inherit";
  globalAlpha = 1;
  globalCompositeOperation = "source-over";
  shadowBlur = 0;
  shadowColor = "transparent";
  readonly canvas: HTMLCanvasElement;
  readonly #measure: CanvasRenderingContext2D;
  readonly #parts: string[] = [];
  readonly #stack: Pen[] = [];
  #matrix: Matrix = [1, 0, 0, 1, 0, 0];
  #dash: readonly number[] = [];
  #clip: string | null = null;
  #clips = 0;
  #path = "";

  constructor(measure: CanvasRenderingContext2D) {
    this.#measure = measure;
    this.canvas = measure.canvas;
  }

  /** @param size in CSS pixels */
  toSvg(
    size: { readonly width: number; readonly height: number },
    background: string,
    title: string,
  ): string {
    const { width, height } = size;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"><title>${escapeHtml(title)}</title><rect width="100%" height="100%" fill="${escapeHtml(background)}"/>${this.#parts.join("")}</svg>\n`;
  }

  save(): void {
    const style = Object.fromEntries(styleKeys.map(key => [key, this[key]])) as Pen["style"];
    this.#stack.push({ matrix: this.#matrix, dash: this.#dash, clip: this.#clip, style });
  }

  restore(): void {
    const pen = this.#stack.pop();
    if (pen === undefined) return;
    this.#matrix = pen.matrix;
    this.#dash = pen.dash;
    this.#clip = pen.clip;
    Object.assign(this, pen.style);
  }

  translate(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    this.#matrix = [a, b, c, d, a * x + c * y + e, b * x + d * y + f];
  }

  rotate(angle: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    this.#matrix = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f];
  }

  scale(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    this.#matrix = [a * x, b * x, c * y, d * y, e, f];
  }

  /** Resets the transform: device pixels do not matter in vector graphics. */
  setTransform(): void {
    this.resetTransform();
  }

  resetTransform(): void {
    this.#matrix = [1, 0, 0, 1, 0, 0];
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = [...dash];
  }

  getLineDash(): number[] {
    return [...this.#dash];
  }

  measureText(text: string): TextMetrics {
    this.#measure.font = this.font;
    return this.#measure.measureText(text);
  }

  clearRect(): void {
    // A new drawing needs no clearing.
  }

  beginPath(): void {
    this.#path = "";
  }

  closePath(): void {
    this.#path += "Z";
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${this.#at(x, y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === "" ? "M" : "L"}${this.#at(x, y)}`;
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.#path += `C${this.#at(ax, ay)} ${this.#at(bx, by)} ${this.#at(x, y)}`;
  }

  quadraticCurveTo(ax: number, ay: number, x: number, y: number): void {
    this.#path += `Q${this.#at(ax, ay)} ${this.#at(x, y)}`;
  }

  /**
   * Draws an arc as short straight lines, which works under any transform and suffices for arcs of a few
   * pixels.
   */
  arc(x: number, y: number, radius: number, start: number, end: number, anticlockwise = false): void {
    const full = 2 * Math.PI;
    let turn = end - start;
    if (Math.abs(turn) >= full) turn = Math.sign(turn) * full;
    else if (!anticlockwise && turn < 0) turn += full;
    else if (anticlockwise && turn > 0) turn -= full;
    const steps = Math.max(2, Math.ceil((Math.abs(turn) / full) * 24));
    for (let i = 0; i <= steps; i++) {
      const angle = start + (turn * i) / steps;
      this.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.closePath();
  }

  clip(): void {
    const id = `clip${++this.#clips}`;
    this.#parts.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath>`);
    this.#clip = id;
  }

  fill(): void {
    this.#draw(`fill="${escapeHtml(String(this.fillStyle))}"`);
  }

  stroke(): void {
    const dash = this.#dash.length === 0 ? "" : ` stroke-dasharray="${this.#dash.join(" ")}"`;
    this.#draw(
      `fill="none" stroke="${escapeHtml(String(this.strokeStyle))}" stroke-width="${round(this.lineWidth)}"${dash}`,
    );
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.stroke();
  }

  fillText(text: string, x: number, y: number): void {
    const size = /([\d.]+)px\s+(.*)$/.exec(this.font);
    const matrix = this.#matrix.map(round).join(" ");
    const anchor = anchors[this.textAlign];
    const shift = shifts[this.textBaseline];
    this.#parts.push(
      `<text transform="matrix(${matrix})" x="${round(x)}" y="${round(y)}" font-size="${size?.[1] ?? 12}" font-family="${escapeHtml((size?.[2] ?? "sans-serif").replaceAll('"', "'"))}" fill="${escapeHtml(String(this.fillStyle))}"${anchor === undefined ? "" : ` text-anchor="${anchor}"`}${shift === undefined ? "" : ` dy="${shift}"`}${this.#look()}>${escapeHtml(text)}</text>`,
    );
  }

  strokeText(): void {
    // Our charts do not use outlines of letters.
  }

  #draw(paint: string): void {
    if (this.#path !== "") this.#parts.push(`<path d="${this.#path}" ${paint}${this.#look()}/>`);
  }

  #look(): string {
    return `${this.globalAlpha === 1 ? "" : ` opacity="${round(this.globalAlpha)}"`}${this.#clip === null ? "" : ` clip-path="url(#${this.#clip})"`}`;
  }

  #at(x: number, y: number): string {
    const [a, b, c, d, e, f] = this.#matrix;
    return `${round(a * x + c * y + e)} ${round(b * x + d * y + f)}`;
  }
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
