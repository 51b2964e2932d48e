// Agreement of human raters with the judge, by language, and with each other.
import type { PairOutcome, PairVerdict } from "../records/comparison.ts";
import { ClusterNumbers, clusterName } from "../statistics/clusterNumbers.ts";
import { beyondChance, chanceAgreement, cohensKappa } from "../statistics/kappa.ts";
import { shareInterval } from "../statistics/shareInterval.ts";
import { type CorrectedScore, correctedScore } from "./correctedScore.ts";
import { outcomeOf, pairKey, type Rating } from "./ratings.ts";

/** The outcomes that two sides assigned to one pair. */
interface Judgement {
  readonly labels: readonly [PairOutcome, PairOutcome];
  /** Cluster of the prompt: judgements within a cluster are correlated. */
  readonly cluster: string;
}

export interface Agreement {
  /** Number of judgements made by both sides. Exceeds the number of pairs when there are several raters. */
  readonly n: number;
  /** Number of distinct pairs. */
  readonly pairs: number;
  /** Fraction of equal judgements, 0 to 1, with its 95 % interval over clusters of prompts. */
  readonly agreed: number;
  readonly interval: readonly [number, number];
  /**
   * Cohen's kappa; null when agreement by chance alone would be perfect. Its interval is derived from that of
   * `agreed`, with chance agreement held constant.
   */
  readonly kappa: number | null;
  readonly kappaInterval: readonly [number, number] | null;
  /** The judgements that these numbers are computed from. */
  readonly judgements: readonly Judgement[];
}

export interface HumanCheck {
  readonly raters: readonly string[];
  /** Agreement with the judge, all raters together. */
  readonly languages: Readonly<Record<string, Agreement>>;
  readonly all: Agreement;
  /** The run's score as human raters would have given it. Absent for languages with too few ratings. */
  readonly corrected: Readonly<Record<string, CorrectedScore>>;
  /** Agreement between raters who rated some of the same pairs. */
  readonly between: readonly (Agreement & { readonly raters: readonly [string, string] })[];
}

interface BothSides extends Judgement {
  readonly language: string;
  readonly key: string;
}

/** Returns null when no pair was rated for which the judge's answers could be read. */
export function humanCheck(verdicts: readonly PairVerdict[], ratings: readonly Rating[]): HumanCheck | null {
  const judged = new Map(
    verdicts.flatMap(verdict =>
      verdict.outcome === null
        ? []
        : [
            [
              pairKey(verdict),
              { judge: verdict.outcome, cluster: clusterName(verdict.id, verdict.group) },
            ] as const,
          ],
    ),
  );
  const both = ratings.flatMap((rating): BothSides[] => {
    const key = pairKey(rating);
    const found = judged.get(key);
    if (found === undefined) return [];
    const { judge, cluster } = found;
    return [{ language: rating.language, key, cluster, labels: [outcomeOf(rating), judge] }];
  });
  const all = agreementOf(both);
  if (all === null) return null;
  const languages: Record<string, Agreement> = {};
  const corrected: Record<string, CorrectedScore> = {};
  for (const language of new Set(both.map(each => each.language))) {
    const agreement = agreementOf(both.filter(each => each.language === language));
    if (agreement !== null) languages[language] = agreement;
    const score = correctedScore(verdicts, ratings, language);
    if (score !== null) corrected[language] = score;
  }
  const raters = [...new Set(ratings.map(({ rater }) => rater))].sort();
  return { raters, languages, all, corrected, between: betweenRaters(raters, ratings, verdicts) };
}

/**
 * Agreement with one judge over several comparisons, by language: its reliability does not depend on the run.
 */
export function pooledAgreement(checks: readonly HumanCheck[]): Readonly<Record<string, Agreement>> {
  const tags = new Set(checks.flatMap(({ languages }) => Object.keys(languages)));
  const pooled: Record<string, Agreement> = {};
  for (const tag of tags) {
    const parts = checks.flatMap(({ languages }) => languages[tag] ?? []);
    const judgements = parts.flatMap(part => part.judgements);
    const pairs = parts.reduce((sum, part) => sum + part.pairs, 0);
    pooled[tag] = agreementFrom(judgements, pairs);
  }
  return pooled;
}

function betweenRaters(
  raters: readonly string[],
  ratings: readonly Rating[],
  verdicts: readonly PairVerdict[],
): HumanCheck["between"] {
  const clusterOf = new Map(verdicts.map(({ group, ...one }) => [pairKey(one), clusterName(one.id, group)]));
  const byRater = new Map(
    raters.map(rater => [
      rater,
      new Map(ratings.flatMap(each => (each.rater === rater ? [[pairKey(each), outcomeOf(each)]] : []))),
    ]),
  );
  return raters.flatMap((first, i) =>
    raters.slice(i + 1).flatMap(second => {
      const others = byRater.get(second);
      const common = [...(byRater.get(first) ?? [])].flatMap(([key, outcome]) => {
        const other = others?.get(key);
        if (other === undefined) return [];
        return [{ key, cluster: clusterOf.get(key) ?? key, labels: [outcome, other] as const }];
      });
      const agreement = agreementOf(common);
      return agreement === null ? [] : [{ ...agreement, raters: [first, second] as const }];
    }),
  );
}

function agreementOf(both: readonly Omit<BothSides, "language">[]): Agreement | null {
  if (both.length === 0) return null;
  const judgements = both.map(({ labels, cluster }) => ({ labels, cluster }));
  return agreementFrom(judgements, new Set(both.map(({ key }) => key)).size);
}

/** @param judgements At least one. */
function agreementFrom(judgements: readonly Judgement[], pairs: number): Agreement {
  const labels = judgements.map(each => each.labels);
  const equal = labels.map(([a, b]) => Number(a === b));
  const agreed = equal.reduce((sum, each) => sum + each, 0) / equal.length;
  const clusters = new ClusterNumbers();
  const interval = shareInterval(
    equal,
    judgements.map(({ cluster }) => clusters.of({ id: cluster })),
  );
  const byChance = chanceAgreement(labels);
  const [low, high] = interval.map(end => beyondChance(end, byChance));
  const kappa = cohensKappa(labels);
  return {
    n: labels.length,
    pairs,
    agreed,
    interval,
    kappa,
    kappaInterval: kappa === null || low == null || high == null ? null : [low, high],
    judgements,
  };
}
