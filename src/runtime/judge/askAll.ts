// Asks a judge many questions concurrently, with retries for temporary failures and a common pause for rate
// limits.
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { HumanError } from "../../common/errors.ts";
import { type Judge, type JudgeAnswer, JudgeFailure, type JudgeQuestion } from "./judge.ts";

export interface RetryPolicy {
  /** Maximum number of attempts per question, including the first. */
  readonly attempts: number;
  /** Maximum number of attempts per question that a rate limit may end, in addition to `attempts`. */
  readonly rateLimits: number;
  /** Milliseconds before the second attempt, doubled each time; half of it is random. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** Number of consecutive questions that fail permanently after which no more are asked. */
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
  /** Called immediately for each answer, with the number of attempts. */
  readonly onAnswer: (index: number, answer: JudgeAnswer, attempts: number) => void;
  /** Called for a question that remains unanswered. */
  readonly onFailure: (index: number, failure: JudgeFailure, attempts: number) => void;
}

/** @throws HumanError if the judge can't continue; the signal's reason if it is aborted. */
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
  /** Time before which no question is sent, in milliseconds of the clock. */
  #pausedUntil = 0;
  /** Stops the other workers when one finds that continuing is pointless. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #retry: RetryPolicy;

  constructor(
    private readonly judge: Judge,
    private readonly questions: readonly JudgeQuestion[],
    private readonly options: AskOptions,
  ) {
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    setMaxListeners(0, this.#signal); // one listener per question in progress
    this.#retry = options.retry ?? defaultRetry;
  }

  /** Takes questions until none are left. */
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
      this.#stop.abort(error); // everyone gets the first reason
      this.options.signal.throwIfAborted();
      throw this.#stop.signal.reason;
    }
  }

  /** @throws HumanError if every question failed. */
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
      if (error.retry) this.#failedInARow++; // a failure that no retry can fix is specific to the question
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
