// A rating session: the next pair, the ratings made, and those that can be undone.
import type { PairVerdict } from "../records/comparison.ts";
import { drawPairs, leftOf } from "./drawPairs.ts";
import { type PairName, pairKey, type Rating } from "./ratings.ts";

export class RatingSession {
  /** Id of the comparison, which determines the pairs drawn. */
  readonly #comparison: string;
  readonly #rater: string;
  readonly #ratable: readonly PairVerdict[];
  #languages: readonly string[];
  #drawn: readonly PairVerdict[];
  #ratings: readonly Rating[];

  /**
   * @param verdicts All verdicts of the comparison.
   * @param ratings Earlier ratings by this rater, oldest first.
   */
  constructor(
    comparison: string,
    rater: string,
    verdicts: readonly PairVerdict[],
    ratings: readonly Rating[],
    languages: readonly string[],
  ) {
    this.#comparison = comparison;
    this.#rater = rater;
    this.#ratable = verdicts.filter(isRatable);
    this.#ratings = ratings;
    this.#languages = languages;
    this.#drawn = drawPairs(this.#ratable, languages, comparison);
  }

  get ratings(): readonly Rating[] {
    return this.#ratings;
  }

  /** Languages of this session. */
  get languages(): readonly string[] {
    return this.#languages;
  }

  get total(): number {
    return this.#drawn.length;
  }

  get done(): number {
    const rated = this.#rated();
    return this.#drawn.filter(pair => rated.has(pairKey(pair))).length;
  }

  get canUndo(): boolean {
    return this.#lastOfSitting() !== undefined;
  }

  /** Returns null when all pairs are rated. */
  next(): PairVerdict | null {
    const rated = this.#rated();
    return this.#drawn.find(pair => !rated.has(pairKey(pair))) ?? null;
  }

  left(pair: PairName): "run" | "baseline" {
    return leftOf(pair, this.#comparison, this.#rater);
  }

  /** Ignores any pair but the next, so that a repeated key press rates one pair only. */
  rate(pair: PairName, picked: "left" | "right" | "tie", now: Date): boolean {
    const next = this.next();
    if (next === null || pairKey(next) !== pairKey(pair)) return false;
    const left = this.left(next);
    const other = left === "run" ? "baseline" : "run";
    const rating: Rating = {
      rater: this.#rater,
      language: next.language,
      id: next.id,
      left,
      picked: picked === "tie" ? "tie" : picked === "left" ? left : other,
      time: now.toISOString(),
    };
    this.#ratings = [...this.#ratings, rating];
    return true;
  }

  undo(): boolean {
    const last = this.#lastOfSitting();
    if (last === undefined) return false;
    this.#ratings = this.#ratings.filter(rating => rating !== last);
    return true;
  }

  /** Replaces its pairs with pairs of the other languages. Existing ratings are kept. */
  skipLanguage(language: string): void {
    const others = this.#languages.filter(each => each !== language);
    if (others.length === 0) return;
    this.#languages = others;
    this.#drawn = drawPairs(this.#ratable, others, this.#comparison);
  }

  #rated(): Set<string> {
    return new Set(this.#ratings.map(pairKey));
  }

  #lastOfSitting(): Rating | undefined {
    const drawn = new Set(this.#drawn.map(pairKey));
    return this.#ratings.findLast(rating => drawn.has(pairKey(rating)));
  }
}

/**
 * True if the judge's outcome is known and the responses differ. Identical responses are ties by definition.
 */
export function isRatable({ outcome, run, baseline }: PairVerdict): boolean {
  return outcome !== null && run !== baseline;
}

/** Languages of pairs that can be rated, in alphabetical order of their tags. */
export function ratableLanguages(
  verdicts: readonly PairVerdict[],
  ratings: readonly Rating[],
): { readonly tag: string; readonly pairs: number; readonly rated: number }[] {
  const ratable = verdicts.filter(isRatable);
  const rated = new Set(ratings.map(pairKey));
  return [...new Set(ratable.map(({ language }) => language))].sort().map(tag => {
    const own = ratable.filter(({ language }) => language === tag);
    return { tag, pairs: own.length, rated: own.filter(pair => rated.has(pairKey(pair))).length };
  });
}
