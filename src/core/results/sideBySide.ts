// Adds side-by-side scores to the results table: one metric for each judge and kind of baseline.
import { placesOf } from "../comparison/places.ts";
import type { DataTable } from "../figures/dataTable.ts";
import type { CorrectedScore } from "../rating/correctedScore.ts";
import { distrustedLanguages, distrustSentence } from "../rating/judgeTrust.ts";
import type { HumanCheck } from "../rating/raterAgreement.ts";
import type {
  ComparisonRecord,
  Consistency,
  JudgeIdentity,
  LanguageComparison,
  PlaceBias,
} from "../records/comparison.ts";
import type { MetricKey } from "../records/records.ts";
import { meanOverLanguages, meanOverSeeds } from "../scoring/combine.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { agreementByLanguage, judgeTable } from "./judgeQuality.ts";
import type { ResultsRow, ResultsTable } from "./resultsTable.ts";

/** A comparison and its location. */
export interface RunComparison {
  /** Names of the run folder and of the comparison within it. */
  readonly folder: string;
  readonly name: string;
  readonly record: ComparisonRecord;
  /** Null when none of its pairs has been rated. */
  readonly check: HumanCheck | null;
}

/** Details behind one score; counts are summed over the seeds. */
export interface SideBySideCell {
  readonly baseline: string; // name of the mixture
  /** True if the run is its own baseline: its score is 50 by construction. */
  readonly itself: boolean;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  readonly flips: number;
  /** Place preferred in flipped pairs; null when none flipped, undefined when they were not counted. */
  readonly places?: PlaceBias | null | undefined;
  /** Number of pairs on which a panel's judges disagree; 0 for a single judge. */
  readonly disputed: number;
  readonly unread: number;
  readonly unmatched: number;
  /** Estimate of the score that people would give; null with too few rated pairs or with several seeds. */
  readonly corrected: CorrectedScore | null;
  /** Number of pairs rated by people, over all runs. */
  readonly rated: number;
}

export interface SideBySideRow {
  readonly mixture: string;
  readonly runs: readonly {
    readonly folder: string;
    readonly seed: number;
    readonly comparison: string;
    readonly check: HumanCheck | null;
    /** Agreement of the verdicts on translations of one pair. */
    readonly consistency: Consistency | null;
  }[];
  readonly cells: Readonly<Record<string, SideBySideCell>>;
}

export interface SideBySide {
  readonly key: MetricKey;
  /** Name of the judge, for example `rule` or `gemma3:4b`. */
  readonly judge: string;
  /** Baseline, for example `english` or `the monolingual run of each language`. */
  readonly against: string;
  readonly rows: readonly SideBySideRow[];
  /** The judge's quality in each language. */
  readonly quality: DataTable;
  /** Tags of the languages in which the judge is not to be trusted, and the sentence that explains it. */
  readonly distrusted: readonly string[];
  readonly distrust: string | null;
  readonly notes: readonly string[];
  /** End of the newest comparison, ISO 8601. */
  readonly ended: string;
}

/** Metric name; the rest of the key identifies the judge and the baseline. */
const sideBySide = "sideBySide";

export function isSideBySide(key: MetricKey): boolean {
  return key.startsWith(`${sideBySide}:`);
}

/** Adds the comparisons of the table's runs to it; of several of the same kind, the newest counts. */
export function withSideBySide(
  table: ResultsTable,
  comparisons: readonly RunComparison[],
): { readonly table: ResultsTable; readonly sideBySide: readonly SideBySide[] } {
  const shown = new Set(table.rows.flatMap(row => row.runs.map(run => run.folder)));
  const kinds = new Map<MetricKey, RunComparison[]>();
  for (const comparison of [...comparisons].sort((a, b) => (a.record.ended < b.record.ended ? 1 : -1))) {
    if (!shown.has(comparison.folder)) continue;
    const key = keyOf(comparison.record);
    const kind = kinds.get(key) ?? [];
    if (!kind.some(other => other.folder === comparison.folder)) kind.push(comparison);
    kinds.set(key, kind);
  }
  const found = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
  let result = table;
  for (const [key, kind] of found) result = withMetric(result, key, kind);
  return { table: result, sideBySide: found.map(([key, kind]) => described(table, key, kind)) };
}

function keyOf(record: ComparisonRecord): MetricKey {
  return `${sideBySide}:judge=${judgeWords(record.judge)}, against ${againstWords(record)}`;
}

export function judgeWords({ kind, model, promptVersion }: JudgeIdentity): string {
  if (kind === "rule") return promptVersion === "" ? "earlier rule (checks before language)" : kind;
  return model ?? kind;
}

/** A comparison with several baselines is the paper's: each language against its monolingual run. */
export function againstWords({ languages }: ComparisonRecord): string {
  const baselines = new Set(Object.values(languages).map(language => language.baselineMixture));
  const [only] = baselines;
  if (baselines.size === 1 && only !== undefined) return only;
  const some = Object.values(languages).some(({ differs }) => differs === true);
  return `the monolingual run of each language${some ? ", some of another experiment" : ""}`;
}

function withMetric(table: ResultsTable, key: MetricKey, kind: readonly RunComparison[]): ResultsTable {
  const scores = table.rows.map(row => scoresOf(key, row, kind));
  const measured = table.languages.filter(language => scores.some(row => row[language] !== undefined));
  const others = measured.filter(language => language !== table.baseLanguage);
  const rows = table.rows.map((row, i): ResultsRow => {
    const cells = Object.fromEntries(
      table.languages.map(language => {
        const score = scores[i]?.[language];
        return [language, { ...row.cells[language], ...(score === undefined ? {} : { [key]: score }) }];
      }),
    );
    const isSeen = (language: string): boolean => (row.counts[language] ?? 0) > 0;
    const over = (languages: readonly string[]) => meanOf(key, ofRow(row, kind), languages);
    return {
      ...row,
      cells,
      mean: { ...row.mean, ...over(measured) },
      meanOthers: { ...row.meanOthers, ...over(others) },
      meanSeen: { ...row.meanSeen, ...over(others.filter(isSeen)) },
      meanUnseen: { ...row.meanUnseen, ...over(others.filter(language => !isSeen(language))) },
    };
  });
  return { ...table, rows, metrics: [...table.metrics, key] };
}

