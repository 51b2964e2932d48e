// Turns picks into wins, ties and losses, and these into the discounted-ties score of a language.
import { displayName } from "../language/tags.ts";
import type { LanguageComparison, PairOutcome, PairVerdict } from "../records/comparison.ts";
import { ClusterNumbers } from "../statistics/clusterNumbers.ts";
import { fewPrompts, shareInterval } from "../statistics/shareInterval.ts";
import { isDisputed } from "./panel.ts";
import { leaning, placeBias } from "./places.ts";

/** Value of a pair in the score. */
export const worthOf: Readonly<Record<PairOutcome, number>> = { win: 1, tie: 0.5, loss: 0 };

export interface LanguageSetting {
  readonly baseline: string;
  readonly baselineMixture: string;
  readonly unmatched: number;
  readonly identical: number;
}

/** Returns the score of a language; null if no pair could be read. */
export function scoreLanguage(
  verdicts: readonly PairVerdict[],
  setting: LanguageSetting,
): LanguageComparison | null {
  const clusters = new ClusterNumbers();
  const read = verdicts.flatMap(({ outcome, ...verdict }) =>
    outcome === null ? [] : { outcome, cluster: clusters.of(verdict) },
  );
  const outcomes = read.map(({ outcome }) => outcome);
  const n = outcomes.length;
  if (n === 0) return null;
  const values = outcomes.map(outcome => worthOf[outcome]);
  const count = (wanted: PairOutcome): number => outcomes.filter(outcome => outcome === wanted).length;
  const flips = verdicts.flatMap(verdict => {
    const place = leaning(verdict.orders);
    return place === null ? [] : { place, cluster: clusters.of(verdict) };
  });
  const places = placeBias(
    flips.map(({ place }) => place),
    flips.map(({ cluster }) => cluster),
  );
  return {
    ...setting,
    score: {
      value: values.reduce((sum, value) => sum + value, 0) / n,
      n,
      interval: shareInterval(
        values,
        read.map(({ cluster }) => cluster),
      ),
    },
    wins: count("win"),
    ties: count("tie"),
    losses: count("loss"),
    flips: flips.length,
    ...(places !== null && { places }),
    ...(verdicts.some(({ panel }) => panel !== undefined) && {
      disputed: verdicts.filter(isDisputed).length,
    }),
    unread: verdicts.length - n,
  };
}

/** Returns the score of a run against itself: 50 by construction, nothing is computed. */
export function diagonal(mixture: string): LanguageComparison {
  return {
    baseline: null,
    baselineMixture: mixture,
    score: { value: 0.5, n: 0, interval: [0.5, 0.5] },
    wins: 0,
    ties: 0,
    losses: 0,
    flips: 0,
    unread: 0,
    unmatched: 0,
    identical: 0,
  };
}

/** Returns a warning if the language has few judged prompts. */
export function fewPromptsNotes(language: string, n: number): string[] {
  if (n >= fewPrompts) return [];
  return [
    `${displayName(language)} (${language}) has only ${n} judged ${n === 1 ? "prompt" : "prompts"}: its score is unreliable.`,
  ];
}
