// The field that renames a mixture, opened with the pencil button or F2.
import type { MixtureChange } from "../../src/protocol/mixtureView.ts";
import { h } from "../shared/dom.ts";
import { textField } from "../shared/toolkit.ts";

export interface RenameField {
  readonly element: HTMLElement;
  /** Opens the field with the current name selected. */
  open(): void;
}

/** @param closed Called to move the focus when nothing was changed. */
export function renameField(
  key: string,
  change: (change: MixtureChange) => void,
  closed: () => void,
): RenameField {
  const field = textField({
    label: `New name of ${key}`,
    shortLabel: "New name",
    value: key,
    testId: `name ${key}`,
    focusKey: `name ${key}`,
    commit: name => change({ kind: "renameMixture", key, name }),
  });
  const element = h("div", { class: "rename", hidden: "" }, field.element);
  element.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    // The same key would press the button that receives the focus.
    event.preventDefault();
    element.hidden = true;
    closed();
  });
  element.addEventListener("focusout", () => {
    element.hidden = true;
  });
  return {
    element,
    open() {
      element.hidden = false;
      field.update(key);
      field.select();
    },
  };
}
