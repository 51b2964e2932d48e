// Texts about a cell of side-by-side scores: baseline, wins, flips and unread pairs.

import { leaningWords } from "../../src/core/comparison/places.ts";
import { agreementWords, correctedWords, kappaWords } from "../../src/core/rating/judgeTrust.ts";
import type { Agreement } from "../../src/core/rating/raterAgreement.ts";
import type { SideBySide, SideBySideCell } from "../../src/core/results/sideBySide.ts";

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
