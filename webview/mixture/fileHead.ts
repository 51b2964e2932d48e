// The head of the composer: the file and its model, Run, the budget, and the unit of all amounts.
import type { FromMixtureView, MixtureChange, MixtureViewState } from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import { type ItemView, roving } from "../shared/keyedList.ts";
import { button, textField } from "../shared/toolkit.ts";
import type { Unit } from "./languageRow.ts";

export interface HeadItem {
  readonly state: MixtureViewState;
  readonly unit: Unit;
  readonly tokensKnown: boolean;
}

export interface HeadActions {
  readonly post: (message: FromMixtureView) => void;
  readonly change: (change: MixtureChange) => void;
  readonly choose: (unit: Unit) => void;
}

export function fileHead({ post, change, choose }: HeadActions): ItemView<HeadItem> {
  const fileName = h("span", { class: "file-name" });
  const model = h("span", { class: "muted file-model" });
  const open = plainButton(
    { class: "file", "data-focus": "file" },
    () => post({ type: "openFile" }),
    fileName,
    model,
  );
  const run = button({
    label: "Run",
    icon: "play",
    testId: "run",
    press: () => post({ type: "run", mixture: null }),
  });
  const stop = button({
    label: "Stop",
    icon: "debug-stop",
    look: "secondary",
    testId: "stop",
    press: () => post({ type: "stop" }),
  });
  const note = h("p", { class: "muted note" });
  const budget = textField({
    label: "Budget: examples in every mixture",
    shortLabel: "Budget",
    value: "",
    focusKey: "budget",
    testId: "budget",
    commit: value => {
      const digits = value.replace(/[\s,_]/g, "");
      change({ kind: "setBudget", budget: /^\d+$/.test(digits) ? Number(digits) : Number.NaN });
    },
  });
  const units = unitChoice(choose);
  const element = h(
    "header",
    { class: "head" },
    open,
    run,
    stop,
    note,
    h("div", { class: "budget" }, budget.element, units.element),
  );
  return {
    element,
    update({ state, unit, tokensKnown }) {
      fileName.textContent = state.file?.name ?? "";
      model.textContent = state.model;
      open.title = `Open ${state.file?.name ?? ""}`;
      run.hidden = state.running;
      run.toggleAttribute("disabled", state.whyNoRun !== "" || state.stale);
      stop.hidden = !state.running;
      note.hidden = state.whyNoRun === "";
      note.textContent = state.whyNoRun;
      budget.update(state.budget === null ? "" : String(state.budget));
      budget.disable(!state.editable);
      units.element.hidden = !tokensKnown;
      units.update(unit);
    },
  };
}

function unitChoice(choose: (unit: Unit) => void): ItemView<Unit> {
  const option = (unit: Unit, label: string) =>
    plainButton(
      { class: "segment", role: "radio", "aria-checked": "false", "data-focus": `unit ${unit}` },
      () => choose(unit),
      label,
    );
  const all = { examples: option("examples", "Examples"), tokens: option("tokens", "Tokens") };
  const group = h(
    "div",
    { class: "segments", role: "radiogroup", "aria-label": "Amounts in" },
    ...Object.values(all),
  );
  const settle = roving(group, () => Object.values(all));
  return {
    element: group,
    update(unit) {
      for (const [name, element] of Object.entries(all)) {
        element.setAttribute("aria-checked", String(name === unit));
      }
      settle();
    },
  };
}