/**
 * Averages each run over its languages, then over the runs, as for other metrics; means over different
 * languages are not comparable.
 */
function meanOf(
  key: MetricKey,
  compared: readonly RunComparison[],
  languages: readonly string[],
): Readonly<Partial<Record<MetricKey, MetricValue>>> {
  const ofRuns = compared.flatMap(({ record }) => {
    const values = languages.flatMap(language => {
      const comparison = record.languages[language];
      return comparison !== undefined && hasScore(comparison) ? [{ language, value: comparison.score }] : [];
    });
    const whole = values.length === languages.length;
    return whole ? (meanOverLanguages(key, values, record.correlations) ?? []) : [];
  });
  const mean = meanOverSeeds(key, ofRuns);
  return mean === null ? {} : { [key]: mean };
}

/** True if something was compared or the run is its own baseline. */
function hasScore({ baseline, score }: LanguageComparison): boolean {
  return baseline === null || score.n > 0;
}

function scoresOf(
  key: MetricKey,
  row: ResultsRow,
  kind: readonly RunComparison[],
): Readonly<Record<string, MetricValue>> {
  const scores: Record<string, MetricValue> = {};
  for (const [language, found] of byLanguage(row, kind)) {
    const mean = meanOverSeeds(
      key,
      found.map(each => each.score),
    );
    if (mean !== null) scores[language] = mean;
  }
  return scores;
}

function byLanguage(row: ResultsRow, kind: readonly RunComparison[]): Map<string, LanguageComparison[]> {
  const found = new Map<string, LanguageComparison[]>();
  for (const { record } of ofRow(row, kind)) {
    for (const [language, comparison] of Object.entries(record.languages)) {
      if (!hasScore(comparison)) continue;
      found.set(language, [...(found.get(language) ?? []), comparison]);
    }
  }
  return found;
}

function ofRow(row: ResultsRow, kind: readonly RunComparison[]): RunComparison[] {
  return row.runs.flatMap(run => kind.find(each => each.folder === run.folder) ?? []);
}

function described(table: ResultsTable, key: MetricKey, kind: readonly RunComparison[]): SideBySide {
  const [first] = kind;
  const agreement = agreementByLanguage(kind);
  const judge = first === undefined ? "" : judgeWords(first.record.judge);
  const compared = table.languages.filter(language =>
    kind.some(({ record }) => record.languages[language] !== undefined),
  );
  return {
    key,
    judge,
    quality: judgeTable(kind, compared, judge),
    distrusted: distrustedLanguages(agreement),
    distrust: distrustSentence(agreement),
    against: first === undefined ? "" : againstWords(first.record),
    rows: table.rows.flatMap(row => {
      const compared = ofRow(row, kind);
      return compared.length === 0 ? [] : [describedRow(row, kind, compared)];
    }),
    notes: [...new Set(kind.flatMap(({ record }) => record.notes))],
    ended: first?.record.ended ?? "",
  };
}

function describedRow(
  row: ResultsRow,
  kind: readonly RunComparison[],
  compared: readonly RunComparison[],
): SideBySideRow {
  const cells: Record<string, SideBySideCell> = {};
  for (const [language, found] of byLanguage(row, kind)) {
    const sum = (name: "wins" | "ties" | "losses" | "flips" | "unread" | "unmatched") =>
      found.reduce((total, each) => total + each[name], 0);
    cells[language] = {
      baseline: [...new Set(found.map(each => each.baselineMixture))].join(", "),
      itself: found.every(each => each.baseline === null),
      wins: sum("wins"),
      ties: sum("ties"),
      losses: sum("losses"),
      flips: sum("flips"),
      places: placesOf(found),
      disputed: found.reduce((total, each) => total + (each.disputed ?? 0), 0),
      unread: sum("unread"),
      unmatched: sum("unmatched"),
      ...correctedOf(compared, language),
    };
  }
  for (const { record } of compared) {
    for (const [language, { baselineMixture, unread }] of Object.entries(record.unscored ?? {})) {
      const cell = cells[language] ?? { ...unscoredCell, baseline: baselineMixture };
      cells[language] = { ...cell, unread: cell.unread + unread };
    }
  }
  return {
    mixture: row.mixture,
    runs: compared.map(({ folder, name, record, check }) => ({
      folder,
      seed: record.seed,
      comparison: name,
      check,
      consistency: record.consistency ?? null,
    })),
    cells,
  };
}

const unscoredCell: Omit<SideBySideCell, "baseline"> = {
  itself: false,
  wins: 0,
  ties: 0,
  losses: 0,
  flips: 0,
  places: null,
  disputed: 0,
  unread: 0,
  unmatched: 0,
  corrected: null,
  rated: 0,
};

/** Defined for a single run only: means over several seeds would mix corrected and raw scores. */
function correctedOf(
  compared: readonly RunComparison[],
  language: string,
): Pick<SideBySideCell, "corrected" | "rated"> {
  const rated = compared.reduce((sum, { check }) => sum + (check?.languages[language]?.pairs ?? 0), 0);
  const [only, ...others] = compared;
  return { corrected: others.length > 0 ? null : (only?.check?.corrected[language] ?? null), rated };
}
