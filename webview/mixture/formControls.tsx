// Controls for how a mixture divides its budget: form, base language, amount, temperature or sweep.
import { formatAmount } from "../../src/core/mixture/amounts.ts";
import type { MixtureForm } from "../../src/core/mixture/mixtureFile.ts";
import type { MixtureItem, MixturePoint } from "../../src/protocol/mixtureView.ts";
import { Checkbox, Dropdown, Icon, TextField } from "../shared/controls.tsx";
import { ask } from "./composer.ts";
import { formOptions, languageText } from "./words.ts";

interface FormControlsProps {
  readonly mixture: MixtureItem;
  /** Place of the point that is shown, and the point. */
  readonly chosen: number;
  readonly point: MixturePoint;
  readonly languages: readonly string[];
  readonly disabled: boolean;
}

const pointExamples: Readonly<Record<MixtureForm["kind"], string>> = {
  spread: "1%, 10%",
  temperature: "1, 3",
  monolingual: "fi, sw",
  uniform: "",
  shares: "",
};

export function FormControls({ mixture, chosen, point, languages, disabled }: FormControlsProps) {
  const { key, sweep } = mixture;
  const { form } = point;
  const base =
    form.kind === "spread" ? form.base : form.kind === "monolingual" && !sweep ? form.language : null;
  const varied = form.kind === "spread" || form.kind === "temperature";
  const setValue = (value: string) => ask({ kind: "setValue", key, point: chosen, value });
  const removal = `Remove the point ${point.label} of ${key}`;
  return (
    <div class="form-controls">
      <Dropdown
        label={`Form of ${key}`}
        shortLabel="Form"
        value={form.kind}
        options={formOptions}
        disabled={disabled}
        testId={`form ${key}`}
        choose={kind => ask({ kind: "setForm", key, form: kind })}
      />
      {base === null ? null : (
        <Dropdown
          label={`Base of ${key}`}
          shortLabel="Base"
          value={base}
          options={(languages.includes(base) ? languages : [base, ...languages]).map(tag => ({
            value: tag,
            label: languageText(tag),
          }))}
          disabled={disabled}
          testId={`base ${key}`}
          choose={language => ask({ kind: "setBase", key, language })}
        />
      )}
      {sweep || varied ? (
        <div class="with-tool">
          {form.kind === "spread" ? (
            <TextField
              key="spread"
              label={`Spread of ${key}: examples, or % of the budget`}
              shortLabel="Spread"
              value={formatAmount(form.spread)}
              readOnly={disabled}
              testId={`spread ${key}`}
              commit={setValue}
            />
          ) : null}
          {form.kind === "temperature" ? (
            <TextField
              key="temperature"
              label={`Temperature of ${key}: 1 is by size, higher is more even`}
              shortLabel="Temperature"
              value={String(form.temperature)}
              readOnly={disabled}
              testId={`temperature ${key}`}
              commit={setValue}
            />
          ) : null}
          {sweep ? (
            <button
              type="button"
              class="tool"
              aria-label={removal}
              title={removal}
              disabled={disabled}
              onClick={() => void ask({ kind: "removePoint", key, point: chosen })}
            >
              <Icon name="trash" />
            </button>
          ) : null}
        </div>
      ) : null}
      {sweep || varied ? (
        <TextField
          label={`More points of ${key}, which create or extend a sweep: one, or several separated by commas`}
          shortLabel="More points"
          value=""
          placeholder={pointExamples[form.kind]}
          readOnly={disabled}
          testId={`add-point ${key}`}
          commit={value => ask({ kind: "addPoint", key, value })}
        />
      ) : null}
      {form.kind === "spread" ? (
        <Checkbox
          checked={form.grow === true}
          disabled={disabled}
          testId={`grow ${key}`}
          changed={grow => ask({ kind: "setGrow", key, grow })}
        >
          On top of the budget
        </Checkbox>
      ) : null}
    </div>
  );
}
