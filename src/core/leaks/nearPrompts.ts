// Finds, among many texts, those that nearly are one of a few: exact, and fast because rare sequences lead to them.
import type { Folded } from "./folded.ts";
import { rawShingles, shinglesOf, similarity } from "./shingles.ts";

/**
 * Texts count as nearly the same from this Jaccard similarity of their sequences on: the usual one for near duplicates
 * in training data (Lee et al. 2022, arXiv 2107.06499).
 */
export const nearSimilarity = 0.8;
/** Sequences that a text must have: shorter ones are the same or they aren't. */
const fewestShingles = 10;
/** Of texts with so many sequences or more, a quarter of them, chosen by their hashes, is enough to find the text by. */
const longText = 100;
const isChosen = (shingle: number): boolean => shingle >>> 30 === 0;
/** Share of a text's sequences by which the index is larger than it must be, so that it leads to fewer others. */
const neededShare = 0.15;
/** A sequence of more texts than this belongs to a template that they are made by, and leads nowhere. */
const mostTexts = 64;
/** Slots that occurrences of sequences are counted in; two that share one only make the choice of rare ones worse. */
const countSlots = 1 << 20;

interface Entry {
  readonly shingles: Int32Array;
  readonly numbers: number;
  /** Sequences of its part of the index that a text must have to be compared. */
  needed: number;
}

/**
 * Of two texts of similarity s or more, one's sequences are missing in the other by a share of 1 - s at most: so of any
 * `(1 - s) · n + k` of its n, k are in both. The rarest are chosen, and lead to few others (prefix filtering: Chaudhuri
 * et al. 2006).
 */
export class NearIndex {
  readonly #entries: readonly Entry[];
  /** Keys and entries, side by side, in buckets of equal `key & mask`. */
  readonly #keys: Int32Array;
  readonly #owners: Int32Array;
  readonly #starts: Int32Array;
  readonly #mask: number;
  /** The text that looked at an entry last, and how many of its sequences it met there. */
  readonly #seen: Int32Array;
  readonly #met: Int32Array;
  #looked = 0;

  /** @param texts Folded one after another, by one instance. */
  constructor(texts: Iterable<Folded>) {
    const counts = new Int32Array(countSlots);
    const entries: Entry[] = [];
    for (const text of texts) {
      const shingles = shinglesOf(text);
      entries.push({ shingles, numbers: text.numbers, needed: 1 });
      for (const shingle of shingles) increment(counts, shingle & (countSlots - 1));
    }
    const rarity = (shingle: number): number => counts[shingle & (countSlots - 1)] as number;
    const prefixes = entries.map(entry => {
      const { shingles } = entry;
      if (shingles.length < fewestShingles) return new Int32Array(0);
      const used = shingles.length < longText ? shingles : shingles.filter(isChosen);
      entry.needed = Math.max(1, Math.floor(used.length * neededShare));
      const rare = used.filter(shingle => rarity(shingle) <= mostTexts);
      const count = Math.floor((1 - nearSimilarity) * used.length) + entry.needed;
      return rare.sort((a, b) => rarity(a) - rarity(b)).slice(0, count);
    });
    const total = prefixes.reduce((sum, { length }) => sum + length, 0);
    const buckets = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * total)));
    this.#mask = buckets - 1;
    this.#starts = new Int32Array(buckets + 1);
    for (const prefix of prefixes) for (const key of prefix) increment(this.#starts, (key & this.#mask) + 1);
    for (let i = 0; i < buckets; i++) increment(this.#starts, i + 1, this.#starts[i]);
    const next = this.#starts.slice();
    this.#keys = new Int32Array(total);
    this.#owners = new Int32Array(total);
    for (const [owner, prefix] of prefixes.entries())
      for (const key of prefix) {
        const place = increment(next, key & this.#mask) - 1;
        this.#keys[place] = key;
        this.#owners[place] = owner;
      }
    this.#entries = entries;
    this.#seen = new Int32Array(entries.length);
    this.#met = new Int32Array(entries.length);
  }

  /**
   * Calls `found` with each entry that the text nearly is: texts whose numbers differ ask for something else.
   * @param wanted Entries for which it is false are passed over.
   */
  look(text: Folded, wanted: (entry: number) => boolean, found: (entry: number) => void): void {
    if (this.#keys.length === 0) return;
    const raw = rawShingles(text);
    if (raw.length < fewestShingles) return;
    this.#looked++;
    const isLong = raw.length >= longText / nearSimilarity;
    let own: Int32Array | null = null;
    for (let i = 0; i < raw.length; i++) {
      const key = raw[i] as number;
      if (isLong && !isChosen(key)) continue;
      const bucket = key & this.#mask;
      const end = this.#starts[bucket + 1] as number;
      for (let place = this.#starts[bucket] as number; place < end; place++) {
        if (this.#keys[place] !== key) continue;
        const owner = this.#owners[place] as number;
        if (this.#seen[owner] !== this.#looked) {
          this.#seen[owner] = this.#looked;
          this.#met[owner] = 0;
        }
        const { shingles, numbers, needed } = this.#entries[owner] as Entry;
        if (increment(this.#met, owner) !== needed || numbers !== text.numbers) continue;
        if (raw.length < nearSimilarity * shingles.length || !wanted(owner)) continue;
        own ??= shinglesOf(text);
        if (similarity(shingles, own) >= nearSimilarity) found(owner);
      }
    }
  }
}

/** @returns what it is now */
function increment(counts: Int32Array, at: number, by = 1): number {
  const sum = (counts[at] as number) + by;
  counts[at] = sum;
  return sum;
}
