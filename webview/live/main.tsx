// The live charts: choice of runs, then loss, held-out loss, learning rate, gradient norm, speed and memory
// by step.
import { render } from "preact";
import { rootElement } from "../shared/root.ts";
import { useUnchanged } from "../shared/unchanged.tsx";
import { LineChart } from "./chart.tsx";
import { Head } from "./head.tsx";
import { type ChartKind, chartKinds, heldOutLanguages, linesOf, type Shown } from "./lines.ts";
import { type LivePage, shownRuns, start } from "./store.ts";
import "../shared/base.css";
import "./style.css";

function Page(page: LivePage) {
  const { state, memory, theme, announced } = page;
  const shown = shownRuns(page);
  const languages = useUnchanged(heldOutLanguages(shown));
  return (
    <>
      {state === null ? null : (
        <Head state={state} theme={theme} languages={languages} raw={memory.raw} language={memory.language} />
      )}
      {shown.length === 0 ? null : (
        <div class="charts">
          {chartKinds.map(kind => (
            <ChartOf key={kind.name} kind={kind} shown={shown} memory={memory} theme={theme} />
          ))}
        </div>
      )}
      {/* Always in the document, so that a screen reader announces the end of a run. */}
      <p class="visually-hidden" role="status" aria-live="polite">
        {announced}
      </p>
    </>
  );
}

interface ChartOfProps extends Pick<LivePage, "memory" | "theme"> {
  readonly kind: ChartKind;
  readonly shown: readonly Shown[];
}

/** A chart that is drawn again only if one of its lines has changed. */
function ChartOf({ kind, shown, memory, theme }: ChartOfProps) {
  const lines = useUnchanged(linesOf(kind, shown, memory, theme));
  return <LineChart kind={kind} lines={lines} theme={theme} isOpen={memory.tables.includes(kind.name)} />;
}

const root = rootElement();
start(page => render(<Page {...page} />, root));
