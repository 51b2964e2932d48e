// Formats the benchmark's figures as a Markdown table and inserts it into the README.
import { readFileSync, writeFileSync } from "node:fs";
import { HumanError } from "../src/common/errors.ts";

export interface Figure {
  readonly name: string;
  /** With its unit, or the reason why it could not be measured. */
  readonly ours: string;
  readonly peer: string;
  /** Ours divided by the peer's; null when one side is missing. */
  readonly ratio: number | null;
  readonly target: Target | null;
}

export interface Target {
  /** Minimum or maximum for the ratio. */
  readonly kind: "least" | "most";
  readonly value: number;
  /** True to show the ratio in percent. */
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

/** Removes line breaks and escapes bars, which would end the cell. */
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

/** Replaces the text between the two markers of a file. */
export function writeBetweenMarkers(path: string, text: string): void {
  const content = readFileSync(path, "utf8");
  const [from, to] = [content.indexOf(begin), content.indexOf(end)];
  if (from < 0 || to < from)
    throw new HumanError(`${path} has no place for the table.`, {
      remedy: `Put ${begin} and ${end} where it belongs, each on a line of its own.`,
    });
  writeFileSync(path, `${content.slice(0, from + begin.length)}\n\n${text}\n\n${content.slice(to)}`);
}
