// Preact components for all pages: the toolkit's controls, icons, and text in a given language.
import { type ComponentChildren, createElement } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { visibleParts } from "../../src/common/visibleText.ts";
import "./toolkit.ts";

/** Decorative icon, by its codicon name without the prefix. */
export function Icon({ name, class: more = "" }: { readonly name: string; readonly class?: string }) {
  return <span class={`codicon codicon-${name} ${more}`.trimEnd()} aria-hidden="true" />;
}

export function Warning({
  testId,
  children,
}: {
  readonly testId: string;
  readonly children: ComponentChildren;
}) {
  return (
    <p class="warning" data-testid={testId}>
      <Icon name="warning" class="warning-icon" />
      {children}
    </p>
  );
}

interface ButtonProps {
  readonly label: string;
  /** Codicon name without the prefix; with `iconOnly` the label is for assistive technology. */
  readonly icon?: string;
  readonly iconOnly?: boolean;
  readonly look?: "primary" | "secondary";
  readonly disabled?: boolean;
  readonly testId?: string;
  readonly press: () => void;
}

export function Button(props: ButtonProps) {
  const { label, icon, iconOnly = false, look = "primary", disabled = false, testId, press } = props;
  return createElement(
    "vscode-button",
    {
      ...(iconOnly ? { "aria-label": label, title: label } : {}),
      appearance: iconOnly ? "icon" : look,
      disabled,
      "data-testid": testId,
      onClick: disabled ? undefined : press,
    },
    icon === undefined ? null : (
      <span slot={iconOnly ? undefined : "start"} class={`codicon codicon-${icon}`} />
    ),
    iconOnly ? null : label,
  );
}

/**
 * Returns a function that calls `report` and renders the component again once its promise settles: a control
 * whose change was refused shows its old value again.
 */
function useReport(): (report: () => unknown) => void {
  const [, again] = useState({});
  return report => {
    void Promise.resolve(report()).finally(() => again({}));
  };
}

/** Value of a property of a toolkit element. */
function propertyOf(element: EventTarget | null, property: string): unknown {
  return element === null ? undefined : Reflect.get(element, property);
}

interface FieldProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Visible label of a control that has its own name for assistive technology. */
function Field({ label, children }: FieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is an element of the toolkit
    <label class="field">
      <span class="field-label" aria-hidden="true">
        {label}
      </span>
      {children}
    </label>
  );
}

interface DropdownProps<Value extends string> {
  readonly label: string;
  /** Shorter visible label, if the context makes the rest clear. */
  readonly shortLabel?: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly testId?: string;
  readonly disabled?: boolean;
  /** May return a promise that settles once `value` is up to date. */
  readonly choose: (value: Value) => unknown;
}

/** A labelled dropdown, which stays open and focused when its options change. */
export function Dropdown<Value extends string>(props: DropdownProps<Value>) {
  const { label, shortLabel = label, value, options, testId, disabled = false, choose } = props;
  const list = useRef<HTMLElement>(null);
  const report = useReport();
  useLayoutEffect(() => {
    const show = () => {
      const { current } = list;
      // While a list is open, its value is the option at which it would close.
      if (current === null || propertyOf(current, "open") === true) return;
      if (propertyOf(current, "value") !== value) Reflect.set(current, "value", value);
    };
    show();
    // The control learns of new options in an earlier microtask, and then selects one by its old place.
    queueMicrotask(show);
  });
  const onChange = ({ currentTarget }: Event) => {
    const now = propertyOf(currentTarget, "value");
    const chosen = options.find(option => option.value === now);
    // The control reports changes made by the user and by this component.
    if (chosen !== undefined && chosen.value !== value) report(() => choose(chosen.value));
  };
  return (
    <Field label={shortLabel}>
      {createElement(
        "vscode-dropdown",
        { ref: list, "aria-label": label, "data-testid": testId, disabled, onChange },
        options.map(option =>
          createElement("vscode-option", { key: option.value, value: option.value }, option.label),
        ),
      )}
    </Field>
  );
}

