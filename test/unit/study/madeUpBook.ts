// Scores made up prompt by prompt, so that what a study says of them can be counted by hand.
import { metricBook, type ScoreBook, type ScoredRun } from "../../../src/core/study/scoreBook.ts";

/** For each mixture and language: which prompts are followed, one character each, `x` followed and `.` not. */
export type Passes = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function madeUpRuns(passes: Passes, seed = 7): ScoredRun[] {
  return Object.entries(passes).map(([mixture, languages]) => ({
    mixture,
    seed,
    samples: Object.entries(languages).flatMap(([language, marks]) =>
      [...marks].map((mark, i) => ({
        language,
        id: `p${i}`,
        outcome: mark === "x" ? ("followed" as const) : ("wrongAnswer" as const),
        languageCorrect: true,
      })),
    ),
  }));
}

export function madeUpBook(passes: Passes): ScoreBook {
  const book = metricBook("followed", madeUpRuns(passes));
  if (book === null) throw new RangeError("no prompts");
  return book;
}

/** `x` for the first `followed` of `all` prompts. */
export function first(followed: number, all = 40): string {
  return "x".repeat(followed) + ".".repeat(all - followed);
}
