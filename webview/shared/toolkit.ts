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
  return liveDropdown(options).element;
}

export interface Dropdown<Value extends string> {
  readonly element: HTMLElement;
  /** Shows other options or another value, keeping the list open and focused if it is. */
  update(options: Pick<DropdownOptions<Value>, "value" | "options">): void;
  disable(disabled: boolean): void;
}

export function liveDropdown<Value extends string>(options: DropdownOptions<Value>): Dropdown<Value> {
  let shown = options.options;
  const optionElements = (value: Value) =>
    shown.map(option =>
      h(
        "vscode-option",
        { value: option.value, ...(option.value === value ? { selected: "" } : {}) },
        option.label,
      ),
    );
  const list = h(
    "vscode-dropdown",
    {
      "aria-label": options.label,
      "data-focus": options.testId ?? options.label,
      ...(options.testId === undefined ? {} : { "data-testid": options.testId }),
    },
    ...optionElements(options.value),
  );
  // The control also reports changes made by this code.
  let expected: string = options.value;
  list.addEventListener("change", () => {
    const value = Reflect.get(list, "value") as unknown;
    const chosen = shown.find(option => option.value === value);
    if (chosen === undefined || chosen.value === expected) return;
    expected = chosen.value;
    options.choose(chosen.value);
  });
  const element = h(
    "label",
    { class: "field" },
    h("span", { class: "field-label", "aria-hidden": "true" }, options.shortLabel ?? options.label),
    list,
  );
  return {
    element,
    update({ value, options: now }) {
      expected = value;
      if (JSON.stringify(now) !== JSON.stringify(shown)) {
        shown = now;
        list.replaceChildren(...optionElements(value));
      }
      if (Reflect.get(list, "value") !== value) Reflect.set(list, "value", value);
    },
    disable: disabled => Reflect.set(list, "disabled", disabled),
  };
}

export interface TextFieldOptions {
  readonly label: string;
  /** See DropdownOptions. */
  readonly shortLabel?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly testId?: string;
  /** Omits the visible label if the context is clear enough. */
  readonly bare?: boolean;
  /** Name by which the field regains the focus when the page is redrawn. */
  readonly focusKey?: string;
  /** Called on Enter and when the focus leaves, if the text has changed. */
  readonly commit?: (value: string) => void;
  /** Called on every input. */
  readonly typed?: (value: string) => void;
}

export interface TextField {
  readonly element: HTMLElement;
  value(): string;
  /** Shows another value, unless one is being typed, and another `placeholder` if given. */
  update(value: string, placeholder?: string): void;
  disable(disabled: boolean): void;
  /** Focuses the field and selects all of its text. */
  select(): void;
}

export function textField(options: TextFieldOptions): TextField {
  const input = h("vscode-text-field", {
    value: options.value,
    "aria-label": options.label,
    ...(options.placeholder === undefined ? {} : { placeholder: options.placeholder }),
    ...(options.testId === undefined ? {} : { "data-testid": options.testId }),
    ...(options.focusKey === undefined ? {} : { "data-focus": options.focusKey }),
  });
  // The toolkit renames every field to "Text field" whenever it enters the page.
  new MutationObserver(() => {
    if (input.getAttribute("aria-label") !== options.label) input.setAttribute("aria-label", options.label);
  }).observe(input, { attributeFilter: ["aria-label"] });
  const value = () => {
    const current = Reflect.get(input, "value") as unknown;
    return typeof current === "string" ? current.trim() : options.value;
  };
  const { commit, typed } = options;
  // Prevents redrawing of the page: see drawWhenIdle.
  const clean = () => input.removeAttribute("data-dirty");
  input.addEventListener("focusout", clean);
  input.addEventListener("input", () => {
    input.setAttribute("data-dirty", "");
    typed?.(value());
  });
  let committed = options.value;
  if (commit !== undefined) {
    const commitChange = () => {
      clean();
      if (value() === committed) return;
      committed = value();
      commit(committed);
    };
    input.addEventListener("change", commitChange);
    input.addEventListener("keydown", event => {
      if (event.key === "Enter") commitChange();
      if (event.key === "Escape" && input.hasAttribute("data-dirty")) {
        clean();
        Reflect.set(input, "value", committed);
      }
    });
  }
  const element =
    options.bare === true
      ? input
      : h(
          "label",
          { class: "field" },
          h("span", { class: "field-label", "aria-hidden": "true" }, options.shortLabel ?? options.label),
          input,
        );
  return {
    element,
    value,
    update(next, placeholder) {
      if (placeholder !== undefined) input.setAttribute("placeholder", placeholder);
      if (input.hasAttribute("data-dirty")) return;
      committed = next;
      if (Reflect.get(input, "value") !== next) Reflect.set(input, "value", next);
    },
    // Not `disabled`, so that it can still be read and reached by keyboard.
    disable: disabled => Reflect.set(input, "readOnly", disabled),
    select() {
      input.focus();
      // The control writes a new value in the next frame, which undoes a selection made earlier.
      requestAnimationFrame(() => {
        if (!input.hasAttribute("data-dirty")) (input as HTMLElement & { select(): void }).select();
      });
    },
  };
}

export interface Checkbox {
  readonly element: HTMLElement;
  checked(): boolean;
  update(checked: boolean): void;
  disable(disabled: boolean): void;
}

export function checkbox(
  label: string | Node,
  checked: boolean,
  changed?: (checked: boolean) => void,
): Checkbox {
  const element = h("vscode-checkbox", checked ? { checked: "" } : {}, label);
  const read = () => Reflect.get(element, "checked") === true;
  // The control also reports changes made by this code.
  let expected = checked;
  element.addEventListener("change", () => {
    if (read() === expected) return;
    expected = read();
    changed?.(expected);
  });
  return {
    element,
    checked: read,
    update(now) {
      expected = now;
      if (read() !== now) Reflect.set(element, "checked", now);
    },
    disable: disabled => Reflect.set(element, "disabled", disabled),
  };
}
