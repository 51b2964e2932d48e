// A sequence of requests in which only the newest counts: replies to earlier ones are dropped.
import { messageOf } from "../../src/common/errors.ts";

export interface Outcome<Value> {
  readonly done: (value: Value) => void;
  /** `message` is a text for people. */
  readonly failed: (message: string) => void;
}

/** One line of requests: each one supersedes the one before. */
export class Newest {
  #number = 0;

  take<Value>(reply: Promise<Value>, { done, failed }: Outcome<Value>): void {
    const number = ++this.#number;
    reply.then(
      value => {
        if (number === this.#number) done(value);
      },
      (error: unknown) => {
        if (number === this.#number) failed(messageOf(error));
      },
    );
  }

  /** Whatever is under way is not wanted any more. */
  drop(): void {
    this.#number++;
  }
}
