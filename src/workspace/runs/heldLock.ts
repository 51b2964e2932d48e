// The single folder lock that this window holds at a time.
import type { FolderLock } from "../../node/folderLock.ts";

export class HeldLock {
  #lock: FolderLock | null = null;

  /** Acquires this lock and releases any other. Returns false if another window holds it. */
  hold(lock: FolderLock): boolean {
    if (this.#lock !== lock) this.release();
    this.#lock = lock.take() ? lock : null;
    return this.#lock !== null;
  }

  release(): void {
    this.#lock?.release();
    this.#lock = null;
  }
}
