// The judge that needs no model: checks passed, then right language. It reads no word of a response.
import type { SampleRecord } from "../run/records.ts";
import type { Verdict } from "./verdict.ts";

/** What the rule knows of a response: verdicts of the evaluation, never its text. */
export type JudgedFacts = Pick<SampleRecord, "checksPassed" | "languageCorrect">;

/** Rows without checks differ by language only. */
export function ruleVerdict(a: JudgedFacts, b: JudgedFacts): Verdict {
  const lead =
    Number(a.checksPassed === true) - Number(b.checksPassed === true) ||
    Number(a.languageCorrect) - Number(b.languageCorrect);
  return lead > 0 ? "A" : lead < 0 ? "B" : "tie";
}
