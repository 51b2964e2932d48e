// The form that adds a mixture: its name and kind.
import type { MixtureForm } from "../../src/core/mixture/mixtureFile.ts";
import type { MixtureChange, MixtureItem } from "../../src/protocol/mixtureView.ts";
import { h } from "../shared/dom.ts";
import type { ItemView } from "../shared/keyedList.ts";
import { button, liveDropdown, textField } from "../shared/toolkit.ts";
import { firstForm } from "./firstForm.ts";
import { formNames } from "./words.ts";

export interface AddItem {
  readonly mixtures: readonly MixtureItem[];
  /** Languages with training data. */
  readonly languages: readonly string[];
  readonly editable: boolean;
}

type Kind = MixtureForm["kind"];

export function addMixture(change: (change: MixtureChange) => void): ItemView<AddItem> {
  let item: AddItem = { mixtures: [], languages: [], editable: false };
  let kind: Kind = "spread";
  const add = () => {
    const name = field.value() === "" ? freeName(kind, item.mixtures) : field.value();
    field.update("");
    change({ kind: "addMixture", name, form: firstForm(kind, item.languages) });
  };
  const field = textField({
    label: "Name of the new mixture",
    shortLabel: "Name",
    value: "",
    testId: "add-name",
    focusKey: "add-name",
  });
  const form = liveDropdown<Kind>({
    label: "Form of the new mixture",
    shortLabel: "Form",
    value: kind,
    options: Object.entries(formNames).map(([value, label]) => ({ value: value as Kind, label })),
    testId: "add-form",
    choose: chosen => {
      kind = chosen;
    },
  });
  const element = h(
    "details",
    { class: "add" },
    h(
      "summary",
      { "data-focus": "add" },
      h("span", { class: "codicon codicon-add fold-icon", "aria-hidden": "true" }),
      "Add a mixture",
    ),
    h(
      "div",
      { class: "add-body" },
      field.element,
      form.element,
      button({ label: "Add Mixture", testId: "add-mixture", press: add }),
    ),
  );
  return {
    element,
    update(next) {
      item = next;
      element.hidden = !next.editable;
    },
  };
}

/** Name of the kind, with a number if that name is in use. */
function freeName(kind: Kind, mixtures: readonly MixtureItem[]): string {
  const taken = new Set(mixtures.map(({ key }) => key));
  for (let number = 1; ; number++) {
    const name = number === 1 ? kind : `${kind}-${number}`;
    if (!taken.has(name)) return name;
  }
}
