// Wrappers for the deprecated webview UI toolkit. Replacing it means rewriting this file and controls.tsx.
import {
  provideVSCodeDesignSystem,
  TextField as ToolkitField,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { h } from "./dom.ts";

const { connectedCallback } = ToolkitField.prototype;
/** The toolkit renames every field to "Text field" whenever it enters the page. */
ToolkitField.prototype.connectedCallback = function (this: ToolkitField) {
  const label = this.getAttribute("aria-label");
  connectedCallback.call(this);
  if (label !== null) this.setAttribute("aria-label", label);
};

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
);

export interface ButtonOptions {
  readonly label: string;
  /** Codicon name without the prefix; with `iconOnly` the label is for assistive technology. */
  readonly icon?: string;
  readonly iconOnly?: boolean;
  readonly look?: "primary" | "secondary";
  readonly disabled?: boolean;
  readonly testId?: string;
  readonly press: () => void;
}

export function button(options: ButtonOptions): HTMLElement {
  const icon = options.icon === undefined ? null : h("span", { class: `codicon codicon-${options.icon}` });
  const iconOnly = options.iconOnly === true && icon !== null;
  const element = h(
    "vscode-button",
    {
      appearance: iconOnly ? "icon" : (options.look ?? "primary"),
      ...(iconOnly ? { "aria-label": options.label, title: options.label } : {}),
      "data-focus": options.testId ?? options.label,
      ...(options.disabled === true ? { disabled: "" } : {}),
      ...(options.testId === undefined ? {} : { "data-testid": options.testId }),
    },
    iconOnly ? icon : options.label,
  );
  if (icon !== null && !iconOnly) {
    icon.slot = "start";
    element.prepend(icon);
  }
  element.addEventListener("click", () => {
    if (!element.hasAttribute("disabled")) options.press();
  });
  return element;
}

export interface DropdownOptions<Value extends string> {
  readonly label: string;
  /** Shorter visible label, if the context makes the rest clear. */
  readonly shortLabel?: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly testId?: string;
  readonly choose: (value: Value) => void;
}

/** A labelled dropdown. */
export function dropdown<Value extends string>(options: DropdownOptions<Value>): HTMLElement {
  const list = h(
    "vscode-dropdown",
    {
      "aria-label": options.label,
      "data-focus": options.testId ?? options.label,
      ...(options.testId === undefined ? {} : { "data-testid": options.testId }),
    },
    ...options.options.map(({ value, label }) =>
      h("vscode-option", { value, ...(value === options.value ? { selected: "" } : {}) }, label),
    ),
  );
  // The control also reports changes made by this code.
  let expected: string = options.value;
  list.addEventListener("change", () => {
    const value = Reflect.get(list, "value") as unknown;
    const chosen = options.options.find(option => option.value === value);
    if (chosen === undefined || chosen.value === expected) return;
    expected = chosen.value;
    options.choose(chosen.value);
  });
  return labelled(options.shortLabel ?? options.label, list);
}

function labelled(label: string, control: HTMLElement): HTMLElement {
  const visible = h("span", { class: "field-label", "aria-hidden": "true" }, label);
  return h("label", { class: "field" }, visible, control);
}

export function checkbox(label: string, checked: boolean, changed: (checked: boolean) => void): HTMLElement {
  const element = h("vscode-checkbox", checked ? { checked: "" } : {}, label);
  // The control also reports its first state.
  let expected = checked;
  element.addEventListener("change", () => {
    const now = Reflect.get(element, "checked") === true;
    if (now === expected) return;
    expected = now;
    changed(now);
  });
  return element;
}
