// The pick of a judge in each order, and what the two orders of a pair come to.
import type { JudgedOrder, PairOutcome, Pick } from "../records/comparison.ts";
import type { Verdict } from "./verdict.ts";

/** Whose response a verdict by place names. */
export function pickOf(verdict: Verdict | null, first: "run" | "baseline"): Pick {
  if (verdict === null || verdict === "tie") return verdict;
  return (verdict === "A") === (first === "run") ? "run" : "baseline";
}

/** null: not both orders could be read. */
export function outcomeOf([one, other]: readonly [JudgedOrder, JudgedOrder]): PairOutcome | null {
  if (one.picked === null || other.picked === null) return null;
  if (one.picked !== other.picked || one.picked === "tie") return "tie";
  return one.picked === "run" ? "win" : "loss";
}
