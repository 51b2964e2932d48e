// The form that adds a mixture to the file.
import type { MixtureChange, MixtureViewState } from "../../src/protocol/webviews.ts";
import { h } from "../shared/dom.ts";
import { button, checkbox, dropdown, textField } from "../shared/toolkit.ts";
import { type AddDraft, formOf, type Kind } from "./draft.ts";

export interface AddFormInput {
  readonly state: MixtureViewState;
  readonly draft: AddDraft;
  readonly languageName: (tag: string) => string;
  readonly fault: string | null;
  readonly toggled: (open: boolean) => void;
  /** The form is drawn again with the new draft. */
  readonly redraw: (draft: AddDraft) => void;
  /** Remembered without drawing: what is being typed keeps its cursor. */
  readonly keep: (draft: AddDraft) => void;
  readonly change: (change: MixtureChange) => void;
}

const kinds: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: "spread", label: "Base language with a spread" },
  { value: "uniform", label: "Evenly over languages" },
  { value: "monolingual", label: "One language" },
  { value: "shares", label: "Fixed shares, even to start" },
  { value: "temperature", label: "By size, with a temperature" },
];

export function addForm(input: AddFormInput): HTMLElement {
  const { draft, state, redraw, keep } = input;
  const hasBase = draft.kind === "spread" || draft.kind === "monolingual";
  const base = state.languages.includes(draft.base) ? draft.base : (state.languages[0] ?? draft.base);
  let current: AddDraft = { ...draft, base };
  const update = (change: Partial<AddDraft>) => {
    current = { ...current, ...change };
    keep(current);
  };
  const text = (label: string, key: "name" | "amount" | "temperature", placeholder: string) =>
    textField({
      label,
      value: draft[key],
      placeholder,
      focusKey: `add ${key}`,
      testId: `add-${key}`,
      commit: value => update({ [key]: value }),
      typed: value => update({ [key]: value }),
    }).element;
  const details = h(
    "details",
    { class: "card add", ...(draft.open ? { open: "" } : {}) },
    h(
      "summary",
      { "data-focus": "add" },
      h("span", { class: "codicon codicon-add card-icon", "aria-hidden": "true" }),
      "Add a mixture",
    ),
    h(
      "div",
      { class: "card-body" },
      text("Name", "name", "for example pinch"),
      dropdown<Kind>({
        label: "Kind",
        value: draft.kind,
        options: kinds,
        testId: "add-kind",
        choose: kind => redraw({ ...current, kind }),
      }),
      hasBase
        ? dropdown({
            label: draft.kind === "spread" ? "Base language" : "Language",
            value: base,
            options: (state.languages.length > 0 ? state.languages : [base]).map(tag => ({
              value: tag,
              label: `${input.languageName(tag)} (${tag})`,
            })),
            testId: "add-base",
            choose: chosen => update({ base: chosen }),
          })
        : null,
      draft.kind === "spread" ? text("Spread (examples, or % of the budget)", "amount", "40 or 10%") : null,
      draft.kind === "temperature" ? text("Temperature (1 = as the data are)", "temperature", "3") : null,
      draft.kind === "monolingual" ? null : languageChoice(input, current, update),
      input.fault === null ? null : h("p", { class: "fault", role: "alert" }, input.fault),
      button({
        label: "Add Mixture",
        testId: "add-mixture",
        press: () => {
          const form = formOf(current, state.languages);
          if (typeof form === "string") redraw({ ...current, open: true });
          else input.change({ kind: "addMixture", name: current.name, form });
        },
      }),
    ),
  );
  details.addEventListener("toggle", () => {
    update({ open: details.open });
    input.toggled(details.open);
  });
  return details;
}

function languageChoice(
  { state, languageName }: AddFormInput,
  draft: AddDraft,
  update: (change: Partial<AddDraft>) => void,
): HTMLElement {
  const chosen = new Set(draft.languages);
  return h(
    "fieldset",
    { class: "languages" },
    h("legend", { class: "field-label" }, "Languages (none ticked = all with data)"),
    ...state.languages.map(
      tag =>
        checkbox(`${languageName(tag)} (${tag})`, chosen.has(tag), checked => {
          if (checked) chosen.add(tag);
          else chosen.delete(tag);
          update({ languages: state.languages.filter(each => chosen.has(each)) });
        }).element,
    ),
  );
}
