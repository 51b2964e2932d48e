// Promises that settle when an entry leaves the queue.
import type { EntryResult } from "./queueParts.ts";

export class QueueWaiters {
  readonly #settle = new Map<string, (result: EntryResult) => void>();

  wait(id: string): Promise<EntryResult> {
    return new Promise(resolve => this.#settle.set(id, resolve));
  }

  /** Removes the waiter of this entry and returns the function that settles it. */
  take(id: string): (result: EntryResult) => void {
    const settle = this.#settle.get(id);
    this.#settle.delete(id);
    return result => settle?.(result);
  }

  /** Settles the waiters whose entry is no longer among these. */
  tellOthers(kept: ReadonlySet<string>, result: EntryResult): void {
    for (const id of [...this.#settle.keys()]) if (!kept.has(id)) this.take(id)(result);
  }

  tellAll(result: EntryResult): void {
    this.tellOthers(new Set(), result);
  }
}
