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

/** In the order given; each study once, with all of its scores. */
function grouped(studies: readonly StudyResult[]): StudyResult[][] {
  const titles = [...new Set(studies.map(({ title }) => title))];
  return titles.map(title => studies.filter(study => study.title === title));
}

export function studiesMarkdown(studies: readonly StudyResult[]): string[] {
  return grouped(studies).flatMap(group => [
    `### ${escapeMarkdown(group[0]?.title ?? "")}`,
    ...group.flatMap(study => [
      `![${escapeMarkdown(`${study.title}: ${study.score}`)}](${figurePath(study.slug)})`,
      `*${escapeMarkdown(study.caption)}*`,
      study.reading.map(sentence => `- ${escapeMarkdown(sentence)}`).join("\n"),
      `<details><summary>Numbers</summary>\n\n${dataTableMarkdown(study.table)}\n\n</details>`,
    ]),
  ]);
}

export function studiesHtml(studies: readonly StudyResult[]): string {
  return grouped(studies)
    .map(group => {
      const parts = group.map(
        study =>
          `<div class="beside"><figure class="study">${scrolling(`${study.title}: ${study.score}`, study.figure)}<figcaption>${escapeHtml(study.caption)}</figcaption></figure>` +
          `<ul class="reading">${study.reading.map(sentence => `<li>${escapeHtml(sentence).replaceAll(" %", "&nbsp;%")}</li>`).join("")}</ul></div>` +
          `<details><summary>Numbers</summary>${tableSection(study.table)}</details>`,
      );
      return `<h3>${escapeHtml(group[0]?.title ?? "")}</h3>${parts.join("\n")}`;
    })
    .join("\n");
}

export function tableSection(table: DataTable): string {
  return scrolling(table.caption, dataTableHtml(table));
}

/** Tags with their English names, for where only tags fit. */
export function tagNames(tags: readonly string[]): string {
  return tags.map(tag => `${tag} ${displayName(tag)}`).join(", ");
}
