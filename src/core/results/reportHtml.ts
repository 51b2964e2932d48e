// The report as one HTML file: nothing is loaded, nothing is executed.
import { displayName } from "../language/tags.ts";
import type { MetricKey } from "../run/records.ts";
import type { StudyName } from "../study/studyNames.ts";
import { amountsTables } from "./amounts.ts";
import { buildCurve } from "./curve.ts";
import { curveSvg } from "./curveSvg.ts";
import type { DifferencesTable } from "./differences.ts";
import { unmatchedNotes } from "./differencesText.ts";
import { leadingMetric, metricName, subsetValues } from "./format.ts";
import { escapeHtml } from "./html.ts";
import { differencesTable } from "./reportDifferences.ts";
import { sampleAnchor, sampleSections } from "./reportSamples.ts";
import { studiesHtml, tableSection } from "./reportStudies.ts";
import { reportStyle } from "./reportStyle.ts";
import { countsTable, heatLegend, heatMap, outcomeShares, scrolling, subsetTable } from "./reportTables.ts";
import {
  apartNote,
  apartTitle,
  defaultTitle,
  firstComparison,
  howMeasured,
  otherMetrics,
  type ReportOptions,
  type SamplesByMixture,
  samplesNote,
} from "./reportText.ts";
import type { ResultsTable } from "./resultsTable.ts";

const curveStudies: readonly StudyName[] = ["pinch-curve", "seen-and-unseen"];

/** @param samples null or without a mixture: no samples are shown there */
export function reportHtml(
  table: ResultsTable,
  samples: SamplesByMixture | null = null,
  options: ReportOptions = {},
): string {
  const title = escapeHtml(options.title ?? defaultTitle);
  const body =
    table.rows.length === 0 ? "<p>There are no runs yet.</p>" : sections(table, samples, options).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${reportStyle()}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${options.generated === undefined ? "" : `<p class="quiet">${escapeHtml(options.generated)}</p>`}
${body}
</main>
</body>
</html>
`;
}

function sections(table: ResultsTable, samples: SamplesByMixture | null, options: ReportOptions): string[] {
  const leading = leadingMetric(table);
  const comparison = firstComparison(table, options.differences ?? null);
  const hasSamples = new Set(
    [...(samples ?? [])].flatMap(([mixture, list]) =>
      list.map(sample => `${mixture}\u0000${sample.language}`),
    ),
  );
  const linkOf = (mixture: string, language: string): string | null =>
    hasSamples.has(`${mixture}\u0000${language}`) ? sampleAnchor(table, mixture, language) : null;
  const others = otherMetrics(table);
  const {
    studies = [],
    differences = null,
    comparisons = [],
    lock = null,
    limits = [],
    apart = [],
  } = options;
  return [
    comparison === null ? "" : `<p>${escapeHtml(comparison)}</p>`,
    ...(table.notes ?? []).map(note => `<p><strong>Note:</strong> ${escapeHtml(note)}</p>`),
    studies.length === 0 ? "" : section("What the studies say", studiesHtml(studies)),
    section(
      "Scores by mixture and language",
      heatMap(table, leading, linkOf) +
        heatLegend(table, leading) +
        (hasSamples.size > 0 ? '<p class="note">A cell leads to samples of its responses.</p>' : ""),
    ),
    // A study's own figure shows the same, with less beside it.
    studies.some(({ name }) => curveStudies.includes(name)) ? "" : curveSection(table, leading),
    table.metrics.includes("followed") ? section("What became of the responses", outcomeShares(table)) : "",
    subsetSection(table),
    others.length === 0
      ? ""
      : section(
          "Other metrics",
          others
            .map(key => folded(metricName(key), heatMap(table, key, linkOf) + heatLegend(table, key)))
            .join(""),
        ),
    differences === null
      ? ""
      : section(`Differences from ${differences.against}`, differencesPart(table, differences)),
    comparisons.length === 0 ? "" : section("Side by side", comparisons.map(tableSection).join("\n")),
    samples === null || hasSamples.size === 0
      ? ""
      : section("Samples", `<p class="note">${escapeHtml(samplesNote)}</p>${sampleSections(table, samples)}`),
    section("What each mixture holds", countsTable(table) + amountsTables(table).map(tableSection).join("")),
    section("How it was measured", measured(table, options)),
    lock === null ? "" : section("Lock", tableSection(lock)),
    apart.length === 0 ? "" : section(apartTitle, `<p>${escapeHtml(apartNote)}</p>${listOf(apart)}`),
    limits.length === 0 ? "" : section("Limits", listOf(limits)),
  ];
}

function section(title: string, content: string): string {
  return `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;
}

function folded(title: string, content: string): string {
  return `<details><summary>${escapeHtml(title)}</summary>${content}</details>`;
}

function curveSection(table: ResultsTable, metric: MetricKey): string {
  const curve = buildCurve(table, metric);
  if (curve === null || curve.points.length < 2) return "";
  const caption =
    "Each mark is one mixture; whiskers are 95 % intervals. Others are means over languages, each counting the same.";
  return section(
    `The more that is not in ${displayName(curve.baseLanguage)}`,
    `<figure style="margin:0">${scrolling(
      "Curve",
      curveSvg(curve, tag => displayName(tag)),
    )}<figcaption>${caption}</figcaption></figure>`,
  );
}

function subsetSection(table: ResultsTable): string {
  const wordings = subsetValues(table, "followed", "wording");
  const tasks = subsetValues(table, "followed", "task");
  const parts = [
    wordings.length > 1 ? subsetTable(table, "wording", wordings) : "",
    tasks.length > 1 ? folded("By kind of task", subsetTable(table, "task", tasks)) : "",
  ].join("");
  return parts === "" ? "" : section("Familiar and new wordings", parts);
}

function differencesPart(table: ResultsTable, differences: DifferencesTable): string {
  const notes = unmatchedNotes(differences).map(note => `<p class="note">${escapeHtml(note)}</p>`);
  return [tableSection(differencesTable(differences, table.baseLanguage)), ...notes].join("\n");
}

function measured(table: ResultsTable, { method, rates = null, facts = [] }: ReportOptions): string {
  const pairs = facts.map(([label, text]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd>`);
  const list = pairs.length === 0 ? "" : `<dl class="facts">${pairs.join("")}</dl>`;
  const tables = [method ?? [], rates ?? []].flat().map(tableSection).join("");
  return `${tables}${list}${listOf(howMeasured(table))}`;
}

function listOf(lines: readonly string[]): string {
  return `<ul>${lines.map(line => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;
}
