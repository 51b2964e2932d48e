// The error of a call whose process ended first.

/** The process ended before it answered. */
export class RuntimeDied extends Error {
  /** For example `signal SIGKILL` or `exit code 3`. */
  readonly reason: string;
  /** The end of what it wrote to standard error. */
  readonly lastWords: string;

  constructor(reason: string, lastWords = "") {
    super(`The runtime process ended: ${reason}.`);
    this.name = "RuntimeDied";
    this.reason = reason;
    this.lastWords = lastWords;
  }
}
