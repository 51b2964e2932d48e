// Error of a call whose process ended before answering.

/** The process ended before it answered. */
export class RuntimeDied extends Error {
  /** For example `signal SIGKILL` or `exit code 3`. */
  readonly reason: string;
  /** End of its output on standard error. */
  readonly lastWords: string;

  constructor(reason: string, lastWords = "") {
    super(`The runtime process ended: ${reason}.`);
    this.name = "RuntimeDied";
    this.reason = reason;
    this.lastWords = lastWords;
  }
}
