// Runs a task repeatedly until nothing is left to do, never twice at once.

export interface PumpWork {
  /** Does the next piece. False: none is to be done now. */
  next(): Promise<boolean>;
  /** Asked between any two pieces; true: no more. */
  closed(): boolean;
  failed(error: unknown): void;
  /** At the end of the work, also after a failure. */
  rested(): void;
}

export class Pump {
  readonly #work: PumpWork;
  #pumping = false;
  #again = false;

  constructor(work: PumpWork) {
    this.#work = work;
  }

  /** Works until nothing is left; a call during that time makes it check once more. */
  start(): void {
    this.#again = true;
    if (this.#pumping || this.#work.closed()) return;
    this.#pumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    try {
      while (this.#again && !this.#work.closed()) {
        this.#again = false;
        while (await this.#work.next());
      }
    } catch (error) {
      this.#work.failed(error);
    } finally {
      this.#pumping = false;
      this.#work.rested();
    }
  }
}
