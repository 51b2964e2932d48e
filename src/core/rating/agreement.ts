// How far people agree with the judge, language by language, and with one another.
import type { PairVerdict } from "../comparison/records.ts";
import { cohensKappa } from "../statistics/kappa.ts";
import { outcomeOf, pairKey, type Rating } from "./ratings.ts";

export interface Agreement {
  /** Judgements that both sides made: with several raters more than there are pairs. */
  readonly n: number;
  /** Share of equal ones, 0 to 1. */
  readonly agreed: number;
  /** Cohen's; null where chance alone would agree always. */
  readonly kappa: number | null;
}

export interface HumanCheck {
  readonly raters: readonly string[];
  /** With the judge, all raters together. */
  readonly languages: Readonly<Record<string, Agreement>>;
  readonly all: Agreement;
  /** Raters who rated some of the same pairs. */
  readonly between: readonly (Agreement & { readonly raters: readonly [string, string] })[];
}

/** null: nobody has rated a pair of this comparison that the judge's answers could be read for. */
export function humanCheck(verdicts: readonly PairVerdict[], ratings: readonly Rating[]): HumanCheck | null {
  const judged = new Map(
    verdicts.flatMap(verdict =>
      verdict.outcome === null ? [] : [[pairKey(verdict), verdict.outcome] as const],
    ),
  );
  const both = ratings.flatMap(rating => {
    const judge = judged.get(pairKey(rating));
    return judge === undefined
      ? []
      : [{ language: rating.language, labels: [outcomeOf(rating), judge] as const }];
  });
  const all = agreementOf(both.map(({ labels }) => labels));
  if (all === null) return null;
  const languages: Record<string, Agreement> = {};
  for (const language of new Set(both.map(each => each.language))) {
    const agreement = agreementOf(both.flatMap(each => (each.language === language ? [each.labels] : [])));
    if (agreement !== null) languages[language] = agreement;
  }
  const raters = [...new Set(ratings.map(({ rater }) => rater))].sort();
  return { raters, languages, all, between: betweenRaters(raters, ratings) };
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
        return other === undefined ? [] : [[outcome, other] as const];
      });
      const agreement = agreementOf(common);
      return agreement === null ? [] : [{ ...agreement, raters: [first, second] as const }];
    }),
  );
}

function agreementOf(labels: readonly (readonly [string, string])[]): Agreement | null {
  if (labels.length === 0) return null;
  const equal = labels.filter(([a, b]) => a === b).length;
  return { n: labels.length, agreed: equal / labels.length, kappa: cohensKappa(labels) };
}
