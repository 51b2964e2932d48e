// A virtual list: only rows near the window are in the page; their heights are measured as they appear.

/** Assumed height of a row that has not been measured, in CSS pixels. */
const defaultHeight = 132;
/**
 * Distance drawn beyond both ends of the window, in CSS pixels, so that a key or a flick reaches drawn rows.
 */
const margin = 700;
/** Gap between two rows, in CSS pixels, as in the style sheet. */
const gap = 8;
/**
 * Distance in CSS pixels for which rows are requested ahead in the scroll direction, since replies take some
 * frames.
 */
const ahead = 2_400;
/** Number of rows requested at a time. */
const windowRows = 24;
/**
 * Number of rows drawn in one frame. The browser lays them out in the same frame, and a long response in a
 * script that needs shaping takes two or three milliseconds.
 */
const drawnPerFrame = { inSight: 6, outOfSight: 2 } as const;
/** Number of rows kept out of sight; others are requested again. */
const maxKept = 600;

export interface VirtualListOptions<Row> {
  /** Name of the list for assistive technology. */
  readonly label: string;
  /** Draws the row's content, or draws it again, in its <li>. */
  readonly draw: (row: Row, element: HTMLElement) => void;
  /** Requests rows, which are delivered through `fill`. */
  readonly want: (from: number, count: number) => void;
}

/** Virtual list. The page scrolls, not the list: it is as high as if it contained every row. */
export class VirtualList<Row> {
  readonly element: HTMLElement;
  readonly #options: VirtualListOptions<Row>;
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #rows = new Map<number, Row>();
  readonly #drawn = new Map<number, HTMLElement>();
  readonly #asked = new Set<number>();
  readonly #sizes: ResizeObserver;
  readonly #abort = new AbortController();
  /** Height of each row, including the gap below it. */
  #heights = new Float64Array(0);
  #total = 0;
  #focused = 0;
  #focusWanted = false;
  #frame = 0;
  /** Top of the window within the list when it was last drawn. */
  #top = 0;

