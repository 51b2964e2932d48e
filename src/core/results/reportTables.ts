// The tables of the HTML report: heat maps, outcome shares, wordings, and realised counts.
import { displayName } from "../language/tags.ts";
import { baseMixtureName, type MetricKey, type MetricValue } from "../run/records.ts";
import { isRate } from "./combine.ts";
import { formatInterval, formatScore, metricName, metricUnit, subsetKey } from "./format.ts";
import { heatStep, heatSteps } from "./heatColours.ts";
import { escapeHtml } from "./html.ts";
import { mixtureLabel, othersName, totalOf } from "./reportText.ts";
import type { ResultsRow, ResultsTable } from "./resultsTable.ts";

/** Address of a cell's samples in the page, or null where there are none. */
export type SampleLink = (mixture: string, language: string) => string | null;

const noLinks: SampleLink = () => null;

/** A region that scrolls by itself, reachable by keyboard. */
export function scrolling(label: string, content: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(label)}">${content}</div>`;
}

export function heatMap(table: ResultsTable, metric: MetricKey, linkOf: SampleLink = noLinks): string {
  const [lowest, highest] = ends(table, metric);
  const coloured = (
    value: MetricValue | undefined,
    href: string | null,
    tuned: number,
    digits?: number,
  ): string => {
    if (value === undefined) return '<td class="none"><span class="cell">–</span></td>';
    const inner =
      `<b>${formatScore(metric, value.value)}</b>` +
      `<small>${formatInterval(metric, value, "–", digits)}</small>`;
    const title = `n = ${value.n}${tuned > 0 ? `, tuned on ${tuned} examples in this language` : ""}`;
    const mark = tuned > 0 ? '<span class="tuned" aria-hidden="true"></span>' : "";
    const body =
      href === null
        ? `<span class="cell" title="${title}">${inner}</span>`
        : `<a href="#${href}" title="${title}; see samples">${inner}</a>`;
    return `<td class="h${heatStep(value.value, lowest, highest)}">${body}${mark}</td>`;
  };
  // One language has few prompts: tenths of its interval would be noise.
  const cellDigits = isRate(metric) ? 0 : 2;
  const withOthers = table.baseLanguage !== undefined;
  const head = table.languages
    .map(
      tag => `<th scope="col"><b>${escapeHtml(tag)}</b><small>${escapeHtml(displayName(tag))}</small></th>`,
    )
    .join("");
  const others = withOthers
    ? `<th scope="col"><b>mean</b><small>not ${escapeHtml(table.baseLanguage ?? "")}</small></th>`
    : "";
  const rows = table.rows.map(row => {
    const cells = table.languages.map(tag =>
      coloured(row.cells[tag]?.[metric], linkOf(row.mixture, tag), row.counts[tag] ?? 0, cellDigits),
    );
    return (
      `<tr>${rowHead(row)}${coloured(row.mean[metric], null, 0)}` +
      `${withOthers ? coloured(row.meanOthers[metric], null, 0) : ""}<td class="gap"></td>${cells.join("")}</tr>`
    );
  });
  const caption = `${metricName(metric)} (${metricUnit(metric)}), with 95 % interval.`;
  return scrolling(
    metricName(metric),
    `<table class="heat"><caption>${escapeHtml(caption)}</caption><thead><tr><th scope="col">Mixture</th>` +
      `<th scope="col"><b>mean</b><small>all</small></th>${others}<td class="gap"></td>${head}</tr></thead>` +
      `<tbody>${rows.join("\n")}</tbody></table>`,
  );
}

/** The scale under a heat map, and what the dot means. */
export function heatLegend(table: ResultsTable, metric: MetricKey): string {
  const [lowest, highest] = ends(table, metric);
  const steps = Array.from({ length: heatSteps }, (_, step) => `<i class="h${step}"></i>`).join("");
  const unit = isRate(metric) ? " %" : " nats";
  const end = (value: number): string => `${formatScore(metric, value, isRate(metric) ? 0 : 2)}${unit}`;
  return (
    `<p class="scale"><span>${end(lowest)}</span><span class="bar" aria-hidden="true">${steps}</span>` +
    `<span>${end(highest)}</span><span><span class="dot" aria-hidden="true"></span> in a corner: the mixture has examples in this language</span></p>`
  );
}

/** Values at the pale and the strong end; a likelihood is better the lower it is. */
function ends(table: ResultsTable, metric: MetricKey): [number, number] {
  if (isRate(metric)) return [0, 1];
  const values = table.rows.flatMap(row =>
    table.languages.flatMap(tag => row.cells[tag]?.[metric]?.value ?? []),
  );
  return [Math.max(...values), Math.min(...values)];
}

