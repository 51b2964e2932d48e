// The studies that the mixtures contain: figure, reading and table for each score.
import { useLayoutEffect, useRef } from "preact/hooks";
import { figureRules, standaloneFigure } from "../../src/core/figures/figureStyle.ts";
import type { MarkSource } from "../../src/core/figures/svg.ts";
import type { ResultsTable } from "../../src/core/results/resultsTable.ts";
import type { StudyResult } from "../../src/core/study/studyResult.ts";
import type { StudiesFound } from "../../src/protocol/resultsView.ts";
import { Figure } from "../shared/figures.tsx";
import { memo } from "../shared/unchanged.tsx";
import { openSamples } from "./actions.ts";
import { LeftOut } from "./heatMapSection.tsx";
import { type TablePage, update } from "./store.ts";
import { makeMarksOpen } from "./studyMarks.ts";
import { longMs, useReply } from "./useReply.ts";

const style = new CSSStyleSheet();
document.adoptedStyleSheets.push(style);

type StudiesProps = Pick<TablePage, "state" | "table" | "theme"> & { readonly isOpen: boolean };

export const StudiesSection = memo(({ isOpen, state, table, theme }: StudiesProps) => {
  const [{ value, fault, scope }] = useReply("studies", isOpen ? undefined : null, state, longMs);
  useLayoutEffect(() => style.replaceSync(figureRules(theme.light ? "light" : "dark")), [theme.light]);
  return (
    <details
      class="studies"
      data-testid="studies"
      open={isOpen}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open !== isOpen) update({ studiesOpen: currentTarget.open });
      }}
    >
      <summary>
        <h2>Studies</h2>
      </summary>
      <p class="muted">Results of the paper's experiments with these runs, as in the report.</p>
      {isOpen && scope !== state ? <p role="status">Reading the samples of all runs…</p> : null}
      {isOpen && scope === state && fault !== null ? (
        <p class="fault" role="alert">
          {fault}
        </p>
      ) : null}
      {isOpen && scope === state && fault === null && value !== null ? (
        <Studies found={value} table={table} />
      ) : null}
    </details>
  );
});

function Studies({ found, table }: { readonly found: StudiesFound; readonly table: ResultsTable }) {
  return (
    <>
      <LeftOut warnings={found.leftOut} />
      {found.studies.length === 0 ? (
        <p>These mixtures do not form any of the studies (pinch study lists them).</p>
      ) : null}
      {found.studies.map(study => (
        <Study key={study.slug} study={study} table={table} />
      ))}
    </>
  );
}

interface StudyProps {
  readonly study: StudyResult;
  readonly table: ResultsTable;
}

function Study({ study, table: { rows } }: StudyProps) {
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    frame.current?.replaceChildren(
      ...figureOf(study, ({ mixtures, language }) => {
        const [row, ...beside] = mixtures.flatMap(name => rows.find(({ mixture }) => mixture === name) ?? []);
        if (row !== undefined) openSamples(row, language, { beside });
      }),
    );
  }, [study, rows]);
  return (
    <Figure
      id={`study-${study.slug}`}
      title={`${study.title}: ${study.score}`}
      words={study.reading}
      table={study.table}
      note={<p class="muted">{study.caption} Click a cell, a point or a bar to see its samples.</p>}
      svg={standaloneFigure(study.figure)}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
      <section ref={frame} class="study-frame" tabIndex={0} aria-label={study.title} />
    </Figure>
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
