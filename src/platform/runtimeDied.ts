// The error of a call whose process ended first.

/** The process ended before it answered. */
export class RuntimeDied extends Error {
  /** For example `signal SIGKILL` or `exit code 3`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The runtime process ended: ${reason}.`);
    this.name = "RuntimeDied";
    this.reason = reason;
  }
}
