// The judge that needs no model: followed, then right language, then checks. It reads no word of a response.
import type { SampleRecord } from "../records/records.ts";
import type { Verdict } from "./verdict.ts";

/** What the rule knows of a response: verdicts of the evaluation, never its text. */
export type JudgedFacts = Pick<SampleRecord, "checksPassed" | "languageCorrect">;

/** Changes whenever the same facts may get another verdict. */
export const ruleVersion = "pinch-rule-2";

/**
 * As the metric `followed` has it, a passed check in the wrong language is a failure: among responses that both fail,
 * the one in the right language is better. Rows without checks differ by language only. No language at all is neither
 * right nor wrong: with passed checks it is followed, else it is worth less than the right language and more than a
 * wrong one.
 */
export function ruleVerdict(a: JudgedFacts, b: JudgedFacts): Verdict {
  const lead = worth(a) - worth(b);
  return lead > 0 ? "A" : lead < 0 ? "B" : "tie";
}

/** 4: followed; 3: the right language only; 2: no language; 1: checks passed in another language; 0: neither. */
function worth({ checksPassed, languageCorrect }: JudgedFacts): number {
  if (languageCorrect === false) return Number(checksPassed === true);
  if (checksPassed === true) return 4;
  return languageCorrect === null ? 2 : 3;
}
