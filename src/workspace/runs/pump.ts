// Runs a task repeatedly until nothing is left to do, never twice at the same time.

export interface PumpWork {
  /** Does the next piece of work. Returns false if there is none at present. */
  next(): Promise<boolean>;
  /** Checked between pieces; true ends the work. */
  closed(): boolean;
  failed(error: unknown): void;
  /** Called at the end of the work, even after a failure. */
  rested(): void;
}

export class Pump {
  readonly #work: PumpWork;
  #pumping = false;
  #again = false;

  constructor(work: PumpWork) {
    this.#work = work;
  }

  /** Works until nothing is left; a call in the meantime makes it check once more. */
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
