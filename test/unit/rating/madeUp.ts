// Judged pairs and ratings for tests of the human check.

import type { Rating } from "../../../src/core/rating/ratings.ts";
import type { JudgedOrder, PairOutcome, PairVerdict, Pick } from "../../../src/core/records/comparison.ts";

const picks = { win: "run", loss: "baseline", tie: "tie" } as const;

export function verdict(
  language: string,
  id: string,
  outcome: PairOutcome | null,
  texts: { readonly run?: string; readonly baseline?: string } = {},
): PairVerdict {
  const picked: Pick = outcome === null ? null : picks[outcome];
  const order = (first: "run" | "baseline"): JudgedOrder => ({ first, picked, answer: "", error: null });
  return {
    language,
    id,
    prompt: `prompt ${id}`,
    run: `run ${id}`,
    baseline: `baseline ${id}`,
    ...texts,
    orders: [order("run"), order("baseline")],
    outcome,
  };
}

export function rating(
  rater: string,
  language: string,
  id: string,
  picked: Rating["picked"],
  minute = 0,
): Rating {
  const time = new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
  return { rater, language, id, left: "run", picked, time };
}

/** So many pairs of each language, all won. */
export function verdictsOf(counts: Readonly<Record<string, number>>): PairVerdict[] {
  return Object.entries(counts).flatMap(([language, count]) =>
    Array.from({ length: count }, (_, i) => verdict(language, `q${i}`, "win")),
  );
}
