// Texts about a comparison: its expected cost and its findings.

import { distrustSentence } from "../../core/rating/judgeTrust.ts";
import { pooledAgreement } from "../../core/rating/raterAgreement.ts";
import type { CompareOutcome, ComparisonPlan } from "../../protocol/comparison.ts";

/** Heading and detail of the dialog that confirms the use of a model that may cost something. */
export function questionOf(
  total: ComparisonPlan,
  model: string,
  /** Recipient of prompts and responses, and the source of that setting. */
  where: string,
): { message: string; detail: string } {
  const number = (value: number) => value.toLocaleString("en");
  const lines = [
    where,
    total.cached === 0
      ? "None is in the cache. Each pair is judged twice, with the order swapped."
      : `${number(total.cached)} more are in the cache and cost nothing, unless the model has changed: then they are asked again.`,
    `About ${number(total.promptTokens)} tokens to read and ${number(total.completionTokens)} to write.`,
    total.price === null
      ? "No price is set (pinch.judgePriceInput, pinch.judgePriceOutput)."
      : `About ${formatPrice(total.price)} in the currency of your prices.`,
    ...total.notes,
  ];
  const asked = total.questions;
  return {
    message: `Ask ${model} ${number(asked)} ${asked === 1 ? "question" : "questions"}?`,
    detail: lines.join("\n"),
  };
}

/** Rounds to two significant digits. */
function formatPrice(price: number): string {
  if (price === 0) return "0";
  return price >= 1 ? price.toFixed(2) : price.toPrecision(2);
}

/** `p10: 7 languages compared, 240 questions asked (12 from the cache), cost 0.034` */
export function doneWords(outcomes: readonly Pick<CompareOutcome, "comparison" | "check">[]): string {
  const comparisons = outcomes.flatMap(({ comparison }) => comparison ?? []);
  const doubt = distrustSentence(pooledAgreement(outcomes.flatMap(({ check }) => check ?? [])));
  const names = [...new Set(comparisons.map(each => each.mixture))];
  const asked = comparisons.reduce((sum, { cost }) => sum + cost.asked, 0);
  const cached = comparisons.reduce((sum, { cost }) => sum + cost.cached, 0);
  const price = comparisons.reduce((sum, { cost }) => sum + (cost.price ?? 0), 0);
  const unread = comparisons
    .flatMap(({ languages }) => Object.values(languages))
    .reduce((sum, language) => sum + language.unread, 0);
  const parts = [
    `${names.length > 3 ? `${names.length} mixtures` : names.join(", ")} compared`,
    ...(asked + cached === 0 ? [] : [`${asked} questions asked, ${cached} answers from the cache`]),
    ...(comparisons.some(({ cost }) => cost.price !== null) ? [`cost ${formatPrice(price)}`] : []),
    ...(unread === 0 ? [] : [`${unread} pairs could not be read and are left out of the scores`]),
  ];
  return `${parts.join("; ")}.${doubt === null ? "" : ` ${doubt}`}`;
}
