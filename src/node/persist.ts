// Attempts at what a network may refuse for a moment.
import { setTimeout as wait } from "node:timers/promises";
import type { HumanError } from "../common/errors.ts";
import { throwIfCancelled } from "./cancelled.ts";

/** The server or the connection failed: another attempt may succeed. */
export class Broken extends Error {
  /** Milliseconds that the server asks to wait; null: it does not say. */
  readonly waitMs: number | null;

  constructor(message: string, options: { cause?: unknown; waitMs?: number | null } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.waitMs = options.waitMs ?? null;
  }
}

export interface Persistence {
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  /** Milliseconds before the first new attempt, doubled each time. */
  readonly retryDelay: number;
  /** The error after the last attempt. */
  readonly givenUp: (cause: Broken) => HumanError;
}

/** Fruitless attempts, one after another, until it gives up. */
export const attempts = 5;
export const defaultRetryDelay = 1000;

/**
 * Repeats work that throws Broken.
 * @param what For the log.
 * @param advanced Whether the last attempt brought something new, which then does not count.
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
