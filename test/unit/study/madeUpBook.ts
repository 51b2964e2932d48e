// Scores made up prompt by prompt, so that what a study says of them can be counted by hand.
import assert from "node:assert/strict";
import type { Study, StudyMixture } from "../../../src/core/study/recognise.ts";
import { metricBook, type ScoreBook, type ScoredRun } from "../../../src/core/study/scoreBook.ts";
import type { StudyResult } from "../../../src/core/study/studyResult.ts";
import { studyResults } from "../../../src/core/study/studyResults.ts";

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
        checksPassed: mark === "x",
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

export function monolingual(language: string): StudyMixture {
  return {
    mixture: `mono-${language}`,
    form: { kind: "monolingual", language },
    counts: { [language]: 80 },
    budget: 80,
  };
}

export function spread(percent: number, counts: Readonly<Record<string, number>>): StudyMixture {
  const over = Object.keys(counts).filter(tag => tag !== "en");
  const form = { kind: "spread", base: "en", spread: { percent }, over } as const;
  return { mixture: `p${percent}`, form, counts, budget: 80 };
}

export function uniform(mixture: string, ...over: string[]): StudyMixture {
  const counts = Object.fromEntries(over.map(tag => [tag, 80 / over.length]));
  return { mixture, form: { kind: "uniform", over }, counts, budget: 80 };
}

export function resultOf(
  name: Study["name"],
  mixtures: readonly StudyMixture[],
  evaluated: readonly string[],
  book: ScoreBook,
): StudyResult {
  const result = studyResults(mixtures, evaluated, [book]).find(one => one.name === name);
  assert.ok(result !== undefined);
  return result;
}

/** The sentence that starts so. */
export function said({ reading }: StudyResult, start: string): string {
  const [sentence, ...more] = reading.filter(one => one.startsWith(start));
  assert.ok(sentence !== undefined && more.length === 0, `${start}… in\n${reading.join("\n")}`);
  return sentence;
}
