// The only file that knows the (deprecated) webview UI toolkit: to swap it, write these functions anew.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { h } from "./dom.ts";

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
    ...options.options.map(option =>
      h(
        "vscode-option",
        { value: option.value, ...(option.value === options.value ? { selected: "" } : {}) },
        option.label,
      ),
    ),
  );
  list.addEventListener("change", () => {
    const value = Reflect.get(list, "value") as unknown;
    const chosen = options.options.find(option => option.value === value);
    if (chosen !== undefined) options.choose(chosen.value);
  });
  return h("label", { class: "field" }, h("span", { class: "field-label" }, options.label), list);
}

export interface TextFieldOptions {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly testId?: string;
  /** Name by which the field gets the focus back when the page is drawn again. */
  readonly focusKey?: string;
  /** On Enter and when the focus leaves, where the text has changed. */
  readonly commit?: (value: string) => void;
  /** With every letter. */
  readonly typed?: (value: string) => void;
}

export interface TextField {
  readonly element: HTMLElement;
  value(): string;
}

export function textField(options: TextFieldOptions): TextField {
  const input = h("vscode-text-field", {
    value: options.value,
    "aria-label": options.label,
    ...(options.placeholder === undefined ? {} : { placeholder: options.placeholder }),
    ...(options.testId === undefined ? {} : { "data-testid": options.testId }),
    ...(options.focusKey === undefined ? {} : { "data-focus": options.focusKey }),
  });
  // The toolkit calls every field "Text field" whenever it comes into the page.
  new MutationObserver(() => {
    if (input.getAttribute("aria-label") !== options.label) input.setAttribute("aria-label", options.label);
  }).observe(input, { attributeFilter: ["aria-label"] });
  const value = () => {
    const current = Reflect.get(input, "value") as unknown;
    return typeof current === "string" ? current.trim() : options.value;
  };
  const { commit, typed } = options;
  // While it is there the page is not drawn anew: see drawWhenIdle.
  const clean = () => input.removeAttribute("data-dirty");
  input.addEventListener("focusout", clean);
  input.addEventListener("input", () => {
    input.setAttribute("data-dirty", "");
    typed?.(value());
  });
  if (commit !== undefined) {
    let committed = options.value;
    const commitChange = () => {
      clean();
      if (value() === committed) return;
      committed = value();
      commit(committed);
    };
    input.addEventListener("change", commitChange);
    input.addEventListener("keydown", event => {
      if (event.key === "Enter") commitChange();
    });
  }
  const element = h("label", { class: "field" }, h("span", { class: "field-label" }, options.label), input);
  return { element, value };
}

export interface Checkbox {
  readonly element: HTMLElement;
  checked(): boolean;
}

export function checkbox(
  label: string | Node,
  checked: boolean,
  changed?: (checked: boolean) => void,
): Checkbox {
  const element = h("vscode-checkbox", checked ? { checked: "" } : {}, label);
  const read = () => Reflect.get(element, "checked") === true;
  if (changed !== undefined) element.addEventListener("change", () => changed(read()));
  return { element, checked: read };
}
