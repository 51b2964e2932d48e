// Rule judge, which needs no model: prefers followed instructions, then the right language, then passed
// checks. It never reads the text of a response.
import type { SampleRecord } from "../records/records.ts";
import type { Verdict } from "./verdict.ts";

/** Facts about a response that the rule decides by: results of the evaluation, never the text. */
export type JudgedFacts = Pick<SampleRecord, "checksPassed" | "languageCorrect">;

/** Version of the rule; changed whenever the same facts may get another verdict. */
export const ruleVersion = "pinch-rule-2";

/**
 * Compares two responses. As in the metric `followed`, a passed check in the wrong language is a failure; of
 * two failing responses, the one in the right language is better. Rows without checks differ by language
 * only. A response in no language is neither right nor wrong: with passed checks it counts as followed, else
 * it ranks below the right language and above a wrong one.
 */
export function ruleVerdict(a: JudgedFacts, b: JudgedFacts): Verdict {
  const lead = worth(a) - worth(b);
  return lead > 0 ? "A" : lead < 0 ? "B" : "tie";
}

/**
 * Ranks a response: 4 followed, 3 right language only, 2 no language, 1 checks passed in
 * another language, 0 neither.
 */
function worth({ checksPassed, languageCorrect }: JudgedFacts): number {
  if (languageCorrect === false) return Number(checksPassed === true);
  if (checksPassed === true) return 4;
  return languageCorrect === null ? 2 : 3;
}
