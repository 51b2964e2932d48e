// The error of a call whose process ended first.
import { HumanError } from "../common/errors.ts";
import { processEnd, readableWords, refusedReason } from "../common/processEnd.ts";

/** The process ended before it answered. */
export class RuntimeDied extends Error {
  /** Cause of the end, such as `signal SIGKILL` or `exit code 3`. */
  readonly reason: string;
  /** The end of what it wrote to its streams. */
  readonly lastWords: string;

  constructor(reason: string, lastWords = "") {
    super(`The runtime process ended: ${reason}.`);
    this.name = "RuntimeDied";
    this.reason = reason;
    this.lastWords = lastWords;
  }

  /**
   * @param when Clause such as `before it answered`.
   * @param remedyOf What to do, from what helps against this end in general.
   */
  toHuman(when: string, remedyOf = (general: string): string => general): HumanError {
    const { meaning, remedy } = processEnd(this.reason, this.lastWords);
    const options = { kind: "run", remedy: remedyOf(remedy), cause: this } as const;
    const refused = refusedReason(this.reason);
    if (refused !== null) return new HumanError(`The runtime process can't be started: ${refused}.`, options);
    const words = readableWords(this.lastWords);
    const shown = words === "" ? "" : `\n${words}\n`;
    return new HumanError(`The runtime process ended ${when} (${this.reason}): ${meaning}.${shown}`, options);
  }
}
