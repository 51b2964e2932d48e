// Detects a runtime that hangs or floods, from the times and number of its messages.

/** Factor over the longest pause so far that counts as a hang: a long step of a large model takes minutes. */
const patience = 10;
/** Minimum silence of a hang, in seconds: loading a large model is silent. */
const leastSilence = 15 * 60;
/** Messages per second, over `floodSeconds`, that no run reaches: 100 steps per second send 200. */
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

  /** @param now seconds of a monotonic clock */
  constructor(now: number) {
    this.#heard = now;
    this.#looked = now;
  }

  /**
   * Checks the runtime; call about once a second.
   * @param messages number of messages since the start
   */
  look(now: number, messages: number): Misbehaviour | null {
    const elapsed = now - this.#looked;
    const came = messages - this.#messages;
    this.#looked = now;
    this.#messages = messages;
    // After the machine was asleep, nothing is the runtime's fault.
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
