// Tables of side-by-side scores: one for each judge, and one of the judge's quality.
import { judgeName } from "../comparison/judgeName.ts";
import { placesOf } from "../comparison/places.ts";
import type { DataTable } from "../figures/dataTable.ts";
import { distrustedLanguages, distrustSentence } from "../rating/judgeTrust.ts";
import type { ComparisonRecord } from "../records/comparison.ts";
import {
  agreementByLanguage,
  type CheckedComparison,
  consistencyTable,
  correctedTable,
  distrustMark,
  firstPlace,
  judgeTable,
} from "../results/judgeQuality.ts";
import { meanOverSeeds } from "../scoring/combine.ts";
import type { MetricValue } from "../statistics/estimate.ts";

/** Groups comparisons by judge, prompt and kind of baseline; only the newest of each run counts. */
function groupsOf(comparisons: readonly CheckedComparison[]): CheckedComparison[][] {
  const groups = new Map<string, Map<string, CheckedComparison>>();
  for (const one of [...comparisons].sort((a, b) => (a.record.ended < b.record.ended ? -1 : 1))) {
    const { judge, languages, run } = one.record;
    const baselines = new Set(Object.values(languages).map(({ baselineMixture }) => baselineMixture));
    const kind = baselines.size === 1 ? [...baselines].join() : "each language's own";
    const key = JSON.stringify([judge, kind]);
    const group = groups.get(key) ?? new Map<string, CheckedComparison>();
    groups.set(key, group.set(run, one));
  }
  return [...groups.values()].map(group => [...group.values()]);
}

/**
 * Returns the tables of each judge: scores with the names of the baselines, how the verdicts came about, and
 * the quality of the judge in each language, followed by consistency and corrected scores where available.
 */
export function comparisonTables(
  comparisons: readonly CheckedComparison[],
  mixtures: readonly string[],
): DataTable[] {
  return groupsOf(comparisons).flatMap(checked => {
    const group = checked.map(({ record }) => record);
    const languages = [...new Set(group.flatMap(one => Object.keys(one.languages)))];
    const [first] = group;
    if (first === undefined || languages.length === 0) return [];
    const judge = judgeName(first.judge);
    const rows = mixtures.flatMap(mixture => {
      const runs = group.filter(one => one.mixture === mixture);
      return runs.length === 0 ? [] : [{ mixture, runs }];
    });
    const baselines = languages.map(language => [
      ...new Set(group.flatMap(one => one.languages[language]?.baselineMixture ?? [])),
    ]);
    const agreement = agreementByLanguage(checked);
    const distrusted = distrustedLanguages(agreement);
    const markOf = (language: string): string => (distrusted.includes(language) ? distrustMark : "");
    const ofMark = distrusted.length === 0 ? "" : `. ${distrustMark} ${distrustSentence(agreement)}`;
    return [
      {
        caption: `Side by side, ${judge}: discounted ties in %, with 95 % interval; 50 is as good as the baseline, and stands where a model is its own${ofMark.replace(/\.$/u, "")}`,
        head: ["Mixture", ...languages.map(language => `${language}${markOf(language)}`)],
        rows: [
          ["(baseline)", ...baselines.map(names => names.join(", "))],
          ...rows.map(({ mixture, runs }) => [
            mixture,
            ...languages.map(language => scoreOf(runs, language, markOf(language))),
          ]),
        ],
      },
      {
        caption: `How the verdicts came about, ${judge}: wins, ties and losses of all languages and seeds; flips are pairs whose verdict changed with the order, and the place is the one preferred in them; unread ones are in no score`,
        head: [
          "Mixture",
          "wins",
          "ties",
          "losses",
          "flips, %",
          "first place preferred, % of flips",
          "judges disagreed",
          "identical",
          "unread",
          "unmatched",
        ],
        rows: rows.map(({ mixture, runs }) => [mixture, ...verdictsOf(runs)]),
      },
      judgeTable(checked, languages, judge),
      ...[consistencyTable(checked, judge), correctedTable(checked, languages, judge)].flatMap(
        table => table ?? [],
      ),
    ];
  });
}

function scoreOf(runs: readonly ComparisonRecord[], language: string, mark: string): string {
  const all = runs.flatMap(one => one.languages[language] ?? []);
  if (all.length === 0) return "–";
  if (all.every(({ baseline }) => baseline === null)) return "50";
  const values: MetricValue[] = all.flatMap(({ baseline, score }) => (baseline === null ? [] : score));
  const mean = meanOverSeeds("followed", values);
  if (mean === null) return "–";
  const [low, high] = mean.interval.map(end => (100 * end).toFixed(0));
  return `${(100 * mean.value).toFixed(1)}${mark} (${low}–${high})`;
}

function verdictsOf(runs: readonly ComparisonRecord[]): string[] {
  const all = runs.flatMap(one => Object.values(one.languages).filter(({ baseline }) => baseline !== null));
  const sum = (of: (one: (typeof all)[number]) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  const [wins, ties, losses] = [sum(one => one.wins), sum(one => one.ties), sum(one => one.losses)];
  const unscored = runs.flatMap(one => Object.values(one.unscored ?? {}));
  const unread = sum(one => one.unread) + unscored.reduce((total, one) => total + one.unread, 0);
  return [
    ...[wins, ties, losses].map(String),
    percentOf(
      sum(one => one.flips),
      wins + ties + losses,
    ),
    firstPlace(placesOf(all)),
    all.some(({ disputed }) => disputed !== undefined) ? String(sum(one => one.disputed ?? 0)) : "–",
    String(sum(one => one.identical)),
    String(unread),
    String(sum(one => one.unmatched)),
  ];
}

function percentOf(part: number, whole: number): string {
  return whole === 0 ? "–" : ((100 * part) / whole).toFixed(1);
}
