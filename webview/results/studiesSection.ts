// The studies that the mixtures contain: figure, reading and table for each score.
import { figureRules, standaloneFigure } from "../../src/core/figures/figureStyle.ts";
import type { MarkSource } from "../../src/core/figures/svg.ts";
import type { StudyResult } from "../../src/core/study/studyResult.ts";
import { h } from "../shared/dom.ts";
import { readTheme } from "../shared/theme.ts";
import type { PageInput } from "./page.ts";
import { leftOutWarnings } from "./sections.ts";
import { makeMarksOpen } from "./studyMarks.ts";

const style = new CSSStyleSheet();
document.adoptedStyleSheets.push(style);

export function studiesSection(input: PageInput): HTMLElement {
  const { memory, studies } = input;
  const { update } = input.actions;
  style.replaceSync(figureRules(readTheme().light ? "light" : "dark"));
  const details = h(
    "details",
    { class: "studies", "data-testid": "studies" },
    h("summary", { "data-focus": "studies" }, h("h2", {}, "Studies")),
    h("p", { class: "muted" }, "Results of the paper's experiments with these runs, as in the report."),
    ...(studies.fault === null ? [] : [h("p", { class: "fault", role: "alert" }, studies.fault)]),
    ...(memory.studiesOpen ? [...leftOutWarnings(studies.value?.leftOut), ...studyParts(input)] : []),
  );
  details.open = memory.studiesOpen;
  details.addEventListener("toggle", () => {
    if (details.open !== memory.studiesOpen) update({ studiesOpen: details.open });
  });
  return details;
}

function studyParts({ studies: { value, fault }, figures, table, actions }: PageInput): HTMLElement[] {
  if (value === null)
    return fault === null ? [h("p", { role: "status" }, "Reading the samples of all runs…")] : [];
  if (value.studies.length === 0)
    return [h("p", {}, "These mixtures do not form any of the studies (pinch study lists them).")];
  const open = ({ mixtures, language }: MarkSource): void => {
    const [row, ...beside] = mixtures.flatMap(
      name => table.rows.find(({ mixture }) => mixture === name) ?? [],
    );
    if (row !== undefined) actions.openSamples(row, language, { beside });
  };
  return value.studies.map(study =>
    figures.section({
      id: `study-${study.slug}`,
      title: `${study.title}: ${study.score}`,
      words: study.reading,
      table: study.table,
      note: h("p", { class: "muted" }, study.caption, " Click a cell, a point or a bar to see its samples."),
      body: h(
        "div",
        { class: "study-frame", tabindex: "0", role: "region", "aria-label": study.title },
        ...figureOf(study, open),
      ),
      svg: standaloneFigure(study.figure),
    }),
  );
}

/** Parses our own drawing as a separate tree, never as markup of the page. */
function figureOf({ figure, slug }: StudyResult, open: (source: MarkSource) => void): SVGElement[] {
  const parsed = new DOMParser().parseFromString(figure, "image/svg+xml").documentElement;
  if (!(parsed instanceof SVGElement)) return [];
  for (const element of [parsed, ...parsed.querySelectorAll("*")]) {
    const strange = element.localName === "script" || element.localName === "foreignObject";
    if (strange) element.remove();
  }
  const drawn = document.importNode(parsed, true);
  makeMarksOpen(drawn, slug, open);
  return [drawn];
}
