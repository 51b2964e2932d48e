// How long a call to the runtime may be silent, and how long it may take as a whole: a text that hangs a pattern, a file
// without an end and a deadlock all look alike from here.
import { formatDuration } from "../common/duration.ts";
import { HumanError } from "../common/errors.ts";

/** In milliseconds. */
export interface Patience {
  /** Without a message. A runtime that is not stuck in one computation says every few seconds that it is there. */
  readonly silence: number;
  readonly whole: number;
}

const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Between two signs of life, in milliseconds. */
export const usualBeat = 5 * second;

/** The process does not answer: whoever asked has ended it. */
export class Unresponsive extends HumanError {}

/**
 * The answer, or Unresponsive.
 * @param messages How many have come so far, of any kind.
 * @param onGivenUp Called after that.
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
            "Something that it reads may keep it busy for ever: a pattern or template of a model, or a very large file. Take out what was added last, and try again; the log may say more.",
        }),
      );
      onGivenUp();
    };
    const timer = setInterval(() => {
      const now = performance.now();
      // A machine that slept has nobody to blame.
      const passed = Math.min(now - looked, 2 * look);
      looked = now;
      taken += passed;
      silent = messages() === heard ? silent + passed : 0;
      heard = messages();
      if (silent >= silence) giveUp(`said nothing for ${formatDuration(silence / second)}`);
      else if (taken >= whole) giveUp(`did not answer within ${formatDuration(whole / second)}`);
    }, look);
    timer.unref(); // whoever started the process waits for that
    answer.finally(() => clearInterval(timer)).then(resolve, reject);
  });
}
