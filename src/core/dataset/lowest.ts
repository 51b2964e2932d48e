// Selects the lowest items of a long stream in a single pass.

/** Keeps the items with the lowest keys, up to a maximum; of equal keys the first ones. */
export class Lowest<Item> {
  readonly #most: number;
  /** A max-heap: each entry is ordered after its two children. */
  readonly #heap: { readonly key: number; readonly place: number; readonly item: Item }[] = [];
  #places = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Adds an item. Returns the item that is dropped, this one or an earlier one; null if none is. */
  add(key: number, item: Item): { readonly left: Item } | null {
    const entry = { key, place: this.#places++, item };
    if (this.#heap.length < this.#most) {
      this.#heap.push(entry);
      this.#up(this.#heap.length - 1);
      return null;
    }
    const [last] = this.#heap;
    if (last === undefined || key >= last.key) return { left: item };
    this.#heap[0] = entry;
    this.#down();
    return { left: last.item };
  }

  /** Returns the kept items in the order in which they were added. */
  items(): Item[] {
    return [...this.#heap].sort((a, b) => a.place - b.place).map(({ item }) => item);
  }

  #isAfter(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.key > b.key || (a.key === b.key && a.place > b.place);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }

  #up(from: number): void {
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.#isAfter(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #down(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const larger = this.#isAfter(right, left) ? right : left;
      if (!this.#isAfter(larger, at)) return;
      this.#swap(at, larger);
      at = larger;
    }
  }
}
