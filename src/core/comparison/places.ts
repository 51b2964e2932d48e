// Place bias: which place a judge favours when the order of the responses changes its verdict.

import type { JudgedOrder, PlaceBias } from "../records/comparison.ts";
import { midPInterval, trialsOf } from "../statistics/shareInterval.ts";

type Place = "first" | "second";

/** Returns the favoured place; null if the order changed nothing or an answer could not be read. */
export function leaning(orders: readonly [JudgedOrder, JudgedOrder]): Place | null {
  const [one, other] = orders;
  if (one.picked === null || other.picked === null || one.picked === other.picked) return null;
  // A pick decides over a tie; two different picks name the same place.
  const telling = one.picked === "tie" ? other : one;
  return telling.picked === telling.first ? "first" : "second";
}

/**
 * Returns the bias over all flips (pairs whose verdict changed with the order); null if there are none.
 * @param clusters number of each flip's cluster of prompts; if absent, each flip is its own cluster
 */
export function placeBias(places: readonly Place[], clusters?: readonly number[]): PlaceBias | null {
  if (places.length === 0) return null;
  const first = places.filter(place => place === "first").length;
  const trials = trialsOf(
    places.map(place => Number(place === "first")),
    clusters,
  );
  return biasOf(first, places.length - first, trials);
}

function biasOf(first: number, second: number, trials: number): PlaceBias {
  const flips = first + second;
  return {
    first,
    second,
    ...(trials !== flips && { trials }),
    interval: trials === 0 ? [0, 1] : midPInterval((first * trials) / flips, trials),
  };
}

/**
 * Combines the biases of several languages or runs. Null if none of them has a flip, undefined if one of them
 * did not record the places of its flips.
 */
export function placesOf(
  parts: readonly { readonly flips: number; readonly places?: PlaceBias }[],
): PlaceBias | null | undefined {
  const flipped = parts.filter(({ flips }) => flips > 0);
  if (flipped.some(({ places }) => places === undefined)) return undefined;
  const sum = (of: (places: PlaceBias) => number): number =>
    flipped.reduce((total, { places }) => total + (places === undefined ? 0 : of(places)), 0);
  const [first, second] = [sum(places => places.first), sum(places => places.second)];
  const trials = sum(places => places.trials ?? places.first + places.second);
  return first + second === 0 ? null : biasOf(first, second, trials);
}

/** Returns words such as `for the first place in 75 % (43–95)`, to be followed by "of the flips". */
export function leaningWords({ first, second, interval }: PlaceBias): string {
  const percent = (share: number): string => (100 * share).toFixed(0);
  return `for the first place in ${percent(first / (first + second))} % (${interval.map(percent).join("–")})`;
}
