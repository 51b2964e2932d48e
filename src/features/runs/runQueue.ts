// Works off the queue, one run after another: survives closing the window, goes on after a failure, one window at a time.
import { Emitter, type Stoppable } from "../../common/emitter.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import {
  editEntry,
  emptyQueue,
  moveEntries,
  putBack,
  type QueueEntry,
  removeEntries,
  type StoredQueue,
  shiftEntries,
} from "../../core/run/queue.ts";
import type { FolderLock } from "../../platform/folderLock.ts";
import type { ActiveRun } from "./activeRun.ts";
import { OtherWindows } from "./otherWindows.ts";
import type { EntryEnd, EntryResult, NewEntry, QueueParts, RunPlace } from "./queueParts.ts";
import { runEntry, usualBeatMs } from "./runEntry.ts";
import type { RunResult } from "./runOne.ts";
import { throttled } from "./throttle.ts";

/** Changes are shown at most this often. */
const tellMs = 500;

export class RunQueue implements Stoppable {
  readonly #parts: QueueParts;
  readonly #others: OtherWindows;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #ended = new Emitter<EntryEnd>();
  /** A run of this window has ended. */
  readonly onDidEndRun = this.#ended.event;
  readonly #failed = new Emitter<unknown>();
  /** The queue itself can't go on. */
  readonly onDidFail = this.#failed.event;
  readonly #listening: Stoppable[];
  readonly #settle = new Map<string, (result: EntryResult) => void>();
  readonly #tell = throttled(() => this.#changed.fire(), tellMs);
  #queue: StoredQueue = emptyQueue;
  #active: ActiveRun | null = null;
  #abort: AbortController | null = null;
  #lock: FolderLock | null = null;
  /** Ended since the queue was last empty. */
  #finished = 0;
  #pumping = false;
  #again = false;
  #closed = false;
  /** False until what an earlier window left was looked at, or a person has asked for a run. */
  #opened = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#others = new OtherWindows(parts.locks, parts.beatMs ?? usualBeatMs);
    this.#listening = [
      parts.file.onDidChange(() => this.#fileChanged()),
      this.#others.onDidChange(() => {
        this.#changed.fire();
        // What another window has just let go of may be this one's turn.
        if (this.#others.runs.length === 0) this.#pump();
      }),
    ];
  }

  /** The run of this window. */
  get active(): ActiveRun | null {
    return this.#active === null ? null : { ...this.#active, ...this.#place() };
  }

  /** Runs of other windows in this window's folders, with who runs them. */
  get others(): OtherWindows["runs"] {
    return this.#others.runs;
  }

  get waiting(): readonly QueueEntry[] {
    const going = new Set([this.#active?.id, ...this.#others.runs.map(({ run }) => run?.id)]);
    return this.#queue.entries.filter(({ id }) => !going.has(id));
  }

  get paused(): boolean {
    return this.#queue.paused;
  }

  /** True while a run of this window is under way. */
  get running(): boolean {
    return this.#active !== null;
  }

  /** Reads what an earlier window left, and goes on with it. */
  async open(): Promise<void> {
    const { file, host, log } = this.#parts;
    this.#queue = await file.read();
    this.#others.look();
    const { entries, paused } = this.#queue;
    // A copy of the folder, or another person's: its runs are theirs until somebody here says so.
    if (entries.length > 0 && this.#queue.host !== host)
      await this.#change(queue => ({ ...queue, paused: true }));
    else if (entries.length > 0 && !paused) log.info(`The queue goes on: ${entries.length} runs.`);
    this.#opened = true;
    this.#changed.fire();
    this.#pump();
  }

  /** Looks whether another window has begun or ended. */
  look(): void {
    this.#others.look();
  }

  /**
   * Settles when each of them has left the queue, in their order. A paused queue goes on.
   * @throws HumanError where one lies in no folder of this window.
   */
  async add(runs: readonly NewEntry[]): Promise<EntryResult[]> {
    for (const { file } of runs) this.#parts.placeOf(file); // before anything is queued
    const entries = runs.map(
      ({ file, mixture, seed, resume }): QueueEntry => ({
        id: globalThis.crypto.randomUUID(),
        file,
        mixture,
        seed,
        resume: resume ?? null,
        pid: null,
        stop: false,
      }),
    );
    const { host } = this.#parts;
    await this.#change(queue => ({ ...queue, host, paused: false, entries: [...queue.entries, ...entries] }));
    const results = entries.map(
      ({ id }) => new Promise<EntryResult>(resolve => this.#settle.set(id, resolve)),
    );
    this.#opened = true;
    this.#pump();
    return Promise.all(results);
  }

  /** Ends these runs, or takes them out of the queue; without ids whatever runs. The others go on. */
  async stop(ids?: readonly string[]): Promise<void> {
    const running = [this.#active?.id, ...this.#others.runs.map(({ run }) => run?.id)];
    const asked = ids ?? running.flatMap(id => id ?? []);
    if (this.#active !== null && asked.includes(this.#active.id)) this.#abortActive();
    const waiting = asked.filter(id => !running.includes(id));
    await this.#change(queue =>
      asked.reduce((edited, id) => editEntry(edited, id, { stop: true }), removeEntries(queue, waiting)),
    );
  }

  /** Ends what runs and starts nothing more; what was stopped goes on first when the queue does. */
  async pause(): Promise<void> {
    await this.#change(queue => ({ ...queue, paused: true }));
    this.#abortActive();
  }

  async goOn(): Promise<void> {
    const { host } = this.#parts;
    await this.#change(queue => ({ ...queue, host, paused: false }));
    this.#opened = true;
    this.#pump();
  }

  async move(ids: readonly string[], before: string | null): Promise<void> {
    await this.#change(queue => moveEntries(queue, ids, before));
  }

  async shift(ids: readonly string[], by: -1 | 1): Promise<void> {
    await this.#change(queue => shiftEntries(queue, ids, by));
  }

  /** Takes waiting runs out. @returns What puts them back where they were. */
  async remove(ids: readonly string[]): Promise<() => Promise<void>> {
    const before = this.#queue.entries;
    const removed = before.filter(({ id, pid }) => ids.includes(id) && pid === null);
    await this.#change(queue => removeEntries(queue, ids));
    return async () => {
      const order = before.map(({ id }) => id);
      await this.#change(queue => putBack(queue, removed, order));
      this.#pump();
    };
  }

  /** Empties a queue, also one that can't be read. */
  async forget(): Promise<void> {
    this.#abortActive();
    await this.#parts.file.forget();
    this.#took(emptyQueue);
  }

  /** The window closes: what runs is stopped, and goes on when the folder is opened again. */
  dispose(): void {
    this.#closed = true;
    this.#abort?.abort();
    this.#lock?.release();
    for (const listener of [...this.#listening, this.#others, this.#tell, this.#changed]) listener.dispose();
  }

  #place(): Pick<ActiveRun, "index" | "total"> {
    const left = Math.max(1, this.#queue.entries.length);
    return { index: this.#finished + 1, total: this.#finished + left };
  }

  #abortActive(): void {
    if (this.#active === null) return;
    this.#abort?.abort();
    this.#active = { ...this.#active, stopping: true };
    this.#changed.fire();
  }

  async #change(edit: (queue: StoredQueue) => StoredQueue): Promise<void> {
    this.#took(await this.#parts.file.change(edit));
  }

  #took(queue: StoredQueue): void {
    this.#queue = queue;
    const kept = new Set(queue.entries.map(({ id }) => id));
    for (const [id, settle] of this.#settle) {
      if (kept.has(id) || id === this.#active?.id) continue;
      this.#settle.delete(id);
      settle({ kind: this.#others.runs.length > 0 ? "elsewhere" : "removed" });
    }
    this.#changed.fire();
  }

  #settleAll(kind: "paused" | "removed"): void {
    for (const settle of this.#settle.values()) settle({ kind });
    this.#settle.clear();
  }

  #fileChanged(): void {
    void this.#parts.file.read().then(
      queue => {
        if (this.#closed) return;
        this.#others.look();
        this.#took(queue);
        const own = queue.entries.find(({ id }) => id === this.#active?.id);
        if (this.#active !== null && !this.#active.stopping && (queue.paused || own?.stop === true))
          this.#abortActive();
        this.#pump();
      },
      (error: unknown) => this.#parts.log.warn(`The queue can't be read: ${messageOf(error)}`),
    );
  }

  /** Works until nothing is left to do for this window; further calls make it look once more. */
  #pump(): void {
    this.#again = true;
    if (!this.#opened || this.#pumping || this.#closed) return;
    this.#pumping = true;
    void (async () => {
      try {
        while (this.#again && !this.#closed) {
          this.#again = false;
          while (await this.#next());
        }
      } catch (error) {
        this.#settleAll("removed");
        this.#failed.fire(error);
      } finally {
        this.#pumping = false;
        this.#lock?.release();
        this.#lock = null;
        if (!this.#closed) {
          if (this.#queue.entries.length === 0) this.#finished = 0;
          if (this.#queue.paused) this.#settleAll("paused");
          this.#changed.fire();
        }
      }
    })();
  }

  /** Does the next run. False: none is to be done, or not by this window. */
  async #next(): Promise<boolean> {
    this.#queue = await this.#parts.file.read();
    const [entry] = this.#queue.entries;
    if (entry === undefined || this.#queue.paused || this.#closed) return false;
    let place: RunPlace;
    try {
      place = this.#parts.placeOf(entry.file);
      if (!this.#hold(place.lock)) return false;
    } catch (error) {
      await this.#leave(entry, { kind: "failed", error: asHuman(error) });
      return true;
    }
    // Asked to end before it began, or by a window that is gone.
    if (entry.stop) await this.#leave(entry, { kind: "cancelled" });
    else await this.#run(entry, place);
    return !this.#closed;
  }

  /** Keeps other windows out of the entry's folder. False: one of them was there first. */
  #hold(lock: FolderLock): boolean {
    if (this.#lock !== lock) this.#lock?.release();
    this.#lock = null;
    if (!lock.take()) {
      this.#others.look();
      return false;
    }
    this.#lock = lock;
    return true;
  }

  async #run(entry: QueueEntry, place: RunPlace): Promise<void> {
    const { id, file, mixture, seed } = entry;
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const result = await runEntry({
        parts: this.#parts,
        entry,
        place,
        abort,
        begun: async (pid, resume) => {
          const begun = { id, file, mixture, seed, pid, ...this.#place() };
          this.#active = { ...begun, progress: null, step: null, stopping: false };
          await this.#change(queue => editEntry(queue, id, { pid, resume }));
          return !this.#closed && this.#queue.entries.some(kept => kept.id === id);
        },
        active: () => this.active,
        update: change => this.#update(change),
      });
      if (this.#closed) return; // it goes on when the folder is opened again
      this.#queue = await this.#parts.file.read();
      const goesOnLater = result.kind === "cancelled" && (this.#queue.paused || !place.lock.held);
      if (!goesOnLater) await this.#leave(entry, result);
    } finally {
      this.#active = null;
      this.#abort = null;
    }
    await this.#parts.store.refresh();
  }

  /** Takes the entry out of the queue and says how it ended. */
  async #leave(entry: QueueEntry, result: RunResult): Promise<void> {
    const settle = this.#settle.get(entry.id);
    this.#settle.delete(entry.id);
    this.#finished++;
    await this.#change(queue => removeEntries(queue, [entry.id]));
    this.#ended.fire({ entry, result });
    settle?.(result);
  }

  #update(change: Partial<ActiveRun>): void {
    if (this.#active === null) return;
    this.#active = { ...this.#active, ...change };
    this.#tell();
  }
}

function asHuman(error: unknown): HumanError {
  if (error instanceof HumanError) return error;
  return new HumanError(`The run can't begin: ${messageOf(error)}`, {
    remedy: "Look whether the workspace folder can be written.",
    cause: error,
  });
}
