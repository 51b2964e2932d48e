// Writes the report as one HTML file that loads and executes nothing.

import { type Html, html, onLines, ownMarkup } from "../../common/html.ts";
import { displayName } from "../language/tags.ts";
import type { MetricKey } from "../records/records.ts";
import { buildCurve } from "../results/curve.ts";
import type { DifferencesTable } from "../results/differences.ts";
import { unmatchedNotes } from "../results/differencesText.ts";
import { leadingMetric, type ResultsTable, subsetValues } from "../results/resultsTable.ts";
import { amountsTables } from "../results/trainedAmounts.ts";
import { metricName } from "../scoring/metricNames.ts";
import type { StudyName } from "../study/studyNames.ts";
import { curveSvg } from "./curveSvg.ts";
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
  methodLines,
  otherMetrics,
  type ReportOptions,
  type SamplesByMixture,
  samplesNote,
} from "./reportText.ts";

const curveStudies: readonly StudyName[] = ["pinch-curve", "seen-and-unseen"];

/** @param samples no samples are shown when null, nor for a mixture that has none */
export function reportHtml(
  table: ResultsTable,
  samples: SamplesByMixture | null = null,
  options: ReportOptions = {},
): string {
  const title = options.title ?? defaultTitle;
  const body =
    table.rows.length === 0
      ? html`<p>There are no runs yet.</p>`
      : onLines(sections(table, samples, options));
  const generated = options.generated === undefined ? empty : html`<p class="quiet">${options.generated}</p>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${ownMarkup(reportStyle())}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${generated}
${body}
</main>
</body>
</html>
`.source;
}

function sections(table: ResultsTable, samples: SamplesByMixture | null, options: ReportOptions): Html[] {
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
    comparison === null ? empty : html`<p>${comparison}</p>`,
    ...(table.notes ?? []).map(note => html`<p><strong>Note:</strong> ${note}</p>`),
    studies.length === 0 ? empty : section("Study results", studiesHtml(studies)),
    section(
      "Scores by mixture and language",
      html`${heatMap(table, leading, linkOf)}${heatLegend(table, leading)}${hasSamples.size > 0 ? leadsToSamples : empty}`,
    ),
    // A study's own figure shows the same with less around it.
    studies.some(({ name }) => curveStudies.includes(name)) ? empty : curveSection(table, leading),
    table.metrics.includes("followed") ? section("Outcomes of the responses", outcomeShares(table)) : empty,
    subsetSection(table),
    others.length === 0
      ? empty
      : section(
          "Other metrics",
          html`${others.map(key =>
            folded(metricName(key), html`${heatMap(table, key, linkOf)}${heatLegend(table, key)}`),
          )}`,
        ),
    differences === null
      ? empty
      : section(`Differences from ${differences.against}`, differencesPart(table, differences)),
    comparisons.length === 0 ? empty : section("Side by side", onLines(comparisons.map(tableSection))),
    samples === null || hasSamples.size === 0
      ? empty
      : section("Samples", html`<p class="note">${samplesNote}</p>${sampleSections(table, samples)}`),
    section("Contents of each mixture", html`${countsTable(table)}${amountsTables(table).map(tableSection)}`),
    section("Measurement", measured(table, options)),
    lock === null ? empty : section("Lock", tableSection(lock)),
    apart.length === 0 ? empty : section(apartTitle, html`<p>${apartNote}</p>${listOf(apart)}`),
    limits.length === 0 ? empty : section("Limits", listOf(limits)),
  ];
}

const empty = html``;
const leadsToSamples = html`<p class="note">A cell leads to samples of its responses.</p>`;

function section(title: string, content: Html): Html {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

function folded(title: string, content: Html): Html {
  return html`<details><summary>${title}</summary>${content}</details>`;
}

function curveSection(table: ResultsTable, metric: MetricKey): Html {
  const curve = buildCurve(table, metric);
  if (curve === null || curve.points.length < 2) return empty;
  const caption =
    "Each mark is one mixture; whiskers are 95 % intervals. Others are means over languages, each counting the same.";
  const svg = ownMarkup(curveSvg(curve, tag => displayName(tag)));
  return section(
    `The more that is not in ${displayName(curve.baseLanguage)}`,
    html`<figure style="margin:0">${scrolling("Curve", svg)}<figcaption>${caption}</figcaption></figure>`,
  );
}

function subsetSection(table: ResultsTable): Html {
  const wordings = subsetValues(table, "followed", "wording");
  const tasks = subsetValues(table, "followed", "task");
  const parts = [
    ...(wordings.length > 1 ? [subsetTable(table, "wording", wordings)] : []),
    ...(tasks.length > 1 ? [folded("By kind of task", subsetTable(table, "task", tasks))] : []),
  ];
  return parts.length === 0 ? empty : section("Familiar and new wordings", html`${parts}`);
}

function differencesPart(table: ResultsTable, differences: DifferencesTable): Html {
  const notes = unmatchedNotes(differences).map(note => html`<p class="note">${note}</p>`);
  return onLines([tableSection(differencesTable(differences, table.baseLanguage)), ...notes]);
}

function measured(table: ResultsTable, { method, rates, stops, facts = [] }: ReportOptions): Html {
  const pairs = facts.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`);
  const list = pairs.length === 0 ? empty : html`<dl class="facts">${pairs}</dl>`;
  const tables = [method ?? [], rates ?? [], stops ?? []].flat().map(tableSection);
  return html`${tables}${list}${listOf(methodLines(table))}`;
}

function listOf(lines: readonly string[]): Html {
  return html`<ul>${lines.map(line => html`<li>${line}</li>`)}</ul>`;
}
