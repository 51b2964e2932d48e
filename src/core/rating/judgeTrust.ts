// Criterion for distrusting a judge in a language, and texts about its agreement with raters.
import { displayName } from "../language/tags.ts";
import { type CorrectedScore, enoughRated } from "./correctedScore.ts";
import type { Agreement } from "./raterAgreement.ts";

/** Minimum kappa for a trusted judge: moderate agreement begins here (Landis and Koch 1977). */
const leastKappa = 0.4;
/** Minimum number of rated pairs to decide whether a judge can be trusted. */
export const fewestRated = 10;

/** Explanation shown with every mark. */
export const trustRule = `A judge is not to be trusted in a language where Cohen's kappa between it and people is below ${leastKappa}, on at least ${fewestRated} pairs rated blind`;

export function isDistrusted(agreement: Agreement | undefined): boolean {
  if (agreement === undefined || agreement.pairs < fewestRated) return false;
  return agreement.kappa !== null && agreement.kappa < leastKappa;
}

/** Tags of the languages in which the judge is not to be trusted, in alphabetical order. */
export function distrustedLanguages(languages: Readonly<Record<string, Agreement>>): string[] {
  return Object.keys(languages)
    .filter(tag => isDistrusted(languages[tag]))
    .sort();
}

/** Returns one sentence, or null when the judge is trusted or there are too few ratings. */
export function distrustSentence(languages: Readonly<Record<string, Agreement>>): string | null {
  const tags = distrustedLanguages(languages);
  if (tags.length === 0) return null;
  const named = tags.map(tag => {
    const { kappa, pairs } = languages[tag] as Agreement;
    return `${displayName(tag)} (${tag}: kappa ${kappaWords(kappa)}, ${pairs} pairs)`;
  });
  return `The judge is not to be trusted in ${named.join(", ")}: people who rated pairs blind agree with it too little (below ${leastKappa}).`;
}

/** Returns null when there are enough ratings. */
export function fewRatingsSentence(agreement: Agreement | undefined): string | null {
  if (agreement === undefined || agreement.pairs >= fewestRated) return null;
  const count = agreement.pairs === 1 ? "1 pair is" : `${agreement.pairs} pairs are`;
  return `Only ${count} rated: too few to tell whether the judge is to be trusted (${fewestRated}), or to correct its score (${enoughRated}).`;
}

/** Describes an agreement, as in `78 % (40–97), kappa 0.61 (−0.05 to 0.94), n = 9`. */
export function agreementWords({ agreed, interval, kappa, kappaInterval, n }: Agreement): string {
  const between =
    kappaInterval === null ? "" : ` (${kappaInterval.map(end => kappaWords(end)).join(" to ")})`;
  return `${percent(agreed)} % (${interval.map(percent).join("–")}), kappa ${kappaWords(kappa)}${between}, n = ${n}`;
}

/** A dash when agreement by chance alone would be perfect: both sides gave the same answer throughout. */
export function kappaWords(kappa: number | null): string {
  return kappa === null ? "–" : kappa.toFixed(2).replace("-", "−");
}

/** Describes a corrected score in %, as in `61.5 (50–72), from 40 rated pairs`, or why there is no corrected score. */
export function correctedWords(score: CorrectedScore | undefined, rated: number): string {
  if (score !== undefined)
    return `${(100 * score.value).toFixed(1)} (${score.interval.map(percent).join("–")}), from ${score.rated} rated pairs`;
  const count = `${rated} ${rated === 1 ? "pair is" : "pairs are"} rated`;
  return rated < enoughRated
    ? `none: ${count}, ${enoughRated} are needed`
    : `none: ${count}, nearly all for one side`;
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}
