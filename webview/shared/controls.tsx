// Preact components for all pages: the toolkit's controls, and text in a given language.
import { type ComponentChildren, createElement } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { visibleParts } from "../../src/common/visibleText.ts";
import type { ButtonOptions } from "./toolkit.ts";
import "./toolkit.ts";

export function Button({ label, icon, look = "primary", disabled = false, testId, press }: ButtonOptions) {
  return createElement(
    "vscode-button",
    {
      appearance: look,
      disabled,
      "data-focus": testId ?? label,
      "data-testid": testId,
      onClick: disabled ? undefined : press,
    },
    icon === undefined ? null : <span slot="start" class={`codicon codicon-${icon}`} />,
    label,
  );
}

interface CheckboxProps {
  readonly checked: boolean;
  readonly changed: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, changed, children }: CheckboxProps) {
  const onChange = ({ currentTarget }: Event) => {
    const now = Reflect.get(currentTarget as HTMLElement, "checked") === true;
    // The control reports changes made by the user and by this component.
    if (now !== checked) changed(now);
  };
  return createElement("vscode-checkbox", { checked, onChange }, children);
}

interface TextProps {
  /** Language tag of the text. */
  readonly tag: string;
  readonly text: string;
}

/** Text from outside, pronounced and laid out by its language; invisible characters are shown as marks. */
export function InLanguage({ tag, text }: TextProps) {
  return (
    <div lang={tag} dir="auto" class="text">
      {visibleParts(text).map(part =>
        part.hidden === undefined ? (
          part.text
        ) : (
          <span class="hidden-character" lang="en" dir="ltr" title={`hidden character ${part.hidden}`}>
            {part.text}
          </span>
        ),
      )}
    </div>
  );
}

/** Wrapper for an element that was built without Preact. */
export function Mounted({ element }: { readonly element: HTMLElement }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(element), [element]);
  return <div ref={place} />;
}
