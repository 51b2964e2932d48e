// chrF++ of one response against its reference (Popović 2015, 2017), as sacrebleu computes it.
import { whiteSpaceRun } from "../../common/whiteSpace.ts";

const characterOrder = 6;
const beta = 2; // recall has twice the weight of precision
const punctuation = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
/**
 * Returns a score from 0 to 1 over character n-grams up to 6 (without white space) and word n-grams up to 2.
 * Precision and recall are averaged over the orders for which both texts are long enough. Equals sacrebleu's
 * `CHRF(word_order=2).sentence_score` / 100.
 */
export function sentenceChrf(response: string, reference: string): number {
  if (response === reference) return tokensOf(response).length === 0 ? 0 : 1;
  const given = ordersOf(response);
  const wanted = keptGrams(reference);
  let precision = 0;
  let recall = 0;
  let orders = 0;
  let matches = 1;
  for (const [order, { total, gramAt, isShortest }] of given.entries()) {
    const others = wanted[order];
    if (total === 0 || others === undefined || others.total === 0) continue;
    // Without a common n-gram, there is no longer one either.
    if (matches > 0 || isShortest) matches = overlap(total, gramAt, others.counts);
    precision += matches / total;
    recall += matches / others.total;
    orders++;
  }
  if (precision + recall === 0) return 0;
  const p = precision / orders;
  const r = recall / orders;
  return ((1 + beta ** 2) * p * r) / (beta ** 2 * p + r);
}

// Cached because a reference is compared with the responses of many runs.
const kept = new Map<string, readonly Grams[]>();
const maxKept = 4096;

function keptGrams(reference: string): readonly Grams[] {
  const before = kept.get(reference);
  if (before !== undefined) return before;
  if (kept.size >= maxKept) kept.clear();
  const grams = ordersOf(reference).map(({ total, gramAt }) => ({ total, counts: count(total, gramAt) }));
  kept.set(reference, grams);
  return grams;
}

interface Grams {
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

interface Order {
  readonly total: number;
  /** Returns the n-gram at a position. */
  readonly gramAt: (at: number) => string;
  /** True for the lowest order of its kind, characters or words. */
  readonly isShortest: boolean;
}

/** Character n-grams from 1 to 6, then word n-grams from 1 to 2. */
function ordersOf(text: string): Order[] {
  const tokens = tokensOf(text);
  const joined = tokens.join("");
  const characters = [...joined];
  // Slicing is several times cheaper than joining pieces; possible if each character is one UTF-16 unit.
  const isPlain = characters.length === joined.length;
  const words = tokens.flatMap(withoutMark);
  const order = (items: readonly string[], n: number, gramAt: Order["gramAt"]): Order => ({
    total: Math.max(0, items.length - n + 1),
    gramAt,
    isShortest: n === 1,
  });
  const ofCharacters = Array.from({ length: characterOrder }, (_, i) =>
    order(
      characters,
      i + 1,
      isPlain ? at => joined.slice(at, at + i + 1) : at => characters.slice(at, at + i + 1).join(""),
    ),
  );
  return [
    ...ofCharacters,
    order(words, 1, at => words[at] ?? ""),
    order(words, 2, at => `${words[at]} ${words[at + 1]}`),
  ];
}

function tokensOf(text: string): string[] {
  return text.split(whiteSpaceRun).filter(token => token !== "");
}

function count(total: number, gramAt: Order["gramAt"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < total; at++) {
    const found = gramAt(at);
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}

/** Splits off one ASCII punctuation mark at the end of a word, or otherwise at its start, as chrF++ does. */
function withoutMark(token: string): string[] {
  const characters = [...token];
  if (characters.length === 1) return [token];
  const first = characters[0] ?? "";
  const last = characters.at(-1) ?? "";
  if (punctuation.has(last)) return [characters.slice(0, -1).join(""), last];
  if (punctuation.has(first)) return [first, characters.slice(1).join("")];
  return [token];
}

/** Number of common n-grams, each counted as often as in the text that has fewer of it. */
function overlap(total: number, gramAt: Order["gramAt"], wanted: ReadonlyMap<string, number>): number {
  const taken = new Map<string, number>();
  let matches = 0;
  for (let at = 0; at < total; at++) {
    const gram = gramAt(at);
    const most = wanted.get(gram);
    if (most === undefined) continue;
    const before = taken.get(gram) ?? 0;
    if (before === most) continue;
    taken.set(gram, before + 1);
    matches++;
  }
  return matches;
}