function rowHead(row: ResultsRow): string {
  const seeds = row.runs.length > 1 ? `<br><small>${row.runs.length} seeds</small>` : "";
  return `<th scope="row">${escapeHtml(mixtureLabel(row.mixture))}${seeds}</th>`;
}

const outcomes = [
  { key: "followed", name: "followed" },
  { key: "wrongLanguage", name: "wrong language" },
  { key: "wrongAnswer", name: "wrong answer" },
] as const;

/** What became of the responses, in the other languages and in the base language apart. */
export function outcomeShares(table: ResultsTable): string {
  const { baseLanguage } = table;
  const shares = (
    title: string,
    of: (row: ResultsRow) => Readonly<Partial<Record<MetricKey, MetricValue>>> | undefined,
  ): string => {
    const rows = table.rows.map(row => {
      const values = outcomes.map(({ key }) => of(row)?.[key]);
      const bar = values
        .map((value, i) => {
          const percent = formatScore("followed", value?.value ?? 0);
          return `<i class="${outcomes[i]?.key ?? ""}" style="width:${percent}%"></i>`;
        })
        .join("");
      const numbers = values.map(
        value => `<td>${value === undefined ? "–" : formatScore("followed", value.value)}</td>`,
      );
      return `<tr>${rowHead(row)}<td><span class="shares" aria-hidden="true">${bar}</span></td>${numbers.join("")}</tr>`;
    });
    const heads = outcomes
      .map(({ key, name }) => {
        const [first = "", ...rest] = name.split(" ");
        const word = `<span class="together"><i class="key ${key}"></i>${first}</span>`;
        return `<th scope="col">${[word, ...rest].join(" ")}</th>`;
      })
      .join("");
    return scrolling(
      title,
      `<table class="plain"><caption>${escapeHtml(title)}, % of prompts.</caption><thead><tr><th scope="col">Mixture</th>` +
        `<td></td>${heads}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`,
    );
  };
  const others = shares(`Mean over ${othersName(table)}`, row => row.meanOthers);
  if (baseLanguage === undefined || !table.languages.includes(baseLanguage)) return others;
  return `<div class="pair">${others}${shares(displayName(baseLanguage), row => row.cells[baseLanguage])}</div>`;
}

/** One column per value of a tag: mean over the other languages. */
export function subsetTable(table: ResultsTable, tag: string, values: readonly string[]): string {
  const heads = values.map(value => `<th scope="col">${escapeHtml(value)}</th>`).join("");
  const rows = table.rows.map(row => {
    const cells = values.map(value => {
      const score = row.meanOthers[subsetKey("followed", tag, value)];
      if (score === undefined) return '<td class="none"><span class="cell">–</span></td>';
      return (
        `<td class="h${heatStep(score.value, 0, 1)}"><span class="cell" title="n = ${score.n}"><b>${formatScore("followed", score.value)}</b>` +
        `<small>${formatInterval("followed", score, "–")}</small></span></td>`
      );
    });
    return `<tr>${rowHead(row)}${cells.join("")}</tr>`;
  });
  const caption = `${metricName("followed")}, by ${tag}: mean over ${othersName(table)} (%), with 95 % interval.`;
  return scrolling(
    caption,
    `<table class="heat"><caption>${escapeHtml(caption)}</caption><thead><tr><th scope="col">Mixture</th>${heads}</tr></thead>` +
      `<tbody>${rows.join("\n")}</tbody></table>`,
  );
}

/** Examples of each language that each mixture was tuned on. */
export function countsTable(table: ResultsTable): string {
  const tuned = table.rows.filter(row => row.mixture !== baseMixtureName);
  const languages = [...new Set([...table.languages, ...tuned.flatMap(row => Object.keys(row.counts))])];
  const heads = languages.map(tag => `<th scope="col">${escapeHtml(tag)}</th>`).join("");
  const rows = tuned.map(row => {
    const cells = languages.map(tag => `<td>${row.counts[tag] ?? 0}</td>`).join("");
    return `<tr>${rowHead(row)}<td>${totalOf(row.counts)}</td>${cells}</tr>`;
  });
  return scrolling(
    "Examples per language",
    `<table class="plain"><caption>Examples that each mixture was tuned on, by language.</caption><thead><tr>` +
      `<th scope="col">Mixture</th><th scope="col">total</th>${heads}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`,
  );
}
