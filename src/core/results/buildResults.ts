// Builds the results table from run folders: one row per mixture, one column per language.

import { settingsOf } from "../experiments/runSettings.ts";
import { meanAmount } from "../experiments/trainedAmount.ts";
import type { MetricKey, MetricsRecord } from "../records/records.ts";
import { meanOverLanguages, meanOverSeeds } from "../scoring/combine.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { baseLanguageOf } from "./baseLanguage.ts";
import { languageNotes } from "./languageNotes.ts";
import type { ResultsRow, ResultsTable, RunSummary } from "./resultsTable.ts";
import { notesOf, rowsOf } from "./rowsOfRuns.ts";
import { amountNotes } from "./trainedAmounts.ts";

type Cell = Readonly<Partial<Record<MetricKey, MetricValue>>>;
type EvaluatedRun = RunSummary & { readonly metrics: MetricsRecord };

const mainMetrics = [
  "followed",
  "language",
  "checks",
  "checksInLanguage",
  "checksLoose",
  "wrongLanguage",
  "wrongAnswer",
  "noLanguage",
  "lpr",
  "wpr",
  "lcpr",
  "lineAccuracy",
  "lines",
  "words",
  "linesAndWords",
  "chrf",
  "nll",
  "nllPerCharacter",
  "truncated",
] as const;

/**
 * Returns one row per mixture of the experiment, the untuned base first, then by the start of each mixture's
 * first run; runs of other experiments come last, in marked rows of their own. Of several runs with the same
 * mixture, seed and experiment, the newest completed one counts. A mixture without metrics keeps a row of
 * empty cells.
 * @param experiment names of run folders; by default, those of the newest experiment among the runs
 */
export function buildResults(runs: readonly RunSummary[], experiment?: ReadonlySet<string>): ResultsTable {
  const rowsOfRuns = rowsOf(runs, experiment).map(row => ({
    ...row,
    evaluated: row.chosen.filter(isEvaluated),
  }));
  const ofExperiment = rowsOfRuns.filter(({ differs }) => differs === undefined);
  const evaluated = rowsOfRuns.flatMap(row => row.evaluated);
  const languages = [...new Set(evaluated.flatMap(run => Object.keys(run.metrics.languages)))];
  const baseLanguage = baseLanguageOf(
    ofExperiment.flatMap(row => row.chosen.flatMap(run => run.record.configuration.form ?? [])),
    languages,
  );
  const cellsOfRows = rowsOfRuns.map(row => cellsOf(row.evaluated, languages));
  const metrics = metricsOf(cellsOfRows);
  const others = languages.filter(language => language !== baseLanguage);
  const measured = cellsOfRows.filter((_, i) => rowsOfRuns[i]?.differs === undefined);
  const rows = rowsOfRuns.map(({ mixture, differs, chosen, evaluated: scored }, i): ResultsRow => {
    const counts = chosen[0]?.record.counts ?? {};
    const isSeen = (language: string): boolean => (counts[language] ?? 0) > 0;
    const trained = meanAmount(chosen.map(run => run.trained ?? null));
    const over = (wanted: readonly string[]): Cell => meansOf(scored, metrics, wanted, measured);
    return {
      mixture,
      ...(differs === undefined ? {} : { differs }),
      runs: chosen.map(run => ({ folder: run.folder, seed: run.record.seed })),
      counts,
      ...(trained === null ? {} : { trained }),
      cells: cellsOfRows[i] ?? {},
      mean: over(languages),
      meanOthers: over(others),
      meanSeen: over(others.filter(isSeen)),
      meanUnseen: over(others.filter(language => !isSeen(language))),
    };
  });
  const independentLanguages = evaluated.some(
    ({ metrics: { languages: cells, correlations } }) =>
      Object.keys(cells).length > 1 && correlations === undefined,
  );
  const ownIdentifier = evaluated.every(({ record }) => settingsOf(record).identifier === null);
  const notes = [
    ...notesOf(rowsOfRuns),
    ...amountNotes(
      rows,
      ofExperiment.flatMap(({ chosen }) => chosen),
    ),
    ...languageNotes(rows, languages, ownIdentifier),
  ];
  return {
    ...(baseLanguage === null ? {} : { baseLanguage }),
    languages,
    rows,
    metrics,
    ...(notes.length === 0 ? {} : { notes }),
    independentLanguages,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isEvaluated(run: RunSummary): run is EvaluatedRun {
  return run.metrics !== null;
}

function cellsOf(runs: readonly EvaluatedRun[], languages: readonly string[]): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const language of languages) {
    const perRun = runs.flatMap(run => run.metrics.languages[language] ?? []);
    const cell: Partial<Record<MetricKey, MetricValue>> = {};
    for (const key of new Set(perRun.flatMap(metrics => Object.keys(metrics) as MetricKey[]))) {
      const mean = meanOverSeeds(
        key,
        perRun.flatMap(metrics => metrics[key] ?? []),
      );
      if (mean !== null) cell[key] = mean;
    }
    if (Object.keys(cell).length > 0) cells[language] = cell;
  }
  return cells;
}

function metricsOf(rows: readonly Readonly<Record<string, Cell>>[]): MetricKey[] {
  const found = new Set(
    rows.flatMap(row => Object.values(row)).flatMap(cell => Object.keys(cell) as MetricKey[]),
  );
  const main = mainMetrics.filter(key => found.has(key));
  return [...main, ...[...found].filter(key => key.includes(":")).sort(compare)];
}

/**
 * Averages each run over its languages, then over the runs, because a seed moves all languages of its run
 * together. Returns a mean only if the runs cover every language that any row has the metric for: means over
 * different languages are not comparable.
 */
function meansOf(
  runs: readonly EvaluatedRun[],
  metrics: readonly MetricKey[],
  languages: readonly string[],
  allRows: readonly Readonly<Record<string, Cell>>[],
): Cell {
  const means: Partial<Record<MetricKey, MetricValue>> = {};
  for (const key of metrics) {
    const wanted = languages.filter(language => allRows.some(row => row[language]?.[key] !== undefined));
    const ofRuns = runs.flatMap(({ metrics: { languages: cells, correlations } }) => {
      const values = wanted.flatMap(language => {
        const value = cells[language]?.[key];
        return value === undefined ? [] : [{ language, value }];
      });
      const whole = values.length === wanted.length;
      return whole ? (meanOverLanguages(key, values, correlations?.[key]) ?? []) : [];
    });
    const mean = meanOverSeeds(key, ofRuns);
    if (mean !== null) means[key] = mean;
  }
  return means;
}
