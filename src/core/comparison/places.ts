// Which place a judge leans to where the order of the responses changed its verdict.

import type { JudgedOrder, PlaceBias } from "../records/comparison.ts";
import { midPInterval, trialsOf } from "../statistics/shareInterval.ts";

type Place = "first" | "second";

/** null: the order changed nothing, or an answer could not be read. */
export function leaning(orders: readonly [JudgedOrder, JudgedOrder]): Place | null {
  const [one, other] = orders;
  if (one.picked === null || other.picked === null || one.picked === other.picked) return null;
  // Of a tie and a pick, the pick tells; of two picks that differ, both name the same place.
  const telling = one.picked === "tie" ? other : one;
  return telling.picked === telling.first ? "first" : "second";
}

/**
 * Of the places that flips lean to; null where there is none.
 * @param clusters number of each flip's cluster of prompts; absent: each is its own
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

/** Of several languages or runs together; null where none has a flip, undefined where one did not count them. */
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

/** `for the first place in 75 % (43–95)` of the flips. */
export function leaningWords({ first, second, interval }: PlaceBias): string {
  const percent = (share: number): string => (100 * share).toFixed(0);
  return `for the first place in ${percent(first / (first + second))} % (${interval.map(percent).join("–")})`;
}
