// A chart of lines in words and as a table.
import type { ChartKind, Line } from "./lines.ts";

/** Number of rows of a table: evenly spaced steps, always including the last one. */
const tableRows = 25;
/** Maximum number of curves described individually; more are summarised by their lowest and highest. */
const maxInWords = 4;

/** `pinch, seed 7: 2.134 at step 40, from 3.210.` */
export function chartWords(kind: ChartKind, lines: readonly Line[]): string {
  const told = lines.flatMap(({ label, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const from = points.length > 1 ? `, from ${kind.format(first[1])}` : "";
    return [`${label}: ${kind.format(last[1])} at step ${last[0].toLocaleString("en")}${from}`];
  });
  if (told.length > maxInWords) return `${extremes(kind, lines)} The table has all ${told.length}.`;
  if (told.length > 0)
    return `${told.join("; ")}.${kind.unit === "" || kind.unit === "GB" ? "" : ` In ${kind.unit}.`}`.replace(
      "In before clipping.",
      "Before clipping.",
    );
  return kind.name === "heldOut"
    ? "Not measured. Add “dev” under “data” and “during: 20” under “evaluate” to the mixture file to score some references of the development data in each language every 20 steps."
    : "No steps yet.";
}

/** Sentence with the lowest and the highest current value of many curves. */
function extremes(kind: ChartKind, lines: readonly Line[]): string {
  const last = lines.flatMap(({ label, points }) => {
    const point = points.at(-1);
    return point === undefined ? [] : [{ label, value: point[1] }];
  });
  const sorted = last.sort((a, b) => a.value - b.value);
  const words = (one: (typeof sorted)[number] | undefined) =>
    one === undefined ? "" : `${one.label} ${kind.format(one.value)}`;
  return `Lowest ${words(sorted[0])}, highest ${words(sorted.at(-1))}.`;
}

interface ChartTable {
  readonly caption: string;
  /** Rows with a cell for each line. */
  readonly rows: readonly { readonly step: number; readonly cells: readonly string[] }[];
}

export function chartTable(kind: ChartKind, lines: readonly Line[]): ChartTable {
  const steps = [...new Set(lines.flatMap(({ points }) => points.map(([step]) => step)))].sort(
    (a, b) => a - b,
  );
  const every = Math.max(1, Math.ceil(steps.length / tableRows));
  const values = lines.map(({ points }) => new Map(points));
  return {
    caption: `${kind.title} by step${every > 1 ? `, every ${every} points` : ""}`,
    rows: steps
      .filter((_, i) => (steps.length - 1 - i) % every === 0)
      .map(step => ({
        step,
        cells: values.map(value => {
          const found = value.get(step);
          return found === undefined ? "–" : kind.format(found);
        }),
      })),
  };
}
