// How far people agree with the judge, language by language, and with one another.
import type { PairOutcome, PairVerdict } from "../comparison/records.ts";
import { beyondChance, chanceAgreement, cohensKappa } from "../statistics/kappa.ts";
import { midPInterval } from "../statistics/shareInterval.ts";
import { type CorrectedScore, correctedScore } from "./correctedScore.ts";
import { outcomeOf, pairKey, type Rating } from "./ratings.ts";

/** What one side said, and what the other. */
type Labels = readonly [PairOutcome, PairOutcome];

export interface Agreement {
  /** Judgements that both sides made: with several raters more than there are pairs. */
  readonly n: number;
  /** Pairs that these are about. */
  readonly pairs: number;
  /** Share of equal ones, 0 to 1, with its 95 % interval: that of as many trials as there are pairs. */
  readonly agreed: number;
  readonly interval: readonly [number, number];
  /** Cohen's; null where chance alone would agree always. Its interval is that of `agreed`, with chance held as it is. */
  readonly kappa: number | null;
  readonly kappaInterval: readonly [number, number] | null;
  /** Every judgement: what people said, and the judge. */
  readonly labels: readonly Labels[];
}

export interface HumanCheck {
  readonly raters: readonly string[];
  /** With the judge, all raters together. */
  readonly languages: Readonly<Record<string, Agreement>>;
  readonly all: Agreement;
  /** The run's score as people would have given it; a language with too few ratings has none. */
  readonly corrected: Readonly<Record<string, CorrectedScore>>;
  /** Raters who rated some of the same pairs. */
  readonly between: readonly (Agreement & { readonly raters: readonly [string, string] })[];
}

interface BothSides {
  readonly language: string;
  readonly key: string;
  readonly labels: Labels;
}

/** null: nobody has rated a pair of this comparison that the judge's answers could be read for. */
export function humanCheck(verdicts: readonly PairVerdict[], ratings: readonly Rating[]): HumanCheck | null {
  const judged = new Map(
    verdicts.flatMap(verdict =>
      verdict.outcome === null ? [] : [[pairKey(verdict), verdict.outcome] as const],
    ),
  );
  const both = ratings.flatMap((rating): BothSides[] => {
    const key = pairKey(rating);
    const judge = judged.get(key);
    return judge === undefined
      ? []
      : [{ language: rating.language, key, labels: [outcomeOf(rating), judge] as const }];
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
  return { raters, languages, all, corrected, between: betweenRaters(raters, ratings) };
}

/** Of one judge over several comparisons, by language: what it is worth there does not depend on the run. */
export function pooledAgreement(checks: readonly HumanCheck[]): Readonly<Record<string, Agreement>> {
  const tags = new Set(checks.flatMap(({ languages }) => Object.keys(languages)));
  const pooled: Record<string, Agreement> = {};
  for (const tag of tags) {
    const parts = checks.flatMap(({ languages }) => languages[tag] ?? []);
    const labels = parts.flatMap(part => part.labels);
    const pairs = parts.reduce((sum, part) => sum + part.pairs, 0);
    pooled[tag] = agreementFrom(labels, pairs);
  }
  return pooled;
}

function betweenRaters(raters: readonly string[], ratings: readonly Rating[]): HumanCheck["between"] {
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
        return other === undefined ? [] : [{ key, labels: [outcome, other] as const }];
      });
      const agreement = agreementOf(common);
      return agreement === null ? [] : [{ ...agreement, raters: [first, second] as const }];
    }),
  );
}

function agreementOf(both: readonly Pick<BothSides, "key" | "labels">[]): Agreement | null {
  if (both.length === 0) return null;
  const labels = both.map(each => each.labels);
  return agreementFrom(labels, new Set(both.map(({ key }) => key)).size);
}

/** @param labels at least one */
function agreementFrom(labels: readonly Labels[], pairs: number): Agreement {
  const agreed = labels.filter(([a, b]) => a === b).length / labels.length;
  const interval = midPInterval(agreed * pairs, pairs);
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
    labels,
  };
}
