// Draws the pairs to rate, their order and the side of each response: random but reproducible.
import { hash32, seededRandom } from "../../common/random.ts";
import { type PairName, pairKey } from "./ratings.ts";

/** Number of pairs per session. */
export const pairsToRate = 50;

/**
 * Draws `count` pairs, in equal shares per language as far as there are enough. The order of pairs within a
 * language depends only on the comparison, so that raters with other languages or more time share as many
 * pairs as possible.
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

/** Returns the response shown to this rater on the left. It may differ between raters. */
export function leftOf(pair: PairName, comparison: string, rater: string): "run" | "baseline" {
  return seededRandom(comparison, rater, pairKey(pair))() < 0.5 ? "run" : "baseline";
}

function hash(...parts: readonly string[]): number {
  // Takes the first number of a generator, because FNV alone gives similar hashes to names that differ only
  // in their last letter.
  return seededRandom(hash32(parts.join("\u0000")))();
}

/**
 * Divides `count` as evenly as the sizes allow. What one language lacks is taken from the others, earlier
 * ones first.
 */
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
