// What every judge is: a question in, a verdict by place and the raw answer out.

import type { JudgedFacts } from "../../core/comparison/ruleJudge.ts";
import type { Verdict } from "../../core/comparison/verdict.ts";
import type { JudgeIdentity } from "../../core/records/comparison.ts";

export interface JudgeQuestion {
  /** The whole of what a model is asked. */
  readonly text: string;
  /** Of this question's verdict line. */
  readonly code: string;
  /** What a rule knows of the response in first place, and of the other. */
  readonly facts: readonly [JudgedFacts, JudgedFacts];
}

export interface JudgeAnswer {
  /** null: the answer can't be read. */
  readonly verdict: Verdict | null;
  /** The judge's whole answer; null for the rule. */
  readonly text: string | null;
  /** What answered, in the judge's own words, such as a dated model and a fingerprint; null: it does not say. */
  readonly served: string | null;
  /** null: not told. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

export interface Judge {
  readonly identity: JudgeIdentity;
  /** Questions under way at a time. */
  readonly concurrency: number;
  /** What was noticed while asking, each once. */
  readonly notes: readonly string[];
  /**
   * @throws HumanError where no further question makes sense: a wrong key, no such model, no consent.
   * @throws JudgeFailure where this question failed.
   */
  ask(question: JudgeQuestion, signal: AbortSignal): Promise<JudgeAnswer>;
  release(): Promise<void>;
}

/** One question that got no answer. Its message is for people and holds nothing secret. */
export class JudgeFailure extends Error {
  /** Whether asking again may help. */
  readonly retry: boolean;
  /** All questions wait this long; null: only this one, by the usual back-off. */
  readonly pauseMs: number | null;
  /** What to do when it stays so. */
  readonly remedy: string;

  constructor(
    message: string,
    options: { readonly retry: boolean; readonly remedy: string; readonly pauseMs?: number | null },
  ) {
    super(message);
    this.name = "JudgeFailure";
    this.retry = options.retry;
    this.pauseMs = options.pauseMs ?? null;
    this.remedy = options.remedy;
  }
}
