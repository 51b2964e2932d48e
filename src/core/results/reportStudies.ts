// The studies in a report: figure, what it says in words, and its numbers.
import { displayName } from "../language/tags.ts";
import type { StudyResult } from "../study/studyResult.ts";
import { type DataTable, dataTableHtml, dataTableMarkdown } from "./dataTable.ts";
import { escapeHtml, escapeMarkdown } from "./html.ts";
import { scrolling } from "./reportTables.ts";

/** Where a study's figure lies, beside the report. */
export function figurePath(slug: string): string {
  return `figures/${slug}.svg`;
}

const note =
  "Each study is read by every score that covers it. Intervals are 95 %, over the prompts of all seeds at once; the tables further on combine those of single runs, and may differ a little.";

/** In the order given; each study once, with all of its scores. */
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

export function studiesHtml(studies: readonly StudyResult[]): string {
  const parts = grouped(studies)
    .map(group => {
      const scores = group.map(
        study =>
          `<div class="beside"><figure class="study">${scrolling(`${study.title}: ${study.score}`, study.figure)}<figcaption>${escapeHtml(study.caption)}</figcaption></figure>` +
          `<ul class="reading">${study.reading.map(sentence => `<li>${escapeHtml(sentence).replaceAll(" %", "&nbsp;%")}</li>`).join("")}</ul></div>` +
          `<details><summary>Numbers</summary>${tableSection(study.table)}</details>`,
      );
      return `<h3>${escapeHtml(group[0]?.title ?? "")}</h3>${scores.join("\n")}`;
    })
    .join("\n");
  return `<p class="note">${escapeHtml(note)}</p>${parts}`;
}

export function tableSection(table: DataTable): string {
  return scrolling(table.caption, dataTableHtml(table));
}

/** Tags with their English names, for where only tags fit. */
export function tagNames(tags: readonly string[]): string {
  return tags.map(tag => `${tag} ${displayName(tag)}`).join(", ");
}