  constructor(options: VirtualListOptions<Row>) {
    this.#options = options;
    this.element = document.createElement("ol");
    this.element.className = "sample-list";
    this.element.setAttribute("aria-label", options.label);
    this.element.addEventListener("keydown", event => this.#key(event));
    this.element.addEventListener("focusin", event => this.#focusMoved(event));
    this.#sizes = new ResizeObserver(entries => this.#measured(entries));
    const { signal } = this.#abort;
    window.addEventListener("scroll", () => this.#soon(), { passive: true, signal });
    window.addEventListener("resize", () => this.#soon(), { signal });
  }

  /** Replaces the content with another list. */
  reset(total: number): void {
    this.#total = total;
    this.#heights = new Float64Array(total).fill(defaultHeight);
    this.#rows.clear();
    this.#asked.clear();
    this.#drawn.clear();
    this.#sizes.disconnect();
    this.#focused = 0;
    this.element.replaceChildren(this.#above, this.#below);
    // Gets its full height immediately, or the page would scroll up.
    setHeight(this.#above, 0);
    setHeight(this.#below, total * defaultHeight);
    this.#soon();
  }

  fill(from: number, rows: readonly Row[]): void {
    rows.forEach((row, i) => {
      this.#rows.set(from + i, row);
      this.#asked.delete(from + i);
    });
    if (this.#rows.size > maxKept) {
      for (const place of this.#rows.keys()) {
        if (this.#rows.size <= maxKept) break;
        if (!this.#drawn.has(place) && Math.abs(place - from) > windowRows * 2) this.#rows.delete(place);
      }
    }
    this.#soon();
  }

  /** Draws the rows in the page again. */
  redraw(): void {
    for (const [place, element] of this.#drawn) {
      const row = this.#rows.get(place);
      if (row !== undefined && !element.classList.contains("waiting")) this.#options.draw(row, element);
    }
  }

  dispose(): void {
    this.#abort.abort();
    this.#sizes.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #soon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Reads the layout once, then only writes. */
  #draw(): void {
    if (!this.element.isConnected) return;
    const top = -this.element.getBoundingClientRect().top;
    const bottom = top + window.innerHeight;
    const near = this.#range(top - margin, bottom + margin);
    const { first, last } = near;
    const [up, down] = top < this.#top ? [ahead, 0] : [0, ahead];
    this.#top = top;
    const wanted = this.#range(top - margin - up, bottom + margin + down);
    this.#ask(first, last);
    this.#ask(wanted.first, wanted.last);
    this.#takeAway(first, last);
    const all = this.#place(first, last, this.#range(top, bottom));
    setHeight(this.#above, near.before);
    setHeight(this.#below, near.after);
    if (this.#focusWanted) this.#takeFocus();
    if (!all) this.#soon();
  }

  /**
   * Called after layout and before paint: keeps visible rows in place when the heights of rows above them
   * change.
   */
  #measured(entries: readonly ResizeObserverEntry[]): void {
    if (!this.element.isConnected) return;
    const top = -this.element.getBoundingClientRect().top;
    const anchor = this.#range(top, top).first;
    let moved = 0;
    let changed = false;
    for (const { target, borderBoxSize } of entries) {
      const place = Number(target.getAttribute("data-place"));
      const height = borderBoxSize[0]?.blockSize ?? 0;
      if (height === 0 || this.#drawn.get(place) !== target) continue;
      const difference = height + gap - (this.#heights[place] ?? 0);
      if (Math.abs(difference) < 0.5) continue;
      this.#heights[place] = height + gap;
      changed = true;
      if (place < anchor) moved += difference;
    }
    if (Math.abs(moved) > 0.5) window.scrollBy(0, moved);
    if (changed) this.#soon();
  }

  #range(from: number, to: number): { first: number; last: number; before: number; after: number } {
    let first = -1;
    let last = -1;
    let before = 0;
    let end = 0;
    let at = 0;
    for (let place = 0; place < this.#total; place++) {
      const height = this.#heights[place] ?? defaultHeight;
      if (first < 0 && (at + height > from || place === this.#total - 1)) {
        first = place;
        before = at;
      }
      at += height;
      if (first >= 0 && last < 0 && (at >= to || place === this.#total - 1)) {
        last = place;
        end = at;
      }
    }
    return { first: Math.max(0, first), last, before, after: at - end };
  }

  #ask(first: number, last: number): void {
    for (let place = first; place <= last; place++) {
      if (this.#rows.has(place) || this.#asked.has(place)) continue;
      const count = Math.min(windowRows, this.#total - place);
      for (let i = place; i < place + count; i++) this.#asked.add(i);
      this.#options.want(place, count);
    }
  }

  #takeAway(first: number, last: number): void {
    for (const [place, element] of this.#drawn) {
      // The focused row stays in the page, or the focus would move to the top of the page.
      if ((place >= first && place <= last) || element.contains(document.activeElement)) continue;
      this.#sizes.unobserve(element);
      element.remove();
      this.#drawn.delete(place);
    }
  }

  /** Returns false if some rows wait for the next frame and are shown as loading. */
  #place(first: number, last: number, sight: { readonly first: number; readonly last: number }): boolean {
    const left: { inSight: number; outOfSight: number } = { ...drawnPerFrame };
    let all = true;
    let previous: Element = this.#above;
    for (let place = first; place <= last; place++) {
      const isNew = this.#rows.has(place) && this.#drawn.get(place)?.classList.contains("waiting") !== false;
      const where = place >= sight.first && place <= sight.last ? "inSight" : "outOfSight";
      const mayDraw = !isNew || left[where]-- > 0;
      all &&= mayDraw;
      const element = this.#elementAt(place, mayDraw ? this.#rows.get(place) : undefined);
      if (previous.nextElementSibling !== element) previous.after(element);
      previous = element;
    }
    return all;
  }

  #elementAt(place: number, row: Row | undefined): HTMLElement {
    const known = this.#drawn.get(place);
    if (known !== undefined && (row === undefined || !known.classList.contains("waiting"))) return known;
    const element = document.createElement("li");
    element.className = row === undefined ? "sample waiting" : "sample";
    if (row === undefined) element.append("…");
    else this.#options.draw(row, element);
    element.setAttribute("aria-setsize", String(this.#total));
    element.setAttribute("aria-posinset", String(place + 1));
    element.setAttribute("data-place", String(place));
    element.tabIndex = place === this.#focused ? 0 : -1;
    if (row === undefined) element.style.height = `${(this.#heights[place] ?? defaultHeight) - gap}px`;
    if (known !== undefined) {
      this.#sizes.unobserve(known);
      known.replaceWith(element);
    }
    this.#drawn.set(place, element);
    // A waiting row already has its assumed height.
    if (row !== undefined) this.#sizes.observe(element);
    return element;
  }

  #key(event: KeyboardEvent): void {
    // Keys pressed in a control inside a row belong to that control.
    if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute("data-place")) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 5,
      PageUp: -5,
      Home: -this.#total,
      End: this.#total,
    };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.focus(Math.min(this.#total - 1, Math.max(0, this.#focused + step)));
  }

  /** Scrolls to a row and focuses it once it has been drawn. */
  focus(place: number): void {
    const before = this.#drawn.get(this.#focused);
    if (before !== undefined) before.tabIndex = -1;
    this.#focused = place;
    this.#focusWanted = true;
    if (!this.#drawn.has(place)) {
      let at = 0;
      for (let i = 0; i < place; i++) at += this.#heights[i] ?? defaultHeight;
      const { top } = this.element.getBoundingClientRect();
      window.scrollBy(0, top + at - window.innerHeight / 3);
    }
    this.#soon();
  }

  #takeFocus(): void {
    const element = this.#drawn.get(this.#focused);
    if (element === undefined) return;
    // A row that is still loading is redrawn when it arrives, and then takes the focus.
    this.#focusWanted = element.classList.contains("waiting");
    element.tabIndex = 0;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }

  #focusMoved({ target }: FocusEvent): void {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
    if (row === null) return;
    const place = Number(row.dataset.place);
    if (place === this.#focused) return;
    const before = this.#drawn.get(this.#focused);
    if (before !== undefined) before.tabIndex = -1;
    row.tabIndex = 0;
    this.#focused = place;
  }
}

/** Empty item as high as the rows that are not drawn. */
function spacer(): HTMLElement {
  const element = document.createElement("li");
  element.className = "spacer";
  element.setAttribute("aria-hidden", "true");
  element.setAttribute("role", "presentation");
  return element;
}

function setHeight(element: HTMLElement, height: number): void {
  const value = `${height}px`;
  if (element.style.height !== value) element.style.height = value;
}
