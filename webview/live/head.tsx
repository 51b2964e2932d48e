// The head of the live charts: the runs to choose from, with their state, and the choices of all charts.
import { displayName } from "../../src/core/language/tags.ts";
import { type LiveRunItem, type LiveViewState, maxShownRuns } from "../../src/protocol/liveView.ts";
import { Button, Checkbox, Dropdown } from "../shared/controls.tsx";
import { useKeptFocus } from "../shared/keptFocus.ts";
import type { Theme } from "../shared/theme.ts";
import { memo } from "../shared/unchanged.tsx";
import { styleOf } from "./lines.ts";
import { remember, stopRun, toggleRun } from "./store.ts";

interface HeadProps extends ChoicesProps {
  readonly state: LiveViewState;
  readonly theme: Theme;
}

export const Head = memo(({ state, theme, ...choices }: HeadProps) => {
  const { runs, chosen, running, queue } = state;
  const head = useKeptFocus<HTMLElement>();
  const list = useKeptFocus<HTMLUListElement>();
  const isFull = chosen.length >= maxShownRuns;
  return (
    <header ref={head} class="head">
      <div class="title-row">
        <h1>Live charts</h1>
        {queue === "" ? null : (
          <span class="muted" data-testid="queue">
            {queue}
          </span>
        )}
        {running ? (
          <Button label="Stop Run" icon="debug-stop" look="secondary" testId="stop" press={stopRun} />
        ) : null}
      </div>
      {runs.length === 0 ? (
        <p class="muted">No run has started yet. Run a mixture to see its curves here while it trains.</p>
      ) : (
        <>
          <ul ref={list} class="runs" aria-label="Runs to show">
            {runs.map(run => (
              <Run
                key={run.id}
                run={run}
                place={chosen.indexOf(run.id)}
                canBeChosen={!isFull}
                theme={theme}
              />
            ))}
          </ul>
          {isFull && runs.length > chosen.length ? (
            <p class="muted">{maxShownRuns} runs are shown at most: uncheck one to show another.</p>
          ) : null}
          <Choices {...choices} />
        </>
      )}
    </header>
  );
});

interface RunProps {
  readonly run: LiveRunItem;
  /** Place among the chosen runs; -1 if it is not chosen. */
  readonly place: number;
  readonly canBeChosen: boolean;
  readonly theme: Theme;
}

const Run = memo(({ run, place, canBeChosen, theme }: RunProps) => (
  <li class={`run ${run.state}`} data-run={run.id}>
    <Swatch place={place} theme={theme} />
    <Checkbox
      checked={place >= 0}
      disabled={place < 0 && !canBeChosen}
      changed={checked => toggleRun(run.id, checked)}
    >
      {run.label}
    </Checkbox>
    <span class="muted words">{run.words}</span>
    {run.fault === null ? null : (
      <span class="fault" role="note">
        {run.fault}
      </span>
    )}
  </li>
));

/** Sample of a run's line with its colour and dash; empty if the run is not chosen. */
function Swatch({ place, theme }: Pick<RunProps, "place" | "theme">) {
  const { colour, dash } = styleOf(Math.max(0, place), theme);
  return (
    <svg class="swatch" viewBox="0 0 28 6" aria-hidden="true">
      {place < 0 ? null : (
        <line
          x1="0"
          y1="3"
          x2="28"
          y2="3"
          stroke={colour}
          stroke-width="2"
          stroke-dasharray={dash.join(" ")}
        />
      )}
    </svg>
  );
}

interface ChoicesProps {
  /** Languages with a held-out loss. */
  readonly languages: readonly string[];
  readonly raw: boolean;
  /** Language of the held-out chart; null for all. */
  readonly language: string | null;
}

const Choices = memo(({ languages, raw, language }: ChoicesProps) => (
  <div class="choices">
    <Checkbox checked={raw} changed={checked => remember({ raw: checked })}>
      Raw loss behind the smoothed one
    </Checkbox>
    {languages.length > 1 ? (
      <Dropdown
        label="Held-out loss in"
        value={language !== null && languages.includes(language) ? language : ""}
        options={[
          { value: "", label: "All languages" },
          ...languages.map(tag => ({ value: tag, label: displayName(tag) })),
        ]}
        testId="language"
        choose={tag => remember({ language: tag === "" ? null : tag })}
      />
    ) : null}
  </div>
));
