// The queue on disk: every window of a folder adds to it, and one of them processes it.

import { HumanError } from "../../common/errors.ts";
import { emptyQueue, parseQueue, queueText, type SealOf, type StoredQueue } from "../../core/live/queue.ts";
import type { Fault } from "../../core/records/parsed.ts";

/** A text that several windows change; implemented by `SharedText`. */
export interface SharedStore {
  read(): Promise<string | null>;
  change(edit: (text: string | null) => string): Promise<void>;
  readonly onDidChange: (listen: () => void) => { dispose(): void };
}

export class QueueFile {
  readonly #text: SharedStore;
  /** Called once with the reason when the file can't be read. */
  readonly #unreadable: (fault: Fault) => void;
  readonly #sealOf: SealOf;
  #told = false;

  constructor(text: SharedStore, sealOf: SealOf, unreadable: (fault: Fault) => void) {
    this.#text = text;
    this.#sealOf = sealOf;
    this.#unreadable = unreadable;
  }

  get onDidChange(): SharedStore["onDidChange"] {
    return this.#text.onDidChange;
  }

  /** Reads the queue. An unreadable file is reported and counts as an empty queue. */
  async read(): Promise<StoredQueue> {
    return this.#parse(await this.#text.read());
  }

  /**
   * @returns The queue after the change.
   * @throws HumanError if the file is unreadable, instead of overwriting it.
   */
  async change(edit: (queue: StoredQueue) => StoredQueue): Promise<StoredQueue> {
    let after = emptyQueue;
    await this.#text.change(text => {
      const parsed = text === null ? { queue: emptyQueue } : parseQueue(text, this.#sealOf);
      if ("fault" in parsed)
        throw new HumanError(`The queue of runs can't be changed: ${parsed.fault}.`, {
          remedy:
            parsed.remedy ?? "Use Pinch: Forget Queue to start a new one; run folders are not affected.",
        });
      after = edit(parsed.queue);
      return queueText(after, this.#sealOf);
    });
    return after;
  }

  /** Replaces the file with an empty queue, whatever it contains. */
  async forget(): Promise<void> {
    this.#told = false;
    await this.#text.change(() => queueText(emptyQueue, this.#sealOf));
  }

  #parse(text: string | null): StoredQueue {
    if (text === null) return emptyQueue;
    const parsed = parseQueue(text, this.#sealOf);
    if ("queue" in parsed) return parsed.queue;
    if (!this.#told) this.#unreadable(parsed);
    this.#told = true;
    return emptyQueue;
  }
}
