// Study sections of a report: figure, conclusions and numbers.

import { escapeMarkdown, type Html, html, onLines, ownMarkup } from "../../common/html.ts";
import { type DataTable, dataTableHtml, dataTableMarkdown } from "../figures/dataTable.ts";
import { displayName } from "../language/tags.ts";
import type { StudyResult } from "../study/studyResult.ts";
import { scrolling } from "./reportTables.ts";

/** Path of a study's figure, relative to the report. */
export function figurePath(slug: string): string {
  return `figures/${slug}.svg`;
}

const note =
  "Each study is shown for every score that covers it. Intervals are 95 %, over the prompts of all seeds at once; later tables combine those of single runs, and may differ slightly.";

/** Groups results by study, in the given order; each study appears once, with all of its scores. */
function grouped(studies: readonly StudyResult[]): StudyResult[][] {
  const titles = [...new Set(studies.map(({ title }) => title))];
  return titles.map(title => studies.filter(study => study.title === title));
}

export function studiesMarkdown(studies: readonly StudyResult[]): string[] {
  const parts = grouped(studies).flatMap(group => [
    `### ${escapeMarkdown(group[0]?.title ?? "")}`,
    ...group.flatMap(study => [
      `![${escapeMarkdown(`${study.title}: ${study.score}`)}](${figurePath(study.slug)})`,
      `*${escapeMarkdown(study.caption)}*`,
      study.reading.map(sentence => `- ${escapeMarkdown(sentence)}`).join("\n"),
      `<details><summary>Numbers</summary>\n\n${dataTableMarkdown(study.table)}\n\n</details>`,
    ]),
  ]);
  return [note, ...parts];
}

export function studiesHtml(studies: readonly StudyResult[]): Html {
  const parts = grouped(studies).map(group => {
    const scores = group.map(study => {
      const figure = scrolling(`${study.title}: ${study.score}`, ownMarkup(study.figure));
      const reading = study.reading.map(sentence => html`<li>${sentence.replaceAll(" %", "\u00a0%")}</li>`);
      return html`<div class="beside"><figure class="study">${figure}<figcaption>${study.caption}</figcaption></figure><ul class="reading">${reading}</ul></div><details><summary>Numbers</summary>${tableSection(study.table)}</details>`;
    });
    return html`<h3>${group[0]?.title ?? ""}</h3>${onLines(scores)}`;
  });
  return html`<p class="note">${note}</p>${onLines(parts)}`;
}

export function tableSection(table: DataTable): Html {
  return scrolling(table.caption, dataTableHtml(table));
}

/** Returns a key to the language tags: each tag with its English name. */
export function tagNames(tags: readonly string[]): string {
  return tags.map(tag => `${tag} ${displayName(tag)}`).join(", ");
}
