// Side-by-side scores in a report: per judge the score of each mixture and language, with flips and what was unread.
import type { ComparisonRecord, JudgeIdentity } from "../comparison/records.ts";
import type { MetricValue } from "../run/records.ts";
import { meanOverSeeds } from "./combine.ts";
import type { DataTable } from "./dataTable.ts";
import { shownName } from "./shownName.ts";

/** For example `rule`, or `a-model, prompt v1 in English`. */
export function judgeName({ kind, model, promptVersion, promptLanguage }: JudgeIdentity): string {
  if (kind === "rule")
    return promptVersion === "" ? "earlier rule judge (checks before language)" : "rule judge";
  const prompt = promptVersion === "" ? "" : `, prompt ${promptVersion}`;
  const language = promptLanguage === "en" ? " in English" : " in the language of each pair";
  return `judge ${shownName(model ?? kind)}${prompt}${language}`;
}

/** Comparisons by the same judge, prompt and kind of baseline; a run's newest counts. */
function groupsOf(comparisons: readonly ComparisonRecord[]): ComparisonRecord[][] {
  const groups = new Map<string, Map<string, ComparisonRecord>>();
  for (const one of [...comparisons].sort((a, b) => (a.ended < b.ended ? -1 : 1))) {
    const baselines = new Set(Object.values(one.languages).map(({ baselineMixture }) => baselineMixture));
    const kind = baselines.size === 1 ? [...baselines].join() : "each language's own";
    const key = JSON.stringify([one.judge, kind]);
    const group = groups.get(key) ?? new Map<string, ComparisonRecord>();
    groups.set(key, group.set(one.run, one));
  }
  return [...groups.values()].map(group => [...group.values()]);
}

/** Two tables for each judge: scores with the baselines' names, and how the verdicts came about. */
export function comparisonTables(
  comparisons: readonly ComparisonRecord[],
  mixtures: readonly string[],
): DataTable[] {
  return groupsOf(comparisons).flatMap(group => {
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
    return [
      {
        caption: `Side by side, ${judge}: discounted ties in %, with 95 % interval; 50 is as good as the baseline, and stands where a model is its own`,
        head: ["Mixture", ...languages],
        rows: [
          ["(baseline)", ...baselines.map(names => names.join(", "))],
          ...rows.map(({ mixture, runs }) => [
            mixture,
            ...languages.map(language => scoreOf(runs, language)),
          ]),
        ],
      },
      {
        caption: `How the verdicts came about, ${judge}: wins, ties and losses of all languages and seeds; flips are pairs whose verdict changed with the order; unread ones are in no score`,
        head: ["Mixture", "wins", "ties", "losses", "flips, %", "identical", "unread", "unmatched"],
        rows: rows.map(({ mixture, runs }) => [mixture, ...verdictsOf(runs)]),
      },
      {
        caption: `Flips by language, ${judge}: % of the pairs read in both orders`,
        head: ["", ...languages],
        rows: [["all mixtures", ...languages.map(language => flipsIn(group, language))]],
      },
    ];
  });
}

function scoreOf(runs: readonly ComparisonRecord[], language: string): string {
  const all = runs.flatMap(one => one.languages[language] ?? []);
  if (all.length === 0) return "–";
  if (all.every(({ baseline }) => baseline === null)) return "50";
  const values: MetricValue[] = all.flatMap(({ baseline, score }) => (baseline === null ? [] : score));
  const mean = meanOverSeeds("followed", values);
  if (mean === null) return "–";
  const [low, high] = mean.interval.map(end => (100 * end).toFixed(0));
  return `${(100 * mean.value).toFixed(1)} (${low}–${high})`;
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
    String(sum(one => one.identical)),
    String(unread),
    String(sum(one => one.unmatched)),
  ];
}

function flipsIn(group: readonly ComparisonRecord[], language: string): string {
  const all = group.flatMap(one => one.languages[language] ?? []).filter(({ baseline }) => baseline !== null);
  const sum = (of: (one: (typeof all)[number]) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  return percentOf(
    sum(one => one.flips),
    sum(one => one.wins + one.ties + one.losses),
  );
}

function percentOf(part: number, whole: number): string {
  return whole === 0 ? "–" : ((100 * part) / whole).toFixed(1);
}
