// Finds texts that nearly equal one of a few: exact, and fast because it looks up rare sequences only.
import type { Folded } from "./folded.ts";
import { rawShingles, shinglesOf, similarity } from "./shingles.ts";

/**
 * Minimum Jaccard similarity of sequences of nearly equal texts: the usual threshold for near duplicates in
 * training data (Lee et al. 2022, arXiv 2107.06499).
 */
export const nearSimilarity = 0.8;
/** Minimum number of sequences of a text: shorter texts are either equal or different. */
const fewestShingles = 10;
/** Texts with at least this many sequences are indexed by a quarter of them, chosen by hash. */
const longText = 100;
const isChosen = (shingle: number): boolean => shingle >>> 30 === 0;
/**
 * Share of a text's sequences indexed beyond the necessary minimum, which leads to fewer false candidates.
 */
const neededShare = 0.15;
/**
 * Maximum number of texts that share an indexed sequence: a more frequent one belongs to a
 * template and is not distinctive.
 */
const maxTexts = 64;
/** Number of slots for counting sequences; collisions only make the choice of rare ones slightly worse. */
const countSlots = 1 << 20;

interface Entry {
  readonly shingles: Int32Array;
  readonly numbers: number;
  /** Number of its indexed sequences that a text must contain to be compared. */
  needed: number;
}

/**
 * Index of texts by their rarest sequences. If two texts have a similarity of at least s, at most a share
 * `1 - s` of one's sequences is missing in the other: so of any `(1 - s) · n + k` of its n sequences, at
 * least k are in both. The rarest are chosen, which few other texts share (prefix filtering: Chaudhuri et al.
 * 2006).
 */
export class NearIndex {
  readonly #entries: readonly Entry[];
  /** Keys and their entries as parallel arrays, in buckets of equal `key & mask`. */
  readonly #keys: Int32Array;
  readonly #owners: Int32Array;
  readonly #starts: Int32Array;
  readonly #mask: number;
  /** Number of the last text that met an entry, and how many of the entry's sequences it contained. */
  readonly #seen: Int32Array;
  readonly #met: Int32Array;
  #looked = 0;

  /** @param texts texts folded one after another, by a single instance */
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
      const rare = used.filter(shingle => rarity(shingle) <= maxTexts);
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
   * Calls `found` with each entry that nearly equals the text; texts with different numbers are different.
   * @param wanted returns false for entries to be skipped
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

/**
 * Adds to a count.
 * @returns the new count
 */
function increment(counts: Int32Array, at: number, by = 1): number {
  const sum = (counts[at] as number) + by;
  counts[at] = sum;
  return sum;
}
