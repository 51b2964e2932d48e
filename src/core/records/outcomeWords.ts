// Text for each outcome.
import type { Outcome } from "./records.ts";

/** Suitable as labels and within sentences. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  followed: "followed",
  wrongAnswer: "wrong answer",
  wrongLanguage: "wrong language",
  unchecked: "right language, not checked",
  noLanguage: "no language, not checked",
  unscored: "language not scored",
};
