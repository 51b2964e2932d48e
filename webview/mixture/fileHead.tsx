// The head of the composer: the file and its model, Run, the budget, and the unit of all amounts.
import type { MixtureViewState } from "../../src/protocol/mixtureView.ts";
import { Button, TextField } from "../shared/controls.tsx";
import { Roving } from "../shared/roving.tsx";
import type { Unit } from "./amounts.ts";
import { ask, chooseUnit, post } from "./composer.ts";

interface FileHeadProps extends MixtureViewState {
  readonly unit: Unit;
  readonly tokensKnown: boolean;
}

const unitNames: Readonly<Record<Unit, string>> = { examples: "Examples", tokens: "Tokens" };

export function FileHead(props: FileHeadProps) {
  const { file, model, running, stale, whyNoRun, budget, editable, unit, tokensKnown } = props;
  return (
    <header class="head">
      <button
        type="button"
        class="file"
        title={`Open ${file?.name ?? ""}`}
        onClick={() => post({ type: "openFile" })}
      >
        <span class="file-name">{file?.name}</span>
        <span class="muted file-model">{model}</span>
      </button>
      {running ? (
        <Button
          label="Stop"
          icon="debug-stop"
          look="secondary"
          testId="stop"
          press={() => post({ type: "stop" })}
        />
      ) : (
        <Button
          label="Run"
          icon="play"
          testId="run"
          disabled={whyNoRun !== "" || stale}
          press={() => post({ type: "run", mixture: null })}
        />
      )}
      {whyNoRun === "" ? null : <p class="muted note">{whyNoRun}</p>}
      <div class="budget">
        <TextField
          label="Budget: examples in every mixture"
          shortLabel="Budget"
          value={budget === null ? "" : String(budget)}
          readOnly={!editable}
          testId="budget"
          commit={value => {
            const digits = value.replace(/[\s,_]/g, "");
            return ask({ kind: "setBudget", budget: /^\d+$/.test(digits) ? Number(digits) : Number.NaN });
          }}
        />
        {tokensKnown ? (
          <Roving class="segments" role="radiogroup" aria-label="Amounts in">
            {Object.entries(unitNames).map(([name, text]) => (
              // biome-ignore lint/a11y/useSemanticElements: arrow keys move the focus without choosing
              <button
                key={name}
                type="button"
                class="segment"
                role="radio"
                aria-checked={name === unit}
                onClick={() => chooseUnit(name as Unit)}
              >
                {text}
              </button>
            ))}
          </Roving>
        ) : null}
      </div>
    </header>
  );
}
