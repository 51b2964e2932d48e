// The Mixture view, or composer: edits the mixture file through sliders and fields, and follows its text.
import { render } from "preact";
import { sumOf } from "../../src/core/mixture/counts.ts";
import type { MixtureViewState } from "../../src/protocol/mixtureView.ts";
import { useKeptFocus } from "../shared/keptFocus.ts";
import { rootElement } from "../shared/root.ts";
import { AddMixture } from "./addMixture.tsx";
import { inUnit, type Unit } from "./amounts.ts";
import { type Composer, idOf, panelOf, start } from "./composer.ts";
import { EmptyPage } from "./emptyPage.tsx";
import { FileHead } from "./fileHead.tsx";
import { Panel } from "./panel.tsx";
import { Problems } from "./problems.tsx";
import "../shared/base.css";
import "./style.css";
import "./rows.css";

const noLocks: readonly string[] = [];

function Page({ state, memory, refusal, announced }: Composer & { readonly state: MixtureViewState }) {
  const { mixtures, languages, budget, seed, editable, whyNoRun, running, stale } = state;
  const board = useKeptFocus<HTMLDivElement>();
  const tokensKnown =
    languages.length > 0 && languages.every(({ rows, tokens }) => rows === 0 || tokens !== null);
  const unit: Unit = tokensKnown ? memory.unit : "examples";
  const sums = mixtures.flatMap(({ points }) =>
    points.map(({ counts }) => sumOf(inUnit(counts, unit, languages) ?? {})),
  );
  const most = Math.max(1, ...sums);
  const ids = mixtures.map(({ key }) => idOf(key));
  return (
    <div class="page">
      <h1 class="visually-hidden">Mixture</h1>
      <FileHead {...state} unit={unit} tokensKnown={tokensKnown} />
      <Problems problems={state.problems} />
      {refusal === null || (refusal.id !== null && ids.includes(refusal.id)) ? null : (
        <p class="fault" role="alert">
          {refusal.message}
        </p>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend */}
      <div ref={board} class="board" role="group" aria-label="Mixtures">
        {mixtures.map((mixture, at) => {
          const id = ids[at] ?? "";
          return (
            <Panel
              key={panelOf(id)}
              mixture={mixture}
              languages={languages}
              budget={budget}
              seed={seed}
              unit={unit}
              most={most}
              open={memory.open.includes(id)}
              chosen={Math.min(memory.points[id] ?? 0, mixture.points.length - 1)}
              locked={memory.locked[id] ?? noLocks}
              editable={editable}
              canRun={whyNoRun === "" && !running && !stale}
              refusal={refusal?.id === id ? refusal.message : ""}
            />
          );
        })}
      </div>
      {editable ? (
        <AddMixture
          mixtures={mixtures}
          languages={languages.filter(({ rows }) => rows !== 0).map(({ tag }) => tag)}
        />
      ) : null}
      <p class="visually-hidden" role="status">
        {announced}
      </p>
    </div>
  );
}

const root = rootElement();
start(composer => {
  const { state } = composer;
  if (state === null) return;
  const page =
    state.file === null ? (
      <EmptyPage hasWorkspace={state.hasWorkspace} />
    ) : (
      <Page {...composer} state={state} />
    );
  render(page, root);
});
