// Which place a judge leans to where the order of the responses changed its verdict.
import { midPInterval } from "../statistics/shareInterval.ts";
import type { JudgedOrder, PlaceBias } from "./records.ts";

/** null: the order changed nothing, or an answer could not be read. */
export function leaning(orders: readonly [JudgedOrder, JudgedOrder]): "first" | "second" | null {
  const [one, other] = orders;
  if (one.picked === null || other.picked === null || one.picked === other.picked) return null;
  // Of a tie and a pick, the pick tells; of two picks that differ, both name the same place.
  const telling = one.picked === "tie" ? other : one;
  return telling.picked === telling.first ? "first" : "second";
}

/** Of so many flips; null where there is none. */
export function placeBias(first: number, second: number): PlaceBias | null {
  const flips = first + second;
  return flips === 0 ? null : { first, second, interval: midPInterval(first, flips) };
}

/** Of several languages or runs together; null where none has a flip, undefined where one did not count them. */
export function placesOf(
  parts: readonly { readonly flips: number; readonly places?: PlaceBias }[],
): PlaceBias | null | undefined {
  const flipped = parts.filter(({ flips }) => flips > 0);
  if (flipped.some(({ places }) => places === undefined)) return undefined;
  const sum = (place: "first" | "second"): number =>
    flipped.reduce((total, { places }) => total + (places?.[place] ?? 0), 0);
  return placeBias(sum("first"), sum("second"));
}

/** `for the first place in 75 % (43–95)` of the flips. */
export function leaningWords({ first, second, interval }: PlaceBias): string {
  const percent = (share: number): string => (100 * share).toFixed(0);
  return `for the first place in ${percent(first / (first + second))} % (${interval.map(percent).join("–")})`;
}
