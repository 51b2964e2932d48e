// The lines of each chart, with colours and dashes, from the curves of the chosen runs.
import { displayName } from "../../src/core/language/tags.ts";
import type { LiveRunItem, LiveViewMemory } from "../../src/protocol/liveView.ts";
import type { Theme } from "../shared/theme.ts";
import type { Curves, Point } from "./curves.ts";

export interface Line {
  /** Unique among the lines of a chart, since two runs may have the same label. */
  readonly id: string;
  readonly label: string;
  readonly points: readonly Point[];
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
  /** Whether this is the raw line behind a smoothed one, which legend and table omit. */
  readonly faint: boolean;
}

export type ChartName = "loss" | "heldOut" | "learningRate" | "gradientNorm" | "tokensPerSecond" | "memory";

export interface ChartKind {
  readonly name: ChartName;
  readonly title: string;
  readonly unit: string;
  readonly format: (value: number) => string;
  /** Short format for the axis. */
  readonly tick: (value: number) => string;
  /** Whether the axis begins at 0. */
  readonly fromZero: boolean;
}

const three = (value: number) => value.toFixed(3);
const whole = (value: number) => Math.round(value).toLocaleString("en");
const short = (value: number) => String(Number(value.toPrecision(4)));
const gigabytes = (value: number) => `${(value / 1e9).toFixed(2)} GB`;

export const chartKinds: readonly ChartKind[] = [
  { name: "loss", title: "Loss", unit: "nats per token", format: three, tick: short, fromZero: false },
  {
    name: "heldOut",
    title: "Held-out loss",
    unit: "nats per token",
    format: three,
    tick: short,
    fromZero: false,
  },
  {
    name: "learningRate",
    title: "Learning rate",
    unit: "",
    format: value => value.toExponential(2),
    tick: value => (value === 0 ? "0" : value.toExponential().replace(/\.(\d)\d+/, ".$1")),
    fromZero: true,
  },
  {
    name: "gradientNorm",
    title: "Gradient norm",
    unit: "before clipping",
    format: three,
    tick: short,
    fromZero: true,
  },
  {
    name: "tokensPerSecond",
    title: "Tokens per second",
    unit: "",
    format: whole,
    tick: whole,
    fromZero: true,
  },
  {
    name: "memory",
    title: "Memory",
    unit: "GB",
    format: gigabytes,
    tick: gigabytes,
    fromZero: true,
  },
];

/** Lines differ in dash as well as colour. */
const dashes: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [9, 3, 2, 3],
  [12, 5],
  [4, 2],
  [1, 2],
  [9, 2, 2, 2, 2, 2],
];

export function styleOf(
  place: number,
  theme: Theme,
): { readonly colour: string; readonly dash: readonly number[] } {
  const { blue, yellow, purple, green, red } = theme.charts;
  const colours = [blue, yellow, purple, green, red, theme.foreground];
  return {
    colour: colours[place % colours.length] ?? theme.foreground,
    dash: dashes[place % dashes.length] ?? [],
  };
}

export interface Shown {
  readonly run: LiveRunItem;
  readonly curves: Curves;
}

/** Languages with a held-out loss in any of the runs. */
export function heldOutLanguages(shown: readonly Shown[]): string[] {
  const names = shown.flatMap(({ curves }) => [...curves.keys()]);
  const tags = names.flatMap(name =>
    name.startsWith(heldOutPrefix) ? name.slice(heldOutPrefix.length) : [],
  );
  return [...new Set(tags)].sort();
}

const heldOutPrefix = "heldOut:";

export function linesOf(
  kind: ChartKind,
  shown: readonly Shown[],
  memory: LiveViewMemory,
  theme: Theme,
): Line[] {
  if (kind.name === "heldOut") return heldOutLines(shown, memory.language, theme);
  return shown.flatMap(({ run, curves }, place) => {
    const style = styleOf(place, theme);
    const line = (name: string, faint: boolean, label = run.label): Line => ({
      id: `${run.id} ${name}`,
      label,
      points: curves.get(name) ?? [],
      ...style,
      dash: faint ? [] : style.dash,
      width: faint ? 1 : 2,
      faint,
    });
    if (kind.name !== "loss") return [line(kind.name, false)];
    return [...(memory.raw ? [line("loss", true)] : []), line("smooth", false)];
  });
}

/** One line per run for one language; for all languages a line per language, with the dash of its run. */
function heldOutLines(shown: readonly Shown[], language: string | null, theme: Theme): Line[] {
  const languages = heldOutLanguages(shown);
  const chosen = language !== null && languages.includes(language) ? [language] : languages;
  return shown.flatMap(({ run, curves }, runPlace) =>
    chosen.flatMap((tag, place) => {
      const name = `${heldOutPrefix}${tag}`;
      const points = curves.get(name);
      if (points === undefined) return [];
      const single = chosen.length === 1;
      const { colour } = styleOf(single ? runPlace : place, theme);
      const { dash } = styleOf(shown.length > 1 ? runPlace : place, theme);
      const label = shown.length > 1 ? `${displayName(tag)}, ${run.label}` : displayName(tag);
      return [{ id: `${run.id} ${name}`, label, points, colour, dash, width: 2, faint: false }];
    }),
  );
}
