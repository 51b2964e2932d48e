// Reliability of the judge: its position bias, its consistency, and its agreement with people.
import { consistencyWords } from "../../src/core/comparison/consistency.ts";
import type { SideBySide, SideBySideRow } from "../../src/core/results/sideBySide.ts";
import { agreementTable } from "../shared/agreement.ts";
import { h } from "../shared/dom.ts";
import type { PageInput } from "./page.ts";

export function judgeSection({ sideBySide }: PageInput): HTMLElement | null {
  if (sideBySide === undefined) return null;
  const { rows } = sideBySide;
  return h(
    "section",
    { "aria-label": "The judge", "data-testid": "judge" },
    h("h2", {}, "The judge"),
    h("p", { class: "muted" }, `${sideBySide.quality.caption}.`),
    qualityTable(sideBySide),
    ...rows.flatMap(row =>
      row.runs.flatMap(run =>
        run.consistency === null
          ? []
          : [h("p", {}, `${titleOf(row, run.seed)}: ${consistencyWords(run.consistency)}.`)],
      ),
    ),
  );
}

function qualityTable({ quality: { head, rows } }: SideBySide): HTMLElement {
  const region = { role: "region", "aria-label": "The judge by language", tabindex: "0" };
  return h(
    "div",
    { class: "table-scroll agreement", ...region },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...head.map(name => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        {},
        ...rows.map(([first = "", ...cells]) =>
          h("tr", {}, h("th", { scope: "row" }, first), ...cells.map(cell => h("td", {}, cell))),
        ),
      ),
    ),
  );
}

export function agreementSection({ sideBySide }: PageInput): HTMLElement | null {
  const rated = (sideBySide?.rows ?? []).flatMap(row =>
    row.runs.flatMap(run =>
      run.check === null ? [] : [{ title: titleOf(row, run.seed), check: run.check }],
    ),
  );
  if (rated.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Human check", "data-testid": "human-check" },
    h("h2", {}, "Human check"),
    h(
      "p",
      { class: "muted" },
      "Share of pairs for which blind human raters agreed with the judge. Kappa is 0 for chance agreement and 1 for full agreement. The corrected score estimates their rating of all pairs.",
    ),
    ...rated.map(({ title, check }) => h("div", {}, h("h3", {}, title), agreementTable(check))),
  );
}

function titleOf({ mixture, runs }: SideBySideRow, seed: number): string {
  return `${mixture}${runs.length > 1 ? `, seed ${seed}` : ""}`;
}
