// A list that reuses the element of each item, and so keeps focus, half-typed text and open state.

export interface ItemView<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
}

export class KeyedList<Item> {
  readonly #parent: HTMLElement;
  readonly #keyOf: (item: Item) => string;
  readonly #create: (item: Item) => ItemView<Item>;
  #views = new Map<string, ItemView<Item>>();

  constructor(parent: HTMLElement, keyOf: (item: Item) => string, create: (item: Item) => ItemView<Item>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#create = create;
  }

  /** Updates the list. If the focused element is removed, the one that takes its place receives the focus. */
  update(items: readonly Item[]): void {
    const focused = document.activeElement;
    const keys = new Set(items.map(this.#keyOf));
    let lost: number | null = null;
    for (const [key, { element }] of this.#views) {
      if (keys.has(key)) continue;
      if (element.contains(document.activeElement)) lost = [...this.#parent.children].indexOf(element);
      element.remove();
      this.#views.delete(key);
    }
    let next = this.#parent.firstElementChild;
    const views = new Map<string, ItemView<Item>>();
    for (const item of items) {
      const key = this.#keyOf(item);
      const view = this.#views.get(key) ?? this.#create(item);
      views.set(key, view);
      view.update(item);
      if (view.element === next) next = next.nextElementSibling;
      else this.#parent.insertBefore(view.element, next);
    }
    this.#views = views;
    // Moving an element makes it lose the focus.
    if (
      focused instanceof HTMLElement &&
      focused !== document.activeElement &&
      this.#parent.contains(focused)
    ) {
      focused.focus({ preventScroll: true });
    }
    if (lost === null) return;
    const place = this.#parent.children[Math.min(lost, this.#parent.children.length - 1)];
    place?.querySelector<HTMLElement>("[data-focus]:not([disabled])")?.focus({ preventScroll: true });
  }
}

/** Makes a group of buttons a single tab stop with arrow keys between them (roving tabindex). */
export function roving(group: HTMLElement, stops: () => HTMLElement[]): () => void {
  const settle = (current: HTMLElement | undefined) => {
    for (const stop of stops()) stop.tabIndex = stop === current ? 0 : -1;
  };
  group.addEventListener("focusin", event => {
    const stop = stops().find(each => each.contains(event.target as Node));
    if (stop !== undefined) settle(stop);
  });
  group.addEventListener("keydown", event => {
    const all = stops();
    const at = all.findIndex(each => each.contains(document.activeElement));
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const to =
      event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : by === undefined ? null : at + by;
    if (at < 0 || to === null) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  });
  return () => {
    const all = stops();
    settle(all.find(stop => stop.tabIndex === 0) ?? all[0]);
  };
}
