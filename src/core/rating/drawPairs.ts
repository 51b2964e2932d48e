// Which pairs a person rates, in which order, and which response stands where: random, and the same every time.
import { hash32, seededRandom } from "../../common/random.ts";
import { type PairName, pairKey } from "./ratings.ts";

/** Pairs of one sitting. */
export const pairsToRate = 50;

/**
 * `count` pairs, as many of each language as there are, or an equal share. Which pairs of a language come first
 * depends on the comparison alone, so that raters with other languages or more time share as many as they can.
 */
export function drawPairs<Pair extends PairName>(
  pairs: readonly Pair[],
  languages: readonly string[],
  comparison: string,
  count = pairsToRate,
): Pair[] {
  const drawn = (pair: Pair) => hash(comparison, "drawn", pairKey(pair));
  const byLanguage = [...new Set(languages)].sort().map(language =>
    pairs
      .filter(pair => pair.language === language)
      .map(pair => ({ pair, at: drawn(pair) }))
      .sort((a, b) => a.at - b.at)
      .map(({ pair }) => pair),
  );
  const taken = evenShares(
    byLanguage.map(each => each.length),
    count,
  );
  return byLanguage
    .flatMap((each, i) => each.slice(0, taken[i]))
    .map(pair => ({ pair, at: hash(comparison, "order", pairKey(pair)) }))
    .sort((a, b) => a.at - b.at)
    .map(({ pair }) => pair);
}

/** Which response this rater sees on the left: another one may see the other. */
export function leftOf(pair: PairName, comparison: string, rater: string): "run" | "baseline" {
  return seededRandom(comparison, rater, pairKey(pair))() < 0.5 ? "run" : "baseline";
}

function hash(...parts: readonly string[]): number {
  // A generator's first number: FNV alone leaves names that differ in their last letter close together.
  return seededRandom(hash32(parts.join("\u0000")))();
}

/** As even as the sizes allow; what one can't give the others do, earlier ones first. */
function evenShares(sizes: readonly number[], count: number): number[] {
  const taken = sizes.map(() => 0);
  let left = count;
  while (left > 0) {
    const open = sizes.flatMap((size, i) => ((taken[i] ?? 0) < size ? [i] : []));
    if (open.length === 0) break;
    for (const i of open.slice(0, left)) taken[i] = (taken[i] ?? 0) + 1;
    left -= Math.min(left, open.length);
  }
  return taken;
}
