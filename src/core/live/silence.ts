// Tells a runtime that hangs, or that floods, from one that works: by when and how often it says something.

/** A long step of a large model takes minutes; so much longer than the longest pause so far is a hang. */
const patience = 10;
/** Nothing is called a hang before this, in seconds: loading a large model is silent. */
const leastSilence = 15 * 60;
/** Messages a second, over `floodSeconds`, that no run has: 100 steps a second are 200. */
const floodRate = 2_000;
const floodSeconds = 5;

export type Misbehaviour =
  | { readonly kind: "silent"; readonly seconds: number }
  | { readonly kind: "flood"; readonly rate: number };

export class SilenceWatch {
  #messages = 0;
  #heard: number;
  #looked: number;
  #longestPause = 0;
  #floodFor = 0;

  /** @param now Seconds on any clock that only goes on. */
  constructor(now: number) {
    this.#heard = now;
    this.#looked = now;
  }

  /** Call about once a second. @param messages How many have come since the beginning. */
  look(now: number, messages: number): Misbehaviour | null {
    const elapsed = now - this.#looked;
    const came = messages - this.#messages;
    this.#looked = now;
    this.#messages = messages;
    // A machine that slept has nobody to blame.
    if (elapsed > leastSilence / 2) {
      this.#heard = now;
      return null;
    }
    if (came > 0) {
      this.#longestPause = Math.max(this.#longestPause, now - this.#heard);
      this.#heard = now;
    }
    const rate = elapsed > 0 ? came / elapsed : 0;
    this.#floodFor = rate > floodRate ? this.#floodFor + elapsed : 0;
    if (this.#floodFor >= floodSeconds) return { kind: "flood", rate };
    const silent = now - this.#heard;
    if (silent >= Math.max(leastSilence, patience * this.#longestPause))
      return { kind: "silent", seconds: silent };
    return null;
  }
}
