// The random parts of a study: which languages are seen, who is paired with whom, in which orders languages join.
import { seededRandom, shuffled } from "../../common/random.ts";
import { sortedTags } from "../language/tags.ts";

/** Half of the languages, or six at most: what the study of Shaham et al. (2024) tunes on. */
const mostSeen = 6;
const studySeen = ["en", "ar", "fi", "it", "ru", "sw"];
const orderCount = 3;

/** The study's own six where all of them are there, else drawn; the base language first. */
export function drawSeen(languages: readonly string[], base: string, seed: number): string[] {
  if (base === "en" && studySeen.every(tag => languages.includes(tag))) return studySeen;
  const others = sortedTags(languages).filter(tag => tag !== base);
  const count = Math.min(mostSeen, Math.max(2, Math.floor(languages.length / 2)));
  const drawn = shuffled(others, seededRandom(seed, "seen")).slice(0, count - 1);
  return [base, ...sortedTags(drawn)];
}

/** Every language once; of an odd number the last stays alone and is left out. */
export function drawPairs(languages: readonly string[], seed: number): [string, string][] {
  const order = shuffled(sortedTags(languages), seededRandom(seed, "pairs"));
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < order.length; i += 2) pairs.push([order[i] as string, order[i + 1] as string]);
  return pairs;
}

/** Three orders that start from different languages where there are as many. */
export function drawOrders(languages: readonly string[], seed: number): string[][] {
  const firsts = shuffled(sortedTags(languages), seededRandom(seed, "firsts"));
  return Array.from({ length: Math.min(orderCount, firsts.length) }, (_, index) => {
    const first = firsts[index] as string;
    const rest = sortedTags(languages).filter(tag => tag !== first);
    return [first, ...shuffled(rest, seededRandom(seed, "order", index))];
  });
}
