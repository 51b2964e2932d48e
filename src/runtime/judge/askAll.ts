// Asks many questions of one judge: so many at a time, again where that may help, all waiting where it asks for that.
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { HumanError } from "../../common/errors.ts";
import { type Judge, type JudgeAnswer, JudgeFailure, type JudgeQuestion } from "./judge.ts";

export interface RetryPolicy {
  /** Of one question, the first time included. */
  readonly attempts: number;
  /** Of one question, those that a rate limit ended: they are no failures. */
  readonly rateLimits: number;
  /** Milliseconds before the second attempt; doubled each time, half of it by chance. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** Questions that failed for good, none answered in between, after which nothing more is asked. */
  readonly failuresInARow: number;
}

export const defaultRetry: RetryPolicy = {
  attempts: 5,
  rateLimits: 20,
  firstWait: 500,
  longestWait: 30_000,
  failuresInARow: 8,
};

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly retry?: RetryPolicy;
  /** Called at once for each answer, with how often it was asked for. */
  readonly onAnswer: (index: number, answer: JudgeAnswer, attempts: number) => void;
  /** Called for a question that stays without one. */
  readonly onFailure: (index: number, failure: JudgeFailure, attempts: number) => void;
}

/** @throws HumanError where the judge can't go on; the signal's reason when it is aborted. */
export async function askAll(
  judge: Judge,
  questions: readonly JudgeQuestion[],
  options: AskOptions,
): Promise<void> {
  const asker = new Asker(judge, questions, options);
  const workers = Math.min(questions.length, Math.max(1, judge.concurrency));
  const ends = await Promise.allSettled(Array.from({ length: workers }, () => asker.work()));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  asker.requireAnswer();
}

function endOf(failure: JudgeFailure): HumanError {
  return new HumanError(failure.message, { kind: "run", remedy: failure.remedy, cause: failure });
}

class Asker {
  #next = 0;
  #failedInARow = 0;
  #answered = false;
  #lastFailure: JudgeFailure | null = null;
  /** No question is sent before this time, in milliseconds of the clock. */
  #pausedUntil = 0;
  /** Ends the others when one finds that nothing more makes sense. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #retry: RetryPolicy;

  constructor(
    private readonly judge: Judge,
    private readonly questions: readonly JudgeQuestion[],
    private readonly options: AskOptions,
  ) {
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    setMaxListeners(0, this.#signal); // one for each question under way
    this.#retry = options.retry ?? defaultRetry;
  }

  /** Takes questions until there are none. */
  async work(): Promise<void> {
    try {
      for (;;) {
        this.#signal.throwIfAborted();
        const index = this.#next++;
        const question = this.questions[index];
        if (question === undefined) return;
        await this.#settle(index, question);
      }
    } catch (error) {
      this.#stop.abort(error); // the first reason is the one that everybody gets
      this.options.signal.throwIfAborted();
      throw this.#stop.signal.reason;
    }
  }

  /** @throws HumanError where every question failed. */
  requireAnswer(): void {
    if (!this.#answered && this.#lastFailure !== null) throw endOf(this.#lastFailure);
  }

  async #settle(index: number, question: JudgeQuestion): Promise<void> {
    let attempts = 0;
    const ask = (): Promise<JudgeAnswer> => {
      attempts++;
      return this.judge.ask(question, this.#signal);
    };
    try {
      const answer = await this.#try(ask);
      this.#failedInARow = 0;
      this.#answered = true;
      this.options.onAnswer(index, answer, attempts);
    } catch (error) {
      if (!(error instanceof JudgeFailure)) throw error;
      this.options.onFailure(index, error, attempts);
      this.#lastFailure = error;
      if (error.retry) this.#failedInARow++; // what no retry mends is the question's own fault
      if (this.#failedInARow >= this.#retry.failuresInARow) throw endOf(error);
    }
  }

  async #try(ask: () => Promise<JudgeAnswer>): Promise<JudgeAnswer> {
    let [failures, limits] = [0, 0];
    for (;;) {
      await this.#pause();
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof JudgeFailure) || !error.retry) throw error;
        const limited = error.pauseMs !== null;
        if (limited) limits++;
        else failures++;
        if (failures >= this.#retry.attempts || limits >= this.#retry.rateLimits) throw error;
        const wait = this.#backOff(failures + limits);
        if (error.pauseMs === null) await sleep(wait, undefined, { signal: this.#signal });
        else this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + Math.max(error.pauseMs, wait));
      }
    }
  }

  async #pause(): Promise<void> {
    for (let wait = this.#left(); wait > 0; wait = this.#left())
      await sleep(wait, undefined, { signal: this.#signal });
  }

  #left(): number {
    return this.#pausedUntil - Date.now();
  }

  #backOff(attempt: number): number {
    const full = Math.min(this.#retry.longestWait, this.#retry.firstWait * 2 ** (attempt - 1));
    return full * (0.5 + Math.random() / 2);
  }
}
