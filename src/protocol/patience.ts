// Limits how long a call to the runtime may be silent and how long it may take in total. A regular expression
// that hangs on a text, an endless file and a deadlock cannot be told apart from outside.
import { formatDuration } from "../common/duration.ts";
import { HumanError } from "../common/errors.ts";

/** Time limits in milliseconds. */
export interface Patience {
  /** Without a message. Unless stuck in a computation, the runtime sends a heartbeat every few seconds. */
  readonly silence: number;
  readonly whole: number;
}

const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Milliseconds between two heartbeats. */
export const defaultBeat = 5 * second;

/** Thrown when the process does not answer and has been ended by the caller. */
export class Unresponsive extends HumanError {}

/**
 * Settles with the answer, or rejects with Unresponsive.
 * @param messages returns the number of messages received so far, of any kind
 * @param onGivenUp called after the rejection
 */
export function withPatience<T>(
  answer: Promise<T>,
  { silence, whole }: Patience,
  messages: () => number,
  onGivenUp: () => void,
): Promise<T> {
  const look = Math.min(10 * second, silence / 10);
  let [silent, taken, heard, looked] = [0, 0, messages(), performance.now()];
  return new Promise((resolve, reject) => {
    const giveUp = (what: string): void => {
      clearInterval(timer);
      reject(
        new Unresponsive(`The runtime process ${what} and was ended.`, {
          kind: "run",
          remedy:
            "Something that it reads may keep it busy forever: a model's pattern or template, or a very large file. Remove what was added last and try again; the log may have details.",
        }),
      );
      onGivenUp();
    };
    const timer = setInterval(() => {
      const now = performance.now();
      // Caps the time that passed while the machine was asleep.
      const passed = Math.min(now - looked, 2 * look);
      looked = now;
      taken += passed;
      silent = messages() === heard ? silent + passed : 0;
      heard = messages();
      if (silent >= silence) giveUp(`did not respond for ${formatDuration(silence / second)}`);
      else if (taken >= whole) giveUp(`did not answer within ${formatDuration(whole / second)}`);
    }, look);
    timer.unref(); // does not keep this process alive
    answer.finally(() => clearInterval(timer)).then(resolve, reject);
  });
}
