// A sequence of requests in which only the newest counts: replies to earlier ones are dropped.
import { messageOf } from "../../src/common/errors.ts";

export interface Outcome<Value> {
  readonly done: (value: Value) => void;
  /** @param message Text for users. */
  readonly failed: (message: string) => void;
}

/** Series of requests, each of which supersedes the previous one. */
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

  /** Drops the reply of the pending request. */
  drop(): void {
    this.#number++;
  }
}
