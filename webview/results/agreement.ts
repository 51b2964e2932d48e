// The human check beside side-by-side scores: one table for each comparison that somebody has rated pairs of.
import { agreementTable } from "../shared/agreement.ts";
import { h } from "../shared/dom.ts";
import type { PageInput } from "./sections.ts";

export function agreementSection({ sideBySide }: PageInput): HTMLElement | null {
  const rated = (sideBySide?.rows ?? []).flatMap(row =>
    row.runs.flatMap(run =>
      run.check === null
        ? []
        : [{ title: `${row.mixture}${row.runs.length > 1 ? `, seed ${run.seed}` : ""}`, check: run.check }],
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
      "How often people who rated pairs blind chose as the judge did. Kappa is 0 where chance would agree as often, 1 where they always agree.",
    ),
    ...rated.map(({ title, check }) => h("div", {}, h("h3", {}, title), agreementTable(check))),
  );
}
