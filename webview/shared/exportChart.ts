// Renders a chart as PNG at twice its resolution, or as SVG.
import type { Chart } from "chart.js";
import { SvgContext } from "./svgContext.ts";

/** Pixels of the picture per CSS pixel. */
const pngScale = 2;

/** Base64 of a PNG, on the page's background colour. */
export function chartPng(chart: Chart, background: string): string {
  const ratio = chart.currentDevicePixelRatio;
  chart.resize();
  const before = chart.options.devicePixelRatio;
  chart.options.devicePixelRatio = pngScale;
  chart.resize();
  const canvas = document.createElement("canvas");
  canvas.width = chart.canvas.width;
  canvas.height = chart.canvas.height;
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(chart.canvas, 0, 0);
  }
  chart.options.devicePixelRatio = before ?? ratio;
  chart.resize();
  return canvas.toDataURL("image/png").replace(/^data:[^,]*,/, "");
}

export function chartSvg(chart: Chart, background: string, title: string): string {
  const svg = new SvgContext(chart.ctx);
  // Every part of a chart holds the context it draws with.
  const holders: object[] = [chart, ...Object.values(chart.scales)];
  if (chart.legend !== undefined) holders.push(chart.legend);
  const real = chart.ctx;
  for (const holder of holders) Reflect.set(holder, "ctx", svg);
  try {
    chart.draw();
  } finally {
    for (const holder of holders) Reflect.set(holder, "ctx", real);
    chart.draw();
  }
  return svg.toSvg({ width: chart.width, height: chart.height }, background, title);
}
