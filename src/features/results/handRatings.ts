// Ratings by hand of two runs' responses, stored with the comparison whose verdicts they check.
import { HumanError } from "../../common/errors.ts";
import { humanCheck } from "../../core/rating/raterAgreement.ts";
import { pairKey, type Rating, ratingsFile } from "../../core/rating/ratings.ts";
import type { PairVerdict } from "../../core/records/comparison.ts";
import { judgeWords } from "../../core/results/sideBySide.ts";
import type { SampleRating, SampleRatings } from "../../protocol/resultsView.ts";
import type { ComparisonStore, StoredComparison } from "../../workspace/comparisons/comparisonStore.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";

/** Location of comparisons and their ratings. */
export type ComparisonSource = Pick<
  ComparisonStore,
  "of" | "verdicts" | "ratings" | "keepRatings" | "byRule"
>;

export interface RatedRuns {
  readonly run: StoredRun;
  readonly baseline: StoredRun;
}

/** Newest comparison of the two runs with this language; null if they have not been compared in it. */
async function comparisonOf(
  source: ComparisonSource,
  { run, baseline }: RatedRuns,
  language: string | null,
): Promise<StoredComparison | null> {
  const of = await source.of(run.uri);
  const fits = ({ record }: StoredComparison) =>
    language === null
      ? Object.values(record.languages).some(each => each.baseline === baseline.folder)
      : record.languages[language]?.baseline === baseline.folder;
  return of.find(fits) ?? null;
}

/** Returns the comparison of two runs, or makes one by rules: ratings need verdicts to agree with. */
export async function ensureComparison(
  source: ComparisonSource,
  runs: RatedRuns,
  language: string | null,
): Promise<StoredComparison> {
  const known = await comparisonOf(source, runs, language);
  if (known !== null) return known;
  await source.byRule(runs.run.uri, runs.baseline.uri);
  const made = await comparisonOf(source, runs, language);
  if (made !== null) return made;
  throw new HumanError("These two runs have no prompt in common to rate.", {
    remedy: "Choose two runs that were evaluated on the same prompts.",
  });
}

/**
 * Verdicts and ratings of the two runs, each language from its newest comparison; null if they have not been
 * compared.
 */
export async function ratingsOf(
  source: ComparisonSource,
  { run, baseline }: RatedRuns,
  rater: string,
): Promise<SampleRatings | null> {
  const byLanguage = new Map<string, StoredComparison>();
  for (const comparison of await source.of(run.uri)) {
    for (const [language, { baseline: against }] of Object.entries(comparison.record.languages))
      if (against === baseline.folder && !byLanguage.has(language)) byLanguage.set(language, comparison);
  }
  const comparisons = [...new Set(byLanguage.values())];
  if (comparisons.length === 0) return null;
  const ratings: Rating[] = [];
  const verdicts: PairVerdict[] = [];
  for (const comparison of comparisons) {
    const counts = ({ language }: { readonly language: string }) => byLanguage.get(language) === comparison;
    ratings.push(...(await source.ratings(comparison.uri)).filter(counts));
    verdicts.push(...(await source.verdicts(comparison.uri)).filter(counts));
  }
  return {
    own: ratings
      .filter(each => each.rater === rater)
      .map(({ language, id, picked }) => ({ language, id, picked })),
    check: humanCheck(verdicts, ratings),
    judge: [...new Set(comparisons.map(({ record }) => judgeWords(record.judge)))].join(" and "),
  };
}

/** Stores one rating; picking the same one again removes it. */
export async function rate(
  source: ComparisonSource,
  runs: RatedRuns,
  rater: string,
  rating: SampleRating,
): Promise<void> {
  const file = ratingsFile(rater);
  if (file === null)
    throw new HumanError("Your ratings need a name to be stored under.", { remedy: "Set pinch.rater." });
  const comparison = await ensureComparison(source, runs, rating.language);
  const all = await source.ratings(comparison.uri);
  const key = pairKey(rating);
  const before = all.find(each => each.rater === rater && pairKey(each) === key);
  // Names that normalise to the same file name share a file: the other rater's ratings are kept.
  const kept = all.filter(each => ratingsFile(each.rater) === file && each !== before);
  const added =
    before?.picked === rating.picked
      ? []
      : [{ rater, ...rating, left: "run" as const, time: new Date().toISOString() }];
  await source.keepRatings(comparison.uri, file, [...kept, ...added]);
}
