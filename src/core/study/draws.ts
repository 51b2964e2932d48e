// Random parts of a study: the seen languages, the pairs, and the orders in which languages join.
import { seededRandom, shuffled } from "../../common/random.ts";
import { sortedTags } from "../language/tags.ts";

/** Half of the languages are tuned on, but at most six, as in the study of Shaham et al. (2024). */
const maxSeen = 6;
const studySeen = ["en", "ar", "fi", "it", "ru", "sw"];
const orderCount = 3;

/** Returns that study's own six languages if available, otherwise a draw; the base language comes first. */
export function drawSeen(languages: readonly string[], base: string, seed: number): string[] {
  if (base === "en" && studySeen.every(tag => languages.includes(tag))) return studySeen;
  const others = sortedTags(languages).filter(tag => tag !== base);
  const count = Math.min(maxSeen, Math.max(2, Math.floor(languages.length / 2)));
  const drawn = shuffled(others, seededRandom(seed, "seen")).slice(0, count - 1);
  return [base, ...sortedTags(drawn)];
}

/** Uses every language once; with an odd number, the last one is left out. */
export function drawPairs(languages: readonly string[], seed: number): [string, string][] {
  const order = shuffled(sortedTags(languages), seededRandom(seed, "pairs"));
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < order.length; i += 2) pairs.push([order[i] as string, order[i + 1] as string]);
  return pairs;
}

/** Returns three orders that start from different languages, or fewer if there are fewer languages. */
export function drawOrders(languages: readonly string[], seed: number): string[][] {
  const firsts = shuffled(sortedTags(languages), seededRandom(seed, "firsts"));
  return Array.from({ length: Math.min(orderCount, firsts.length) }, (_, index) => {
    const first = firsts[index] as string;
    const rest = sortedTags(languages).filter(tag => tag !== first);
    return [first, ...shuffled(rest, seededRandom(seed, "order", index))];
  });
}
