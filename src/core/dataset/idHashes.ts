// Stores the ids of millions of rows as sorted 53-bit hashes, to count duplicates and translations.

/**
 * Combines two 32-bit multiplicative hashes to 53 bits, which a double represents exactly. Among ten million
 * ids the chance of a collision is half a percent, and then one count is off by one.
 */
export function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

/** Collects hashes in a growing typed array: a Set of that many numbers would take ten times the memory. */
export class IdCollector {
  #hashes = new Float64Array(1024);
  #count = 0;

  add(id: string): void {
    if (this.#count === this.#hashes.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.#count++] = hash53(id);
  }

  /** Returns the sorted hashes without duplicates, and the number of duplicates. */
  finish(): { readonly ids: Float64Array<ArrayBuffer>; readonly duplicates: number } {
    const sorted = this.#hashes.slice(0, this.#count).sort();
    let kept = 0;
    for (let i = 0; i < sorted.length; i++) {
      const hash = sorted[i] ?? 0;
      if (i === 0 || hash !== sorted[kept - 1]) sorted[kept++] = hash;
    }
    return { ids: sorted.slice(0, kept), duplicates: this.#count - kept };
  }
}

/**
 * Counts parallel ids.
 * @param languages sorted hashes without duplicates, by language
 * @returns `shared`: number of ids that all languages have; `missing`: number of ids that a
 * language lacks, of those that any has
 */
export function countParallel(languages: ReadonlyMap<string, Float64Array>): {
  readonly shared: number;
  readonly missing: Readonly<Record<string, number>>;
} {
  const lists = [...languages].map(([language, ids]) => ({ language, ids, at: 0 }));
  let shared = 0;
  let union = 0;
  for (;;) {
    let least = Number.POSITIVE_INFINITY;
    for (const { ids, at } of lists) least = Math.min(least, ids[at] ?? Number.POSITIVE_INFINITY);
    if (least === Number.POSITIVE_INFINITY) break;
    let having = 0;
    for (const list of lists) {
      if (list.ids[list.at] !== least) continue;
      list.at++;
      having++;
    }
    union++;
    if (having === lists.length) shared++;
  }
  return {
    shared,
    missing: Object.fromEntries(lists.map(({ language, ids }) => [language, union - ids.length])),
  };
}
