// Who waits for an entry of the queue to leave it, and is told how it did.
import type { EntryResult } from "./queueParts.ts";

export class QueueWaiters {
  readonly #settle = new Map<string, (result: EntryResult) => void>();

  wait(id: string): Promise<EntryResult> {
    return new Promise(resolve => this.#settle.set(id, resolve));
  }

  /** How to tell who waits for this one; from now on nobody else does. */
  take(id: string): (result: EntryResult) => void {
    const settle = this.#settle.get(id);
    this.#settle.delete(id);
    return result => settle?.(result);
  }

  /** Tells those whose entry is none of these any more. */
  tellOthers(kept: ReadonlySet<string>, result: EntryResult): void {
    for (const id of [...this.#settle.keys()]) if (!kept.has(id)) this.take(id)(result);
  }

  tellAll(result: EntryResult): void {
    this.tellOthers(new Set(), result);
  }
}
