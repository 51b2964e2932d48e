// Builds the curves of a running run from its events, which must come in order.
import type { StepEvent } from "../records/records.ts";
import { type Patch, Series, Smoothed } from "./series.ts";

/** Name of a curve; `heldOut:fi` is that of one language. */
export type SeriesName =
  | "loss"
  | "smooth"
  | "learningRate"
  | "gradientNorm"
  | "tokensPerSecond"
  | "memory"
  | `heldOut:${string}`;

/** Maximum number of points: more are indistinguishable on a screen. */
const capacity = 1_000;
/** Window of the smoothed loss: the run's steps divided by `windowPart`, within these bounds. */
const windowPart = 100;
const leastWindow = 10;
const maxWindow = 50;
/** Maximum number of languages; a file that names more was not written by a run. */
const maxLanguages = 200;

export class LiveRun {
  readonly #series = new Map<SeriesName, Series>();
  #smooth: Smoothed | null = null;
  #last: StepEvent | null = null;
  /** True if the curves were discarded: the reader must start over. */
  #anew = true;

  /** The newest event. */
  get last(): StepEvent | null {
    return this.#last;
  }

  add(event: StepEvent): void {
    // A resumed run repeats some steps.
    if (this.#last !== null && event.step <= this.#last.step) return;
    this.#last = event;
    this.#smooth ??= new Smoothed(Math.min(maxWindow, Math.max(leastWindow, event.steps / windowPart)));
    const { step } = event;
    this.#of("loss").add(step, event.loss);
    this.#of("smooth").add(step, this.#smooth.next(event.loss));
    this.#of("learningRate").add(step, event.learningRate);
    this.#of("gradientNorm").add(step, event.gradientNorm);
    this.#of("tokensPerSecond").add(step, event.tokensPerSecond);
    if (event.memoryBytes !== undefined) this.#of("memory").add(step, event.memoryBytes);
    for (const [language, loss] of Object.entries(event.heldOut ?? {})) {
      const name: SeriesName = `heldOut:${language}`;
      if (this.#series.has(name) || this.#series.size < maxLanguages) this.#of(name).add(step, loss);
    }
  }

  /** Discards all curves, because the file was truncated or replaced. */
  reset(): void {
    this.#series.clear();
    this.#smooth = null;
    this.#last = null;
    this.#anew = true;
  }

  /**
   * Returns changes since the last call. If `anew` is true, the reader must discard earlier points.
   * @param all true to return everything
   */
  patches(all = false): { readonly anew: boolean; readonly series: Readonly<Record<string, Patch>> } {
    const anew = all || this.#anew;
    this.#anew = false;
    const series: Record<string, Patch> = {};
    for (const [name, one] of this.#series) {
      if (!anew && !one.changed) continue;
      series[name] = one.patch(anew);
    }
    return { anew, series };
  }

  #of(name: SeriesName): Series {
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    const made = new Series(capacity, name === "loss");
    this.#series.set(name, made);
    return made;
  }
}
