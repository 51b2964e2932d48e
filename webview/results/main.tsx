// The results panel: metric, heat map, table, figures and samples.
import { render } from "preact";
import { isSideBySide } from "../../src/core/results/sideBySide.ts";
import { rootElement } from "../shared/root.ts";
import { AgreementSection, JudgeSection } from "./agreement.tsx";
import { Detail } from "./detail.tsx";
import { chosenDifference, DifferenceSection } from "./differenceSection.tsx";
import { CountSection, CurveSection, SeenSection, SharesSection } from "./figureSections.tsx";
import { HeatMapSection } from "./heatMapSection.tsx";
import { EmptyPage, PageHead } from "./pageHead.tsx";
import { type PageState, start, type TablePage, tablePage } from "./store.ts";
import { StudiesSection } from "./studiesSection.tsx";
import "../shared/base.css";
import "./style.css";

function Page({ state }: PageState) {
  const page = tablePage();
  if (page !== null) return <Results page={page} />;
  return state === null ? null : <EmptyPage {...state} />;
}

function Results({ page }: { readonly page: TablePage }) {
  const { state, table, metric, theme, memory, sideBySide, cell } = page;
  const shown = { table, metric, theme };
  const two = chosenDifference(table, memory.difference);
  return (
    <>
      <PageHead {...{ state, table, metric, sideBySide }} hidden={memory.hidden} />
      <HeatMapSection {...shown} sideBySide={sideBySide} cell={cell} />
      {sideBySide === undefined ? null : (
        <>
          <JudgeSection sideBySide={sideBySide} />
          <AgreementSection sideBySide={sideBySide} />
        </>
      )}
      <div class="side-by-side">
        <CurveSection {...shown} />
        <SharesSection table={table} theme={theme} shareLanguage={memory.shareLanguage} />
        <SeenSection {...shown} />
        <CountSection {...shown} />
        {/* A judge's scores have their own baseline. */}
        {two === null || isSideBySide(metric) ? null : (
          <DifferenceSection {...shown} state={state} mixture={two[0]} against={two[1]} />
        )}
      </div>
      <StudiesSection state={state} table={table} theme={theme} isOpen={memory.studiesOpen} />
      <Detail page={page} />
    </>
  );
}

start(page => render(<Page {...page} />, rootElement()));
