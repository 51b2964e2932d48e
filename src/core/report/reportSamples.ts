// Shows a few responses of each cell, for the same prompts in every mixture, to make scores verifiable.

import { type Html, html, languageAttributes, onLines } from "../../common/html.ts";
import { displayName } from "../language/tags.ts";
import type { Outcome, SampleRecord } from "../records/records.ts";
import { leadingMetric, mixtureLabel, type ResultsTable } from "../results/resultsTable.ts";
import { formatInterval, formatScore } from "../scoring/metricNames.ts";
import type { SamplesByMixture } from "./reportText.ts";

const samplesPerCell = 6;
/** Maximum number of samples on a page: beyond it, many mixtures and languages make the page slow to open. */
const samplesPerPage = 1000;

/** Element id of a cell's list, made of numbers because mixture names may contain any character. */
export function sampleAnchor(table: ResultsTable, mixture: string, language: string): string {
  const row = table.rows.findIndex(one => one.mixture === mixture);
  return `samples-${row}-${table.languages.indexOf(language)}`;
}

/** Returns the ids of the prompts shown in one language, spread over the tasks, then over the file. */
export function chosenIds(samples: readonly SampleRecord[], limit = samplesPerCell): string[] {
  const byTask = new Map<string, string[]>();
  for (const sample of samples) {
    const task = sample.tags.task ?? "";
    const ids = byTask.get(task);
    if (ids === undefined) byTask.set(task, [sample.id]);
    else if (!ids.includes(sample.id)) ids.push(sample.id);
  }
  const queues = [...byTask.values()];
  if (queues.length === 1) return spread(queues[0] ?? [], limit);
  const tasks = spread(queues, limit);
  const rounds = Math.ceil(limit / Math.max(1, tasks.length));
  const chosen = tasks.flatMap((ids, at) => {
    // Start at a different place in each task, so that the prompts do not all share one wording or one fact.
    const start = Math.floor((ids.length * at) / Math.max(1, tasks.length));
    return Array.from(
      { length: Math.min(rounds, ids.length) },
      (_, round) => ids[(start + round) % ids.length] ?? "",
    );
  });
  return chosen.slice(0, limit);
}

function spread<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, i) => items[Math.floor((i * items.length) / limit)] as T);
}

/** Number of samples shown in a cell. */
function shownOf({ rows, languages }: ResultsTable): number {
  const fitting = Math.floor(samplesPerPage / (rows.length * languages.length));
  return Math.max(1, Math.min(samplesPerCell, fitting));
}

export function sampleSections(table: ResultsTable, samples: SamplesByMixture): Html {
  const metric = leadingMetric(table);
  const sections = table.languages.map(language => {
    const ofLanguage = (mixture: string): SampleRecord[] =>
      (samples.get(mixture) ?? []).filter(sample => sample.language === language);
    const first = table.rows.map(row => ofLanguage(row.mixture)).find(list => list.length > 0) ?? [];
    if (first.length === 0) return html``;
    const ids = chosenIds(first, shownOf(table));
    const cells = table.rows.map(row => {
      const own = ofLanguage(row.mixture);
      const shown = ids.flatMap(id => own.find(sample => sample.id === id) ?? []);
      if (shown.length === 0) return html``;
      const value = row.cells[language]?.[metric];
      const score =
        value === undefined
          ? ""
          : `: ${formatScore(metric, value.value)} (${formatInterval(metric, value, "–")}), n = ${value.n}`;
      const summary = html`${mixtureLabel(row.mixture)}<span>${score}; ${shown.length} of ${own.length} shown</span>`;
      return html`<details class="inner"><summary>${summary}</summary><ul class="samples" id="${sampleAnchor(table, row.mixture, language)}">${onLines(shown.map(item))}</ul></details>`;
    });
    return html`<details><summary>${displayName(language)} <span>${language}</span></summary>${onLines(cells)}</details>`;
  });
  return onLines(sections);
}

const verdicts: Readonly<Record<Outcome, string>> = {
  followed: "✓ Followed",
  wrongLanguage: "⇄ Wrong language",
  wrongAnswer: "✗ Wrong answer",
  unchecked: "○ Right language, nothing to check",
  noLanguage: "∅ No language, nothing to check",
  unscored: "○ Language not scored",
};

function item(sample: SampleRecord): Html {
  const details = [verdictDetail(sample), ...(sample.stopped ? [] : ["cut off at the token limit"])].filter(
    text => text !== "",
  );
  const tags = Object.entries(sample.tags).map(([tag, value]) => `${tag} ${value}`);
  const note = [...details, ...tags].join(" · ");
  const reference =
    sample.reference === null
      ? html``
      : html`<dt>Reference</dt><dd ${languageAttributes(sample.language)}>${sample.reference}</dd>`;
  const response =
    sample.response.trim() === ""
      ? html`<dd class="quiet">(empty)</dd>`
      : html`<dd ${languageAttributes(sample.answeredIn ?? sample.responseLanguage)}>${sample.response.trim()}</dd>`;
  const prompt = html`<dt>Prompt</dt><dd ${languageAttributes(sample.language)}>${sample.prompt}</dd>`;
  const head = html`<i class="key ${sample.outcome}"></i><b>${verdicts[sample.outcome]}</b>${note === "" ? "" : ` · ${note}`}`;
  return html`<li><span class="verdict">${head}</span><dl>${prompt}<dt>Response</dt>${response}${reference}</dl></li>`;
}

function verdictDetail(sample: SampleRecord): string {
  if (sample.outcome !== "wrongLanguage") return "";
  if (sample.answeredIn !== null) return `right answer, in ${displayName(sample.answeredIn)}`;
  if (sample.responseLanguage === "und") return "no language identified";
  return sample.responseLanguage === sample.language ? "" : `in ${displayName(sample.responseLanguage)}`;
}
