// Small helpers that build elements from attributes and text, never from markup.
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

/** Element that contains the page. */
export function rootElement(): HTMLElement {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no root element.");
  return root;
}

/**
 * Replaces the content and restores the focus to the element with the same `data-focus`; if that is gone, for
 * example because pressing it removed it, to the one that took its place.
 */
export function replaceKeepingFocus(parent: HTMLElement, ...children: readonly Child[]): void {
  const stops = () => [...parent.querySelectorAll<HTMLElement>("[data-focus]")];
  const before = document.activeElement?.closest<HTMLElement>("[data-focus]") ?? null;
  const key = before?.getAttribute("data-focus") ?? null;
  const place = before === null ? -1 : stops().indexOf(before);
  const top = document.documentElement.scrollTop;
  parent.replaceChildren(...children.filter(child => child !== null));
  if (key !== null && place >= 0) {
    const now = stops();
    const again = now.find(element => element.getAttribute("data-focus") === key) ?? now[place] ?? now.at(-1);
    again?.focus({ preventScroll: true });
  }
  document.documentElement.scrollTop = top;
}
