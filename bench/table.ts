// Figures of the benchmark as one Markdown table, and its place in the README.
import { readFileSync, writeFileSync } from "node:fs";
import { HumanError } from "../src/common/errors.ts";

export interface Figure {
  readonly name: string;
  /** With its unit; a reason where it could not be measured. */
  readonly ours: string;
  readonly peer: string;
  /** ours / peer; null: one side is missing. */
  readonly ratio: number | null;
  readonly target: Target | null;
}

export interface Target {
  /** Is the ratio to be at least, or at most, this? */
  readonly kind: "least" | "most";
  readonly value: number;
  /** Shown in percent. */
  readonly percent?: boolean;
}

function shownRatio({ ratio, target }: Figure): string {
  if (ratio === null) return "not measured";
  return target?.percent === true ? `${(ratio * 100).toFixed(1)} %` : `${ratio.toFixed(2)} ×`;
}

function shownTarget({ ratio, target }: Figure): string {
  if (target === null) return "";
  const sign = target.kind === "least" ? "≥" : "≤";
  const value = target.percent === true ? `${target.value * 100} %` : `${target.value} ×`;
  if (ratio === null) return `${sign} ${value}`;
  const met = target.kind === "least" ? ratio >= target.value : ratio <= target.value;
  return `${sign} ${value}: ${met ? "met" : "missed"}`;
}

/** A line break or a bar would end the cell. */
const cell = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");

export function markdownTable(figures: readonly Figure[]): string {
  const rows = [
    ["figure", "Pinch", "peer", "ratio", "target"],
    ["---", "---", "---", "---", "---"],
    ...figures.map(figure => [
      figure.name,
      figure.ours,
      figure.peer,
      shownRatio(figure),
      shownTarget(figure),
    ]),
  ];
  return rows.map(row => `| ${row.map(cell).join(" | ")} |`).join("\n");
}

const [begin, end] = ["<!-- bench:begin -->", "<!-- bench:end -->"];

/** Replaces what stands between the two markers of a file. */
export function writeBetweenMarkers(path: string, text: string): void {
  const content = readFileSync(path, "utf8");
  const [from, to] = [content.indexOf(begin), content.indexOf(end)];
  if (from < 0 || to < from)
    throw new HumanError(`${path} has no place for the table.`, {
      remedy: `Put ${begin} and ${end} where it belongs, each on a line of its own.`,
    });
  writeFileSync(path, `${content.slice(0, from + begin.length)}\n\n${text}\n\n${content.slice(to)}`);
}
