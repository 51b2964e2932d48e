// Controls for how a mixture divides its budget: form, base language, amount, temperature or sweep.
import { formatAmount } from "../../src/core/mixture/amounts.ts";
import type { MixtureForm } from "../../src/core/mixture/mixtureFile.ts";
import type { MixtureChange, MixtureItem } from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import type { ItemView } from "../shared/keyedList.ts";
import { checkbox, liveDropdown, textField } from "../shared/toolkit.ts";
import { formNames, languageText } from "./words.ts";

export interface ControlsItem {
  readonly mixture: MixtureItem;
  readonly chosen: number;
  readonly languages: readonly string[];
  readonly budget: number | null;
  readonly disabled: boolean;
}

type Kind = MixtureForm["kind"];

const kinds = Object.entries(formNames).map(([value, label]) => ({ value: value as Kind, label }));

const pointExamples: Readonly<Record<Kind, string>> = {
  spread: "1%, 10%",
  temperature: "1, 3",
  monolingual: "fi, sw",
  uniform: "",
  shares: "",
};

export function formControls(key: string, change: (change: MixtureChange) => void): ItemView<ControlsItem> {
  let chosen = 0;
  const form = liveDropdown<Kind>({
    label: `Form of ${key}`,
    shortLabel: "Form",
    value: "spread",
    options: kinds,
    testId: `form ${key}`,
    choose: kind => change({ kind: "setForm", key, form: kind }),
  });
  const base = liveDropdown<string>({
    label: `Base of ${key}`,
    shortLabel: "Base",
    value: "",
    options: [],
    testId: `base ${key}`,
    choose: language => change({ kind: "setBase", key, language }),
  });
  const spread = textField({
    label: `Spread of ${key}: examples, or % of the budget`,
    shortLabel: "Spread",
    value: "",
    testId: `spread ${key}`,
    focusKey: `spread ${key}`,
    commit: value => change({ kind: "setValue", key, point: chosen, value }),
  });
  const temperature = textField({
    label: `Temperature of ${key}: 1 is by size, higher is more even`,
    shortLabel: "Temperature",
    value: "",
    testId: `temperature ${key}`,
    focusKey: `temperature ${key}`,
    commit: value => change({ kind: "setValue", key, point: chosen, value }),
  });
  const added = textField({
    label: `More points of ${key}, which create or extend a sweep: one, or several separated by commas`,
    shortLabel: "More points",
    value: "",
    testId: `add-point ${key}`,
    focusKey: `add-point ${key}`,
    commit: value => {
      if (value === "") return;
      added.update("");
      change({ kind: "addPoint", key, value });
    },
  });
  const removePoint = plainButton(
    { class: "tool", "data-focus": `remove-point ${key}` },
    () => change({ kind: "removePoint", key, point: chosen }),
    h("span", { class: "codicon codicon-trash", "aria-hidden": "true" }),
  );
  const grow = checkbox("On top of the budget", false, on => change({ kind: "setGrow", key, grow: on }));
  grow.element.setAttribute("data-focus", `grow ${key}`);
  grow.element.setAttribute("data-testid", `grow ${key}`);
  grow.element.title = "The base keeps the whole budget, and the spread is added to it: the mixture grows";
  const amount = h("div", { class: "with-tool" }, spread.element, temperature.element, removePoint);
  const element = h(
    "div",
    { class: "form-controls" },
    form.element,
    base.element,
    amount,
    added.element,
    grow.element,
  );
  return {
    element,
    update(item) {
      const point = item.mixture.points[item.chosen] ?? item.mixture.points[0];
      if (point === undefined) return;
      chosen = item.chosen;
      const { form: shape } = point;
      const { disabled } = item;
      form.update({ value: shape.kind, options: kinds });
      const language =
        shape.kind === "spread" ? shape.base : shape.kind === "monolingual" ? shape.language : null;
      base.element.hidden = language === null || (item.mixture.sweep && shape.kind === "monolingual");
      if (language !== null) {
        const tags = item.languages.includes(language) ? item.languages : [language, ...item.languages];
        base.update({
          value: language,
          options: tags.map(tag => ({ value: tag, label: languageText(tag) })),
        });
      }
      spread.element.hidden = shape.kind !== "spread";
      if (shape.kind === "spread") spread.update(formatAmount(shape.spread));
      temperature.element.hidden = shape.kind !== "temperature";
      if (shape.kind === "temperature") temperature.update(String(shape.temperature));
      const sweepable = shape.kind === "spread" || shape.kind === "temperature" || item.mixture.sweep;
      added.element.hidden = !sweepable;
      added.update("", pointExamples[shape.kind]);
      grow.element.hidden = shape.kind !== "spread";
      if (shape.kind === "spread") grow.update(shape.grow === true);
      removePoint.hidden = !item.mixture.sweep;
      const label = `Remove the point ${point.label} of ${key}`;
      removePoint.setAttribute("aria-label", label);
      removePoint.title = label;
      removePoint.disabled = disabled;
      amount.hidden = !(item.mixture.sweep || shape.kind === "spread" || shape.kind === "temperature");
      for (const control of [form, base, spread, temperature, added, grow]) control.disable(disabled);
    },
  };
}
