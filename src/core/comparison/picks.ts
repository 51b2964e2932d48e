// Translates verdicts by place into picks of a response, and the picks of both orders into an outcome.
import type { JudgedOrder, PairOutcome, Pick } from "../records/comparison.ts";
import type { Verdict } from "./verdict.ts";

/** Returns which response a verdict by place refers to. */
export function pickOf(verdict: Verdict | null, first: "run" | "baseline"): Pick {
  if (verdict === null || verdict === "tie") return verdict;
  return (verdict === "A") === (first === "run") ? "run" : "baseline";
}

/** Returns the outcome of a pair; null unless both orders could be read. */
export function outcomeOf([one, other]: readonly [JudgedOrder, JudgedOrder]): PairOutcome | null {
  if (one.picked === null || other.picked === null) return null;
  if (one.picked !== other.picked || one.picked === "tie") return "tie";
  return one.picked === "run" ? "win" : "loss";
}
