// Choices on the results page that concern several of its parts.
import type { MetricKey, Outcome } from "../../src/core/records/records.ts";
import { leadingMetric, type ResultsRow } from "../../src/core/results/resultsTable.ts";
import type { SideBySideRow } from "../../src/core/results/sideBySide.ts";
import type { HiddenParts } from "../../src/protocol/resultsView.ts";
import { host, open, type TablePage, tablePage, update } from "./store.ts";

const noFilters = {
  outcome: "all",
  responseLanguage: null,
  text: "",
  everyLanguage: false,
  pairFilter: "all",
  offset: 0,
} as const;

export function chooseCell({ mixture, runs: [run] }: ResultsRow, language: string): void {
  if (run !== undefined) open({ ...noFilters, cell: { folder: run.folder, mixture, language } });
}

export interface MoreSamples {
  /** Absent for all outcomes. */
  readonly outcome?: Outcome;
  /** Mixtures whose responses are shown next to them. */
  readonly beside?: readonly ResultsRow[];
}

/** Opens the samples behind a point or a bar, in one language or all. */
export function openSamples(row: ResultsRow, language: string | null, more: MoreSamples = {}): void {
  const page = tablePage();
  const [run] = row.runs;
  const first = language ?? page?.table.languages.find(tag => row.cells[tag] !== undefined);
  if (page === null || run === undefined || first === undefined) return;
  const beside = (more.beside ?? []).flatMap(({ runs: [first] }) => first?.folder ?? []);
  open({
    ...noFilters,
    // A judge's score has pairs behind it, while this figure has samples.
    ...(page.sideBySide === undefined ? {} : { metric: leadingMetric(page.table) }),
    cell: { folder: run.folder, mixture: row.mixture, language: first },
    // Runs shown next to the samples stay, unless the click is about several mixtures.
    ...(beside.length > 0 ? { beside } : {}),
    outcome: more.outcome ?? "all",
    everyLanguage: language === null,
  });
}

/** Closes samples or pairs, and returns to the cell that they belong to, for the keyboard. */
export function closeDetail(): void {
  const cell = tablePage()?.cell;
  update({ cell: null });
  if (cell == null) return;
  const [mixture, language] = [cell.mixture, cell.language].map(name => CSS.escape(name));
  const button = `.cell[data-mixture="${mixture}"][data-language="${language}"]`;
  document.querySelector<HTMLElement>(button)?.focus({ preventScroll: true });
}

/** Shows the same cell by another metric, without its filters. */
export function chooseMetric(metric: MetricKey): void {
  update({ metric, outcome: "all", pairFilter: "all", offset: 0 });
}

export function hide(hidden: HiddenParts): void {
  update({ hidden });
  host.post({ type: "hide", hidden });
}

/** The comparison behind the chosen cell, or that of another seed if the cell's run has none. */
export function comparedRun({ cell, sideBySide }: TablePage): SideBySideRow["runs"][number] | undefined {
  const runs = sideBySide?.rows.find(({ mixture }) => mixture === cell?.mixture)?.runs ?? [];
  return runs.find(({ folder }) => folder === cell?.folder) ?? runs[0];
}

export function ratePairs(): void {
  const page = tablePage();
  if (page === null) return;
  const run = comparedRun(page) ?? page.sideBySide?.rows[0]?.runs[0];
  host.post({ type: "rate", folder: run?.folder ?? null, comparison: run?.comparison ?? null });
}