interface TextFieldProps {
  readonly label: string;
  /** See DropdownProps; null omits the visible label if the context is clear enough. */
  readonly shortLabel?: string | null;
  readonly value: string;
  readonly placeholder?: string;
  readonly testId?: string;
  /** Not `disabled`, so that it can still be read and reached by keyboard. */
  readonly readOnly?: boolean;
  /** Focuses the field when it appears, and selects its text. */
  readonly selected?: boolean;
  /**
   * Called with changed text on Enter and when the focus leaves. May return a promise that settles once
   * `value` is up to date; until then the field shows what was typed.
   */
  readonly commit?: (value: string) => unknown;
  /** Called on every input. */
  readonly typed?: (value: string) => void;
}

/** A labelled text field; what is being typed survives another `value`. */
export function TextField(props: TextFieldProps) {
  const { label, shortLabel = label, value, placeholder, testId, readOnly = false, selected = false } = props;
  const { commit, typed } = props;
  const input = useRef<HTMLElement & { select(): void }>(null);
  /** Text shown in place of `value`; a new object for every input. */
  const draft = useRef<{ text: string; sent: boolean } | null>(null);
  const [, again] = useState({});
  const change = (next: typeof draft.current) => {
    draft.current = next;
    again({});
  };
  const send = () => {
    const { current } = draft;
    if (current === null || current.sent) return;
    const text = current.text.trim();
    const settled = { text: current.text, sent: true };
    change(settled);
    void Promise.resolve(text === value ? undefined : commit?.(text)).finally(() => {
      if (draft.current === settled) change(null);
    });
  };
  useLayoutEffect(() => {
    if (!selected) return;
    input.current?.focus();
    // The control writes a new value in the next frame, which undoes a selection made earlier.
    requestAnimationFrame(() => {
      if (draft.current === null) input.current?.select();
    });
  }, [selected]);
  const element = createElement("vscode-text-field", {
    ref: input,
    value: draft.current?.text ?? value,
    "aria-label": label,
    placeholder,
    readOnly,
    "data-testid": testId,
    // Undo within half-typed text is the field's own.
    "data-dirty": draft.current?.sent === false ? "" : undefined,
    onInput: ({ currentTarget }: Event) => {
      const text = String(propertyOf(currentTarget, "value"));
      change({ text, sent: false });
      typed?.(text.trim());
    },
    onFocusOut: send,
    onKeyDown: ({ key }: KeyboardEvent) => {
      if (key === "Enter") send();
      if (key === "Escape" && draft.current?.sent === false) change(null);
    },
  });
  return shortLabel === null ? element : <Field label={shortLabel}>{element}</Field>;
}

interface CheckboxProps {
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly testId?: string;
  /** May return a promise that settles once `checked` is up to date. */
  readonly changed: (checked: boolean) => unknown;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, disabled = false, testId, changed, children }: CheckboxProps) {
  const report = useReport();
  const onChange = ({ currentTarget }: Event) => {
    const now = propertyOf(currentTarget, "checked") === true;
    // The control reports changes made by the user and by this component.
    if (now !== checked) report(() => changed(now));
  };
  return createElement("vscode-checkbox", { checked, disabled, "data-testid": testId, onChange }, children);
}

interface TextProps {
  /** Language tag of the text. */
  readonly tag: string;
  readonly text: string;
  readonly class?: string;
}

/** Text from outside, pronounced and laid out by its language; invisible characters are shown as marks. */
export function InLanguage({ tag, text, class: name = "text" }: TextProps) {
  return (
    <div lang={tag} dir="auto" class={name}>
      <PlainText text={text} />
    </div>
  );
}

/** Text from outside; characters that hide or reorder are shown as small marks. */
export function PlainText({ text }: { readonly text: string }) {
  return (
    <>
      {visibleParts(text).map(part =>
        part.hidden === undefined ? (
          part.text
        ) : (
          <span class="hidden-character" lang="en" dir="ltr" title={`hidden character ${part.hidden}`}>
            {part.text}
          </span>
        ),
      )}
    </>
  );
}
