// Tables of the HTML report: heat maps, outcome shares, wordings, and actual counts.

import { type Html, html, onLines } from "../../common/html.ts";
import { heatStep, heatSteps } from "../figures/heatColours.ts";
import { displayName } from "../language/tags.ts";
import { isRate } from "../records/metricsRecord.ts";
import { outcomeWords } from "../records/outcomeWords.ts";
import type { MetricKey } from "../records/records.ts";
import { mixtureLabel, type ResultsRow, type ResultsTable, subsetKey } from "../results/resultsTable.ts";
import { formatInterval, formatScore, metricName, metricUnit } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { othersName, totalOf } from "./reportText.ts";
import { tunedCounts } from "./tunedCounts.ts";

/** Returns the link to a cell's samples within the page, or null when there are none. */
export type SampleLink = (mixture: string, language: string) => string | null;

const noLinks: SampleLink = () => null;

/** Wraps content in a region that scrolls independently and can be reached with the keyboard. */
export function scrolling(label: string, content: Html): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${content}</div>`;
}

const noCell = html`<td class="none"><span class="cell">–</span></td>`;
const empty = html``;

export function heatMap(table: ResultsTable, metric: MetricKey, linkOf: SampleLink = noLinks): Html {
  const [lowest, highest] = ends(table, metric);
  const coloured = (
    value: MetricValue | undefined,
    href: string | null,
    tuned: number,
    digits?: number,
  ): Html => {
    if (value === undefined) return noCell;
    const inner = html`<b>${formatScore(metric, value.value)}</b><small>${formatInterval(metric, value, "–", digits)}</small>`;
    const title = `n = ${value.n}${tuned > 0 ? `, tuned on ${tuned} examples in this language` : ""}`;
    const mark = tuned > 0 ? html`<span class="tuned" aria-hidden="true"></span>` : empty;
    const body =
      href === null
        ? html`<span class="cell" title="${title}">${inner}</span>`
        : html`<a href="#${href}" title="${title}; see samples">${inner}</a>`;
    return html`<td class="h${heatStep(value.value, lowest, highest)}">${body}${mark}</td>`;
  };
  // A single language has few prompts: a decimal would only show noise.
  const cellDigits = isRate(metric) ? 0 : 2;
  const withOthers = table.baseLanguage !== undefined;
  const head = table.languages.map(
    tag => html`<th scope="col"><b>${tag}</b><small>${displayName(tag)}</small></th>`,
  );
  const others = withOthers
    ? html`<th scope="col"><b>mean</b><small>not ${table.baseLanguage ?? ""}</small></th>`
    : empty;
  const rows = table.rows.map(row => {
    const cells = table.languages.map(tag =>
      coloured(row.cells[tag]?.[metric], linkOf(row.mixture, tag), row.counts[tag] ?? 0, cellDigits),
    );
    const ofOthers = withOthers ? coloured(row.meanOthers[metric], null, 0) : empty;
    return html`<tr>${rowHead(row)}${coloured(row.mean[metric], null, 0)}${ofOthers}<td class="gap"></td>${cells}</tr>`;
  });
  const caption = `${metricName(metric)} (${metricUnit(metric)}), with 95 % interval.`;
  const means = html`<th scope="col"><b>mean</b><small>all</small></th>${others}`;
  return scrolling(
    metricName(metric),
    html`<table class="heat"><caption>${caption}</caption><thead><tr><th scope="col">Mixture</th>${means}<td class="gap"></td>${head}</tr></thead><tbody>${onLines(rows)}</tbody></table>`,
  );
}

/** Draws the scale under a heat map and explains the dot. */
export function heatLegend(table: ResultsTable, metric: MetricKey): Html {
  const [lowest, highest] = ends(table, metric);
  const steps = Array.from({ length: heatSteps }, (_, step) => html`<i class="h${step}"></i>`);
  const unit = isRate(metric) ? " %" : " nats";
  const end = (value: number): string => `${formatScore(metric, value, isRate(metric) ? 0 : 2)}${unit}`;
  return html`<p class="scale"><span>${end(lowest)}</span><span class="bar" aria-hidden="true">${steps}</span><span>${end(highest)}</span><span><span class="dot" aria-hidden="true"></span> in a corner: the mixture has examples in this language</span></p>`;
}

/** Values at the pale and the strong end of the scale; a lower likelihood loss is better. */
function ends(table: ResultsTable, metric: MetricKey): [number, number] {
  if (isRate(metric)) return [0, 1];
  const values = table.rows.flatMap(row =>
    table.languages.flatMap(tag => row.cells[tag]?.[metric]?.value ?? []),
  );
  return [Math.max(...values), Math.min(...values)];
}

function rowHead(row: ResultsRow): Html {
  const seeds = row.runs.length > 1 ? html`<br><small>${row.runs.length} seeds</small>` : empty;
  return html`<th scope="row">${mixtureLabel(row.mixture)}${seeds}</th>`;
}

const shownOutcomes = ["followed", "wrongLanguage", "wrongAnswer"] as const;

/** Table of outcome shares, with the base language and the other languages separate. */
export function outcomeShares(table: ResultsTable): Html {
  const { baseLanguage } = table;
  const shares = (
    title: string,
    of: (row: ResultsRow) => Readonly<Partial<Record<MetricKey, MetricValue>>> | undefined,
  ): Html => {
    const rows = table.rows.map(row => {
      const values = shownOutcomes.map(key => of(row)?.[key]);
      const bar = values.map((value, i) => {
        const percent = formatScore("followed", value?.value ?? 0);
        return html`<i class="${shownOutcomes[i] ?? ""}" style="width:${percent}%"></i>`;
      });
      const numbers = values.map(
        value => html`<td>${value === undefined ? "–" : formatScore("followed", value.value)}</td>`,
      );
      return html`<tr>${rowHead(row)}<td><span class="shares" aria-hidden="true">${bar}</span></td>${numbers}</tr>`;
    });
    const heads = shownOutcomes.map(key => {
      const [first = "", ...rest] = outcomeWords[key].split(" ");
      const words = rest.map(word => ` ${word}`).join("");
      return html`<th scope="col"><span class="together"><i class="key ${key}"></i>${first}</span>${words}</th>`;
    });
    return scrolling(
      title,
      html`<table class="plain"><caption>${title}, % of prompts.</caption><thead><tr><th scope="col">Mixture</th><td></td>${heads}</tr></thead><tbody>${onLines(rows)}</tbody></table>`,
    );
  };
  const others = shares(`Mean over ${othersName(table)}`, row => row.meanOthers);
  if (baseLanguage === undefined || !table.languages.includes(baseLanguage)) return others;
  return html`<div class="pair">${others}${shares(displayName(baseLanguage), row => row.cells[baseLanguage])}</div>`;
}

/** Table of means over the other languages, with one column per value of a tag. */
export function subsetTable(table: ResultsTable, tag: string, values: readonly string[]): Html {
  const heads = values.map(value => html`<th scope="col">${value}</th>`);
  const rows = table.rows.map(row => {
    const cells = values.map(value => {
      const score = row.meanOthers[subsetKey("followed", tag, value)];
      if (score === undefined) return noCell;
      const inner = html`<b>${formatScore("followed", score.value)}</b><small>${formatInterval("followed", score, "–")}</small>`;
      return html`<td class="h${heatStep(score.value, 0, 1)}"><span class="cell" title="n = ${score.n}">${inner}</span></td>`;
    });
    return html`<tr>${rowHead(row)}${cells}</tr>`;
  });
  const caption = `${metricName("followed")}, by ${tag}: mean over ${othersName(table)} (%), with 95 % interval.`;
  return scrolling(
    caption,
    html`<table class="heat"><caption>${caption}</caption><thead><tr><th scope="col">Mixture</th>${heads}</tr></thead><tbody>${onLines(rows)}</tbody></table>`,
  );
}

/** Table of the number of examples in each language that each mixture was tuned on. */
export function countsTable(table: ResultsTable): Html {
  const { rows: tuned, languages } = tunedCounts(table);
  const heads = languages.map(tag => html`<th scope="col">${tag}</th>`);
  const rows = tuned.map(row => {
    const cells = languages.map(tag => html`<td>${row.counts[tag] ?? 0}</td>`);
    return html`<tr>${rowHead(row)}<td>${totalOf(row.counts)}</td>${cells}</tr>`;
  });
  return scrolling(
    "Examples per language",
    html`<table class="plain"><caption>Examples that each mixture was tuned on, by language.</caption><thead><tr><th scope="col">Mixture</th><th scope="col">total</th>${heads}</tr></thead><tbody>${onLines(rows)}</tbody></table>`,
  );
}
