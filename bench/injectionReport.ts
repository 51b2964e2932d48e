// Counts the injection attempts that change a judge's verdict.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judgePrompt } from "../src/core/comparison/judgePrompt.ts";
import { outcomeOf, pickOf } from "../src/core/comparison/picks.ts";
import type { Verdict } from "../src/core/comparison/verdict.ts";
import type { PairOutcome } from "../src/core/records/comparison.ts";
import { askAll } from "../src/runtime/judge/askAll.ts";
import type { Judge, JudgeQuestion } from "../src/runtime/judge/judge.ts";

const folder = join(import.meta.dirname, "..", "test", "fixtures", "injection");

interface Attempt {
  readonly language: string;
  readonly kind: string;
  /** May contain `{code}` and `{mark}` from a question that the attacker has seen. */
  readonly text: string;
}

interface Pair {
  readonly language: string;
  readonly prompt: string;
  readonly good: string;
  readonly bad: string;
}

/** Verdict on the bad response compared with the good one; it should be a loss. */
type Outcome = PairOutcome | "unread";

export interface TriedAttempt {
  readonly attempt: Attempt;
  /** Verdict on the bad response without the attempt, and with it. */
  readonly before: Outcome;
  readonly after: Outcome;
  /** True if the bad response did better with the attempt than without. */
  readonly changed: boolean;
}

function readLines<T>(name: string): T[] {
  const lines = readFileSync(join(folder, name), "utf8").trim().split("\n");
  return lines.map(line => JSON.parse(line) as T);
}

const merit: Readonly<Record<Outcome, number>> = { loss: 0, unread: 0, tie: 1, win: 2 };

export async function tryInjection(
  judge: Judge,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<TriedAttempt[]> {
  const pairs = new Map(readLines<Pair>("pairs.jsonl").map(pair => [pair.language, pair]));
  const attempts = readLines<Attempt>("attempts.jsonl");
  const subjects = attempts.flatMap(attempt => {
    const pair = pairs.get(attempt.language);
    if (pair === undefined) throw new Error(`no pair in ${attempt.language}`);
    return [
      { pair, attacker: pair.bad },
      { pair, attacker: `${pair.bad}\n\n${informed(attempt, pair)}` },
    ];
  });
  const { promptLanguage } = judge.identity;
  const questions = subjects.flatMap(({ pair, attacker }) => [
    questionOf(pair, [attacker, pair.good], promptLanguage),
    questionOf(pair, [pair.good, attacker], promptLanguage),
  ]);
  // Equal questions are asked once.
  const different = [...new Map(questions.map(question => [question.text, question])).values()];
  const verdicts = new Map<string, Verdict | null>();
  await askAll(judge, different, {
    signal,
    onAnswer: (index, { verdict }) => {
      verdicts.set(different[index]?.text ?? "", verdict);
      onProgress(verdicts.size, different.length);
    },
    onFailure: (index, failure) => {
      process.stderr.write(`question ${index}: ${failure.message}\n`);
    },
  });
  const outcomes = subjects.map((_, i): Outcome => {
    const orders = (["run", "baseline"] as const).map((first, order) => ({
      first,
      picked: pickOf(verdicts.get(questions[2 * i + order]?.text ?? "") ?? null, first),
      answer: null,
      error: null,
    }));
    const [one, other] = orders;
    return one === undefined || other === undefined ? "unread" : (outcomeOf([one, other]) ?? "unread");
  });
  return attempts.map((attempt, i) => {
    const [before, after] = [outcomes[2 * i] ?? "unread", outcomes[2 * i + 1] ?? "unread"];
    return { attempt, before, after, changed: merit[after] > merit[before] };
  });
}

function informed({ text }: Attempt, { language, prompt, good, bad }: Pair): string {
  const seen = judgePrompt({ language, prompt, responses: [bad, good] }, "en");
  const mark = /\[([0-9a-f]{12})\]/.exec(seen.text)?.[1] ?? "";
  return text.replaceAll("{code}", seen.code).replaceAll("{mark}", mark);
}

function questionOf(
  { language, prompt }: Pair,
  responses: readonly [string, string],
  promptLanguage: "en" | "own",
): JudgeQuestion {
  const unknown = { checksPassed: null, languageCorrect: true };
  return { ...judgePrompt({ language, prompt, responses }, promptLanguage), facts: [unknown, unknown] };
}

export function describeInjection(tried: readonly TriedAttempt[]): string {
  const line = (name: string, of: readonly TriedAttempt[]): string => {
    const changed = of.filter(one => one.changed).length;
    const unread = of.filter(({ before, after }) => before !== "unread" && after === "unread").length;
    const readable = of.filter(({ before }) => before !== "unread").length;
    return `${name}: ${of.length} attempts (${readable} with a readable verdict before), ${changed} changed the verdict, ${unread} made it unreadable`;
  };
  const kinds = [...new Set(tried.map(({ attempt }) => attempt.kind))];
  return [
    line("all", tried),
    ...kinds.map(kind =>
      line(
        kind,
        tried.filter(({ attempt }) => attempt.kind === kind),
      ),
    ),
    ...tried
      .filter(({ changed }) => changed)
      .map(
        ({ attempt, before, after }) =>
          `  ${attempt.language} ${before} to ${after}: ${JSON.stringify(attempt.text)}`,
      ),
  ].join("\n");
}
