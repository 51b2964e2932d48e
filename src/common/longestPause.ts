// How long a process that is asked to stop may need: it stops between two steps, and they may be long.

/** The longest pause between two signs of progress so far. */
export class LongestPause {
  readonly #clock: () => number;
  #last: number;
  #longest = 0;

  /** @param clock in milliseconds */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#last = clock();
  }

  heard(): void {
    const now = this.#clock();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }

  /** Other work begins. */
  restart(): void {
    this.#last = this.#clock();
    this.#longest = 0;
  }

  /** Milliseconds: twice the longest pause so far, and no less than `least`. One that hangs is not waited for longer. */
  graceMs(least: number): number {
    return Math.max(least, 2 * this.#longest);
  }
}
