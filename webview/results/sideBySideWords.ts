// Texts about side-by-side scores: baseline, wins, flips and unread pairs.

import { leaningWords } from "../../src/core/comparison/places.ts";
import { divergingColour, heatSteps } from "../../src/core/figures/heatColours.ts";
import { displayName } from "../../src/core/language/tags.ts";
import { agreementWords, correctedWords, kappaWords } from "../../src/core/rating/judgeTrust.ts";
import type { Agreement } from "../../src/core/rating/raterAgreement.ts";
import type { SideBySide, SideBySideCell } from "../../src/core/results/sideBySide.ts";
import { h } from "../shared/dom.ts";

function cellOf(sideBySide: SideBySide, mixture: string, language: string): SideBySideCell | undefined {
  return sideBySide.rows.find(row => row.mixture === mixture)?.cells[language];
}

/** Agreement of the only rated run; several seeds are listed below the table. */
function agreementOf(sideBySide: SideBySide, mixture: string, language: string): Agreement | undefined {
  const runs = sideBySide.rows.find(row => row.mixture === mixture)?.runs ?? [];
  const [only, ...others] = runs.flatMap(({ check }) => check?.languages[language] ?? []);
  return others.length === 0 ? only : undefined;
}

/** Lines of details for a score. */
export function behindLines(sideBySide: SideBySide, mixture: string, language: string): string[] {
  const cell = cellOf(sideBySide, mixture, language);
  if (cell === undefined) return [];
  if (cell.itself) return [`${cell.baseline} is the baseline itself: 50 by construction`];
  const agreement = agreementOf(sideBySide, mixture, language);
  return [
    `against ${cell.baseline}`,
    `${cell.wins} won, ${cell.ties} tied, ${cell.losses} lost`,
    ...(cell.flips === 0 ? [] : [flipWords(cell)]),
    ...(cell.disputed === 0 ? [] : [`the judges disagree about ${cell.disputed}`]),
    ...(cell.unread === 0 ? [] : [`${cell.unread} unread, in no score`]),
    ...(cell.unmatched === 0 ? [] : [`${cell.unmatched} without a counterpart`]),
    ...(agreement === undefined ? [] : [`people agree with the judge: ${agreementWords(agreement)}`]),
    ...(cell.rated === 0
      ? []
      : [`corrected by the ratings: ${correctedWords(cell.corrected ?? undefined, cell.rated)}`]),
    ...(sideBySide.distrusted.includes(language) ? ["the judge is not to be trusted in this language"] : []),
  ];
}

/** Text about flipped pairs: `4 flipped: the order decided, for the place first 75 % (19–99)` */
function flipWords({ flips, places }: SideBySideCell): string {
  const which = places == null ? "" : `, ${leaningWords(places)}`;
  return `${flips} flipped: the order decided${which}`;
}

/** Short notes for a table cell that readers must not miss. */
export function shortNotes(sideBySide: SideBySide, mixture: string, language: string): string[] {
  const cell = cellOf(sideBySide, mixture, language);
  if (cell === undefined) return [];
  if (cell.itself) return ["itself"];
  const agreement = agreementOf(sideBySide, mixture, language);
  return [
    ...(cell.flips === 0 ? [] : [cell.flips === 1 ? "1 flip" : `${cell.flips} flips`]),
    ...(cell.unread === 0 ? [] : [`${cell.unread} unread`]),
    ...(agreement === undefined
      ? []
      : [`people ${Math.round(100 * agreement.agreed)} %`, `κ ${kappaWords(agreement.kappa)}`]),
    ...(cell.corrected === null ? [] : [`corrected ${Math.round(100 * cell.corrected.value)}`]),
    ...(sideBySide.distrusted.includes(language) ? ["not trusted"] : []),
  ];
}

/** Caption that explains how to read the map, its baselines, and notes on them. */
export function sideBySideCaption(sideBySide: SideBySide, light: boolean): HTMLElement {
  const baselines = new Map<string, string>();
  for (const row of sideBySide.rows) {
    for (const [language, cell] of Object.entries(row.cells)) baselines.set(language, cell.baseline);
  }
  const different = new Set(baselines.values()).size > 1;
  const each = [...baselines].map(([language, baseline]) => `${displayName(language)}: ${baseline}`);
  const judge = sideBySide.judge === "rule" ? "Judged by rule" : `Judged by ${sideBySide.judge}`;
  return h(
    "div",
    { class: "caption" },
    h(
      "p",
      { class: "muted" },
      "Wins and half of the ties, %. 50: as good as the baseline; higher is better. Click a cell to read its pairs.",
    ),
    scale(light),
    h(
      "p",
      { class: "baseline", "data-testid": "baseline" },
      `Baseline: ${different ? each.join(", ") : sideBySide.against}. ${judge}, each pair twice with the order swapped.`,
    ),
    sideBySide.notes.length === 0
      ? null
      : h(
          "details",
          { class: "notes" },
          h("summary", {}, sideBySide.notes.length === 1 ? "1 note" : `${sideBySide.notes.length} notes`),
          h("ul", {}, ...sideBySide.notes.map(note => h("li", {}, note))),
        ),
  );
}

/** Legend of the colours, with the side that each stands for. */
function scale(light: boolean): HTMLElement {
  const bar = h("span", { class: "scale-bar" });
  const stops = [0, 0.25, 0.5, 0.75, 1].map(
    share => divergingColour(share * (heatSteps - 1), light ? "light" : "dark").background,
  );
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  return h(
    "p",
    { class: "scale muted", "aria-hidden": "true" },
    h("span", {}, "0 baseline better"),
    bar,
    h("span", {}, "100 run better"),
  );
}
