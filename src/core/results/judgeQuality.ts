// Tables of a judge's quality: position bias, agreement with people, and consistency.

import { shownName } from "../../common/shownName.ts";
import { placesOf } from "../comparison/places.ts";
import type { DataTable } from "../figures/dataTable.ts";
import { displayName } from "../language/tags.ts";
import { correctedWords, fewestRated, isDistrusted, kappaWords, trustRule } from "../rating/judgeTrust.ts";
import { type Agreement, type HumanCheck, pooledAgreement } from "../rating/raterAgreement.ts";
import type { ComparisonRecord, PlaceBias } from "../records/comparison.ts";

/** A comparison with people's ratings of its pairs; `check` is null when there are none. */
export interface CheckedComparison {
  readonly record: ComparisonRecord;
  readonly check: HumanCheck | null;
}

/** Marks the scores of a language in which the judge is not to be trusted. */
export const distrustMark = "†";

/** Returns the agreement with people by language, over all comparisons of one judge. */
export function agreementByLanguage(
  group: readonly CheckedComparison[],
): Readonly<Record<string, Agreement>> {
  return pooledAgreement(group.flatMap(({ check }) => check ?? []));
}

/** One row per language: flips and the place they prefer, agreement with people, and trustworthiness. */
export function judgeTable(
  group: readonly CheckedComparison[],
  languages: readonly string[],
  judge: string,
): DataTable {
  const agreement = agreementByLanguage(group);
  return {
    caption: `The judge by language, ${judge}: flips are pairs whose verdict changed with the order, % of those read; where the order decided, how often the response in first place was preferred, 50 without a bias for a place; agreement with people who rated pairs blind; all with 95 % intervals. ${trustRule}`,
    head: [
      "Language",
      "flips, %",
      "first place preferred, % of flips",
      "people agree, %",
      "Cohen's kappa",
      "pairs rated",
      "to be trusted",
    ],
    rows: languages.map(language => {
      const parts = group
        .flatMap(({ record }) => record.languages[language] ?? [])
        .filter(({ baseline }) => baseline !== null);
      const flips = parts.reduce((sum, one) => sum + one.flips, 0);
      const read = parts.reduce((sum, one) => sum + one.wins + one.ties + one.losses, 0);
      return [
        `${displayName(language)} (${language})`,
        read === 0 ? "–" : ((100 * flips) / read).toFixed(1),
        firstPlace(placesOf(parts)),
        ...agreementCells(agreement[language]),
      ];
    }),
  };
}

/** Percentage of flips that prefer the first place, with its interval; a dash when there are no flips. */
export function firstPlace(places: PlaceBias | null | undefined): string {
  if (places === undefined) return "not counted";
  if (places === null) return "–";
  const { first, second, interval } = places;
  return withInterval(
    (100 * first) / (first + second),
    interval.map(end => 100 * end),
    0,
  );
}

function agreementCells(agreement: Agreement | undefined): string[] {
  if (agreement === undefined) return ["–", "–", "0", "not rated"];
  const { agreed, interval, kappa, kappaInterval, pairs } = agreement;
  const trusted = pairs < fewestRated ? "too few rated" : isDistrusted(agreement) ? "no" : "yes";
  return [
    withInterval(
      100 * agreed,
      interval.map(end => 100 * end),
      0,
    ),
    `${kappaWords(kappa)}${kappaInterval === null ? "" : ` (${kappaInterval.map(kappaWords).join(" to ")})`}`,
    String(pairs),
    trusted,
  ];
}

/**
 * For each rated run, its score by the judge followed by the corrected score; null when nothing was rated.
 */
export function correctedTable(
  group: readonly CheckedComparison[],
  languages: readonly string[],
  judge: string,
): DataTable | null {
  const rows = group.flatMap(({ record, check }) => {
    if (check === null) return [];
    const name = runName(record);
    const raw = languages.map(language => {
      const { score, baseline } = record.languages[language] ?? {};
      return score === undefined || baseline === null
        ? "–"
        : withInterval(100 * score.value, percents(score.interval), 1);
    });
    const corrected = languages.map(language => {
      const rated = check.languages[language]?.pairs ?? 0;
      return rated === 0 ? "–" : correctedWords(check.corrected[language], rated);
    });
    return [
      [`${name}: as judged`, ...raw],
      [`${name}: corrected`, ...corrected],
    ];
  });
  if (rows.length === 0) return null;
  return {
    caption: `Scores corrected by the ratings, ${judge}: estimates of what people would give all pairs, from their ratings of a random part, with 95 % intervals that include the uncertainty of the ratings; wins, ties and losses count 1, ½ and 0 on both sides`,
    head: ["Mixture", ...languages],
    rows,
  };
}

/**
 * Agreement of the verdicts on translations of one pair; null when no comparison has an id in two languages.
 */
export function consistencyTable(group: readonly CheckedComparison[], judge: string): DataTable | null {
  const rows = group.flatMap(({ record }) => {
    const { consistency } = record;
    if (consistency === undefined) return [];
    const { agreed, interval, kappa, kappaInterval, prompts } = consistency;
    return [
      [
        runName(record),
        withInterval(100 * agreed, percents(interval), 0),
        `${kappaWords(kappa)}${kappaInterval === null ? "" : ` (${kappaInterval.map(kappaWords).join(" to ")})`}`,
        String(prompts),
      ],
    ];
  });
  if (rows.length === 0) return null;
  return {
    caption: `Consistency over translations, ${judge}: how often two languages have the same verdict on the same prompt, of all pairs of languages; the responses differ too, so that a perfect judge need not reach 100`,
    head: ["Mixture", "same verdict, %", "Fleiss's kappa", "prompts"],
    rows,
  };
}

function runName({ mixture, seed }: ComparisonRecord): string {
  return `${shownName(mixture)}, seed ${seed}`;
}

function percents(interval: readonly number[]): number[] {
  return interval.map(end => 100 * end);
}

function withInterval(value: number, interval: readonly number[], digits: number): string {
  return `${value.toFixed(digits)} (${interval.map(end => end.toFixed(0)).join("–")})`;
}
