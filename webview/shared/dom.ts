// Small helpers to build elements: attributes only, never markup from text.

export type Child = Node | string | null;

/** An element with attributes and children; null children are left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes?: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag];
export function h(
  tag: string,
  attributes?: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElement;
export function h(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter(child => child !== null));
  return element;
}

/** Text in a language of its own: read and laid out as that language. */
export function inLanguage(tag: string, text: string, className = "text"): HTMLElement {
  return h("div", { lang: tag, dir: "auto", class: className }, text);
}

/** A real button that looks like what is in it. */
export function plainButton(
  attributes: Readonly<Record<string, string>>,
  press: () => void,
  ...children: readonly Child[]
): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, ...children);
  element.addEventListener("click", press);
  return element;
}

/** The element that the page is built in. */
export function rootElement(): HTMLElement {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no root element.");
  return root;
}

/** Replaces the content and puts the focus back on the element with the same `data-focus`. */
export function replaceKeepingFocus(parent: HTMLElement, ...children: readonly Child[]): void {
  const key = document.activeElement?.closest("[data-focus]")?.getAttribute("data-focus") ?? null;
  const top = document.documentElement.scrollTop;
  parent.replaceChildren(...children.filter(child => child !== null));
  if (key !== null) {
    const again = parent.querySelector<HTMLElement>(`[data-focus="${CSS.escape(key)}"]`);
    again?.focus({ preventScroll: true });
  }
  document.documentElement.scrollTop = top;
}
