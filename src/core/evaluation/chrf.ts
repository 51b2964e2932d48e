// chrF++ of one response against its reference (Popović 2015, 2017), as sacrebleu computes it.
import { whiteSpaceRun } from "../../common/whiteSpace.ts";

const characterOrder = 6;
const beta = 2; // recall counts twice
const punctuation = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
/**
 * 0 to 1. Character n-grams to 6 without white space and word n-grams to 2; precision and recall are averaged
 * over the orders that both texts are long enough for. sacrebleu's `CHRF(word_order=2).sentence_score` / 100.
 */
export function sentenceChrf(response: string, reference: string): number {
  const given = gramsOf(response);
  const wanted = keptGrams(reference);
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (const [order, grams] of given.entries()) {
    const others = wanted[order];
    if (grams.total === 0 || others === undefined || others.total === 0) continue;
    const matches = overlap(grams.counts, others.counts);
    precision += matches / grams.total;
    recall += matches / others.total;
    orders++;
  }
  if (precision + recall === 0) return 0;
  const p = precision / orders;
  const r = recall / orders;
  return ((1 + beta ** 2) * p * r) / (beta ** 2 * p + r);
}

// A reference is compared with the responses of many runs.
const kept = new Map<string, readonly Grams[]>();
const mostKept = 4096;

function keptGrams(reference: string): readonly Grams[] {
  const before = kept.get(reference);
  if (before !== undefined) return before;
  if (kept.size >= mostKept) kept.clear();
  const grams = gramsOf(reference);
  kept.set(reference, grams);
  return grams;
}

interface Grams {
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

/** Of every order: characters from 1 to 6, then words from 1 to 2. */
function gramsOf(text: string): Grams[] {
  const tokens = text.split(whiteSpaceRun).filter(token => token !== "");
  const joined = tokens.join("");
  const characters = [...joined];
  // Cutting a string is several times cheaper than joining pieces: where every character is one unit, it is cut.
  const isPlain = characters.length === joined.length;
  const words = tokens.flatMap(withoutMark);
  const orders: Grams[] = [];
  for (let n = 1; n <= characterOrder; n++) {
    const gram = isPlain
      ? (at: number) => joined.slice(at, at + n)
      : (at: number) => characters.slice(at, at + n).join("");
    orders.push(count(characters.length, n, gram));
  }
  orders.push(count(words.length, 1, at => words[at] ?? ""));
  orders.push(count(words.length, 2, at => `${words[at]} ${words[at + 1]}`));
  return orders;
}

/** @param gram the n items from a place on */
function count(length: number, n: number, gram: (at: number) => string): Grams {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= length; at++) {
    const found = gram(at);
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return { counts, total: Math.max(0, length - n + 1) };
}

/** ASCII punctuation at a word's end, or else at its start, is a word of its own; once, as in chrF++. */
function withoutMark(token: string): string[] {
  const characters = [...token];
  if (characters.length === 1) return [token];
  const first = characters[0] ?? "";
  const last = characters.at(-1) ?? "";
  if (punctuation.has(last)) return [characters.slice(0, -1).join(""), last];
  if (punctuation.has(first)) return [first, characters.slice(1).join("")];
  return [token];
}

function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let matches = 0;
  for (const [gram, times] of a) matches += Math.min(times, b.get(gram) ?? 0);
  return matches;
}
