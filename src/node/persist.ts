// Retries operations that a network may temporarily refuse.
import { setTimeout as wait } from "node:timers/promises";
import type { HumanError } from "../common/errors.ts";
import { throwIfCancelled } from "./cancelled.ts";

/** Failure of the server or the connection, after which a retry may succeed. */
export class Broken extends Error {
  /** Milliseconds that the server asks to wait; null if it does not say. */
  readonly waitMs: number | null;

  constructor(message: string, options: { cause?: unknown; waitMs?: number | null } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.waitMs = options.waitMs ?? null;
  }
}

export interface Persistence {
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  /** Milliseconds before the first retry, doubled each time. */
  readonly retryDelay: number;
  /** Returns the error after the last attempt. */
  readonly givenUp: (cause: Broken) => HumanError;
}

/** Number of consecutive failed attempts before giving up. */
const attempts = 5;
export const defaultRetryDelay = 1000;

/**
 * Repeats an operation that throws Broken.
 * @param what Subject for the log.
 * @param advanced Reports whether the last attempt made progress; it is then not counted.
 */
export async function persist<T>(
  { signal, log, retryDelay, givenUp }: Persistence,
  what: string,
  work: () => Promise<T>,
  advanced: () => boolean = () => false,
): Promise<T> {
  for (let fruitless = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof Broken)) throw error;
      fruitless = advanced() ? 1 : fruitless + 1;
      if (fruitless >= attempts) throw givenUp(error);
      const delay = error.waitMs ?? retryDelay * 2 ** (fruitless - 1);
      log(`${what}: ${error.message}; trying again in ${Math.ceil(delay / 1000)} s.`);
      await wait(delay, undefined, { signal }).catch(() => throwIfCancelled(signal));
    }
  }
}
