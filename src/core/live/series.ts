// Stores a curve of any length in bounded memory: neighbouring steps share a bucket once there are many.

interface Bucket {
  sum: number;
  count: number;
  low: number;
  high: number;
  /** Step of the last value. */
  step: number;
}

/** [step, value] */
export type Point = readonly [number, number];

/** Change for a reader that has the earlier points: `points` replace those from `from` on. */
export interface Patch {
  readonly from: number;
  readonly points: readonly Point[];
}

export class Series {
  readonly #capacity: number;
  /** True if a bucket of several steps is drawn as its lowest and highest value instead of their mean. */
  readonly #extremes: boolean;
  #buckets: Bucket[] = [];
  #width = 1;
  /** Number of buckets already reported; 0 if everything must be reported again. */
  #told = 0;
  #toldStep = 0;

  /** @param capacity maximum number of buckets; at least half of it is used once there are that many steps */
  constructor(capacity: number, extremes = false) {
    this.#capacity = capacity;
    this.#extremes = extremes;
  }

  /** Adds a value; steps must be ascending. */
  add(step: number, value: number): void {
    const last = this.#buckets.at(-1);
    if (last !== undefined && this.#place(last.step) === this.#place(step)) {
      last.sum += value;
      last.count++;
      last.low = Math.min(last.low, value);
      last.high = Math.max(last.high, value);
      last.step = step;
    } else {
      this.#buckets.push({ sum: value, count: 1, low: value, high: value, step });
      if (this.#buckets.length > this.#capacity) this.#widen();
    }
  }

  /** True if values were added since the last `patch`. */
  get changed(): boolean {
    return this.#toldStep !== (this.#buckets.at(-1)?.step ?? 0);
  }

  /**
   * Returns the changes since the last call, including the last reported bucket, which may have grown.
   * @param all true to return everything
   */
  patch(all = false): Patch {
    const from = all ? 0 : Math.max(0, this.#told - 1);
    this.#told = this.#buckets.length;
    this.#toldStep = this.#buckets.at(-1)?.step ?? 0;
    const perBucket = this.#extremes ? 2 : 1;
    return {
      from: from * perBucket,
      points: this.#buckets.slice(from).flatMap(bucket => this.#points(bucket)),
    };
  }

  #points({ sum, count, low, high, step }: Bucket): Point[] {
    return this.#extremes
      ? [
          [step, low],
          [step, high],
        ]
      : [[step, sum / count]];
  }

  #place(step: number): number {
    return Math.floor((step - 1) / this.#width);
  }

  #widen(): void {
    const merged: Bucket[] = [];
    while (this.#buckets.length > this.#capacity) {
      this.#width *= 2;
      merged.length = 0;
      for (const bucket of this.#buckets) {
        const last = merged.at(-1);
        if (last === undefined || this.#place(last.step) !== this.#place(bucket.step))
          merged.push({ ...bucket });
        else {
          last.sum += bucket.sum;
          last.count += bucket.count;
          last.low = Math.min(last.low, bucket.low);
          last.high = Math.max(last.high, bucket.high);
          last.step = bucket.step;
        }
      }
      this.#buckets = [...merged];
    }
    this.#told = 0;
  }
}

/**
 * Exponential moving average without bias toward the first value, over a window of the
 * given number of values.
 */
export class Smoothed {
  readonly #keep: number;
  #sum = 0;
  #weight = 0;

  constructor(window: number) {
    this.#keep = 1 - 1 / Math.max(1, window);
  }

  next(value: number): number {
    this.#sum = this.#keep * this.#sum + (1 - this.#keep) * value;
    this.#weight = this.#keep * this.#weight + (1 - this.#keep);
    return this.#sum / this.#weight;
  }
}
