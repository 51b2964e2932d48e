// Estimates how long a process needs to stop when asked: it stops between two steps, which may be long.

/** Records the longest pause so far between two signs of progress. */
export class LongestPause {
  readonly #clock: () => number;
  #last: number;
  #longest = 0;

  /** @param clock returns milliseconds */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#last = clock();
  }

  heard(): void {
    const now = this.#clock();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }

  /** Forgets the past when other work begins. */
  restart(): void {
    this.#last = this.#clock();
    this.#longest = 0;
  }

  /** Time to wait in milliseconds: twice the longest pause so far, but at least `least`. */
  graceMs(least: number): number {
    return Math.max(least, 2 * this.#longest);
  }
}
