// Interface of all judges: a question in, a verdict by position and the raw answer out.

import type { JudgedFacts } from "../../core/comparison/ruleVerdict.ts";
import type { Verdict } from "../../core/comparison/verdict.ts";
import type { JudgeIdentity } from "../../core/records/comparison.ts";

export interface JudgeQuestion {
  /** Complete text of the question. */
  readonly text: string;
  /** Code that marks the verdict line of this question. */
  readonly code: string;
  /** Facts for the rules about the response in first place and about the other. */
  readonly facts: readonly [JudgedFacts, JudgedFacts];
}

export interface JudgeAnswer {
  /** Null if the answer can't be parsed. */
  readonly verdict: Verdict | null;
  /** The judge's complete answer; null for rules. */
  readonly text: string | null;
  /**
   * The judge's own description of what answered, such as a dated model and a fingerprint; null if it gives
   * none.
   */
  readonly served: string | null;
  /** Null if not reported. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

export interface Judge {
  readonly identity: JudgeIdentity;
  /** Maximum number of concurrent questions. */
  readonly concurrency: number;
  /** Remarks collected while asking, without duplicates. */
  readonly notes: readonly string[];
  /**
   * @throws HumanError if further questions are pointless: a wrong key, no such model, no consent.
   * @throws JudgeFailure if this question failed.
   */
  ask(question: JudgeQuestion, signal: AbortSignal): Promise<JudgeAnswer>;
  release(): Promise<void>;
}

/** Failure of a single question. Its message is for users and contains no secrets. */
export class JudgeFailure extends Error {
  /** True if a retry may help. */
  readonly retry: boolean;
  /** Milliseconds that all questions must wait; null if only this one waits, with the usual back-off. */
  readonly pauseMs: number | null;
  /** Remedy in case the failure persists. */
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
