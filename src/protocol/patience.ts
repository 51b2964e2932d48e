// How long a call to the runtime may be silent, and how long it may take as a whole: a text that hangs a pattern, a file
// without an end and a deadlock all look alike from here.
import { formatDuration } from "../common/duration.ts";
import { HumanError } from "../common/errors.ts";
import type { RuntimeCalls } from "./runtime.ts";

/** In milliseconds. */
export interface Patience {
  /** Without a message. A runtime that is not stuck in one computation says every few seconds that it is there. */
  readonly silence: number;
  readonly whole: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Somebody waits for it in an editor. */
const waitedFor: Patience = { silence: minute, whole: 10 * minute };
/** Goes through all data, some of it in one piece. */
const ofData: Patience = { silence: 5 * minute, whole: 6 * hour };
/** Computes: a step of a large model takes minutes, in which nothing can be said. */
const ofModels: Patience = { silence: 60 * minute, whole: 90 * 24 * hour };

const patiences: { readonly [Name in keyof RuntimeCalls]: Patience } = {
  "pinch/preview": waitedFor,
  "pinch/drawExamples": waitedFor,
  "pinch/findData": waitedFor,
  "pinch/datasetColumns": waitedFor,
  "pinch/models": waitedFor,
  "pinch/hubDataset": waitedFor,
  "pinch/analyse": { silence: 2 * minute, whole: 2 * minute },
  "pinch/devices": { silence: 5 * minute, whole: 10 * minute },
  "pinch/validate": { silence: 15 * minute, whole: 6 * hour },
  "pinch/indexData": { silence: 3 * minute, whole: 6 * hour },
  "pinch/importDataset": ofData,
  "pinch/import": ofData,
  "pinch/export": ofData,
  "pinch/downloadModel": { silence: 5 * minute, whole: 7 * 24 * hour },
  "pinch/downloadDataset": { silence: 5 * minute, whole: 7 * 24 * hour },
  "pinch/installCuda": { silence: 5 * minute, whole: 24 * hour },
  "pinch/plan": { silence: 30 * minute, whole: 24 * hour },
  "pinch/tryPrompt": { silence: 30 * minute, whole: 24 * hour },
  "pinch/compare": ofModels,
  "pinch/evaluate": ofModels,
  "pinch/run": ofModels,
};

export function usualPatience(method: keyof RuntimeCalls): Patience {
  return patiences[method];
}

/** Between two signs of life, in milliseconds. */
export const usualBeat = 5 * second;

/**
 * Whether the runtime says that it is there while it works on this. Not where it reports what it does by itself: then a
 * sign of life would hide that nothing comes of it.
 */
export function hasBeat(method: string): boolean {
  return method !== "pinch/run" && method !== "pinch/evaluate";
}

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
