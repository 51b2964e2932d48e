// Runs of other windows in this window's folders, polled while there are any.
import { Emitter, type Stoppable } from "../../common/emitter.ts";
import type { FolderLock, LockRecord } from "../../node/folderLock.ts";
import { type ActiveRun, readActive } from "./activeRun.ts";

export interface OtherRun {
  readonly holder: LockRecord;
  /** Null if its lock file is unreadable. */
  readonly run: ActiveRun | null;
}

export class OtherWindows implements Stoppable {
  readonly #locks: () => readonly FolderLock[];
  readonly #everyMs: number;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #runs: readonly OtherRun[] = [];
  #shown = "";

  constructor(locks: () => readonly FolderLock[], everyMs: number) {
    this.#locks = locks;
    this.#everyMs = everyMs;
  }

  get runs(): readonly OtherRun[] {
    return this.#runs;
  }

  look(): void {
    clearTimeout(this.#timer);
    this.#runs = this.#locks().flatMap(lock => {
      const holder = lock.other();
      return holder === null ? [] : [{ holder, run: readActive(holder.state) }];
    });
    if (this.#runs.length > 0) this.#timer = setTimeout(() => this.look(), this.#everyMs);
    const shown = JSON.stringify(this.#runs);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}

/** `another window (anna on workstation, process 12)` */
export function holderWords({ user, host, pid }: LockRecord): string {
  const place = host === "" ? "" : ` on ${host}`;
  const who = user === "" ? place.trim() : `${user}${place}`;
  const parts = [who, ...(pid > 0 ? [`process ${pid}`] : [])].filter(part => part !== "");
  return parts.length === 0 ? "another window" : `another window (${parts.join(", ")})`;
}
