// Processes the queue one run at a time, in one window at a time; survives failures and closed windows.
import { Emitter, type Stoppable } from "../../common/emitter.ts";
import { messageOf } from "../../common/errors.ts";
import {
  editEntry,
  emptyQueue,
  moveEntries,
  putBack,
  type QueueEntry,
  removeEntries,
  type StoredQueue,
  shiftEntries,
  stopEntries,
} from "../../core/live/queue.ts";
import type { ActiveRun } from "./activeRun.ts";
import { HeldLock } from "./heldLock.ts";
import { OtherWindows } from "./otherWindows.ts";
import { Pump } from "./pump.ts";
import {
  asHuman,
  type EntryEnd,
  type EntryResult,
  type NewEntry,
  newEntry,
  type QueueParts,
  type RunPlace,
} from "./queueParts.ts";
import { QueueWaiters } from "./queueWaiters.ts";
import { defaultBeatMs, runEntry } from "./runEntry.ts";
import type { RunResult } from "./runOne.ts";
import { throttled } from "./throttle.ts";

/** Minimum time between change events, in milliseconds. */
const changeMs = 500;

export class RunQueue implements Stoppable {
  readonly #parts: QueueParts;
  readonly #others: OtherWindows;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #changedRunning = new Emitter<void>();
  /** Fires when the first run starts and when the last one ends. */
  readonly onDidChangeRunning = this.#changedRunning.event;
  readonly #ended = new Emitter<EntryEnd>();
  /** Fires when a run of this window ends. */
  readonly onDidEndRun = this.#ended.event;
  readonly #failed = new Emitter<unknown>();
  /** Fires when the queue itself fails. */
  readonly onDidFail = this.#failed.event;
  readonly #listening: Stoppable[];
  readonly #waiters = new QueueWaiters();
  readonly #pump = new Pump({
    next: () => this.#next(),
    closed: () => this.#closed,
    failed: error => {
      this.#waiters.tellAll({ kind: "removed" });
      this.#failed.fire(error);
    },
    rested: () => this.#rest(),
  });
  readonly #fireChange = throttled(() => this.#changed.fire(), changeMs);
  #queue: StoredQueue = emptyQueue;
  #active: ActiveRun | null = null;
  #abort: AbortController | null = null;
  readonly #lock = new HeldLock();
  /** Number of runs that ended since the queue was last empty. */
  #finished = 0;
  #closed = false;
  /** False until the queue of an earlier window has been read or a run was requested. */
  #opened = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#others = new OtherWindows(parts.locks, parts.beatMs ?? defaultBeatMs);
    let running = false;
    this.#listening = [
      this.#changed.event(() => {
        if (this.running === running) return;
        running = this.running;
        this.#changedRunning.fire();
      }),
      parts.file.onDidChange(() => this.#fileChanged()),
      this.#others.onDidChange(() => {
        this.#changed.fire();
        // This window may now run the entries that another window has released.
        if (this.#others.runs.length === 0) this.#work();
      }),
    ];
  }

  /** The current run of this window. */
  get active(): ActiveRun | null {
    return this.#active === null ? null : { ...this.#active, ...this.#place() };
  }

  /** Runs of other windows in this window's folders, with the windows that run them. */
  get others(): OtherWindows["runs"] {
    return this.#others.runs;
  }

  get waiting(): readonly QueueEntry[] {
    return this.#queue.entries.filter(({ id }) => !this.#going.has(id));
  }

  /** Entries that are being run, in this window or another. */
  get #going(): ReadonlySet<string> {
    const all = [this.#active?.id, ...this.#others.runs.map(({ run }) => run?.id)];
    return new Set(all.flatMap(id => id ?? []));
  }

  /**
   * Whether the queue needs a user's decision: it was paused, or came with the folder from another
   * installation.
   */
  get paused(): boolean {
    const { paused, entries } = this.#queue;
    return paused || (entries.length > 0 && entries.every(({ own }) => !own));
  }

  /** Whether a run of this window is in progress. */
  get running(): boolean {
    return this.#active !== null;
  }

  /** Reads the queue left by an earlier window, and continues it. */
  async open(): Promise<void> {
    const { file, log } = this.#parts;
    this.#queue = await file.read();
    this.#others.look();
    const own = this.#queue.entries.filter(entry => entry.own);
    if (own.length > 0 && !this.#queue.paused) log.info(`Continuing the queue: ${own.length} runs.`);
    this.#opened = true;
    this.#changed.fire();
    this.#work();
  }

  /** Checks whether another window has started or ended. */
  look(): void {
    this.#others.look();
  }

  /**
   * Settles when all of the runs have left the queue, with results in the same order. Resumes a paused queue.
   * @throws HumanError if one of them is outside this window's folders.
   */
  async add(runs: readonly NewEntry[]): Promise<EntryResult[]> {
    const entries = runs.map(newEntry);
    for (const entry of entries) this.#parts.placeOf(entry); // before anything is queued
    await this.#change(queue => ({ ...queue, paused: false, entries: [...queue.entries, ...entries] }));
    const results = entries.map(({ id }) => this.#waiters.wait(id));
    this.#opened = true;
    this.#work();
    return Promise.all(results);
  }

  /**
   * Stops these runs or removes them from the queue; without ids, stops the current one. The others continue.
   */
  async stop(ids?: readonly string[]): Promise<void> {
    const running = [...this.#going];
    const asked = ids ?? running;
    if (this.#active !== null && asked.includes(this.#active.id)) this.#abortActive();
    await this.#change(queue => stopEntries(queue, asked, running));
  }

  /** Stops the current run and starts no other; the stopped run is the first to be resumed. */
  async pause(): Promise<void> {
    await this.#change(queue => ({ ...queue, paused: true }));
    this.#abortActive();
  }

  /** Adopts runs that came with the folder, which from then on belong to this installation. */
  async resume(): Promise<void> {
    const asks = ({ id, file, mixture, seed, resume }: QueueEntry) =>
      JSON.stringify([id, file, mixture, seed, resume]);
    const seen = new Set(this.#queue.entries.map(asks));
    await this.#change(queue => ({
      ...queue,
      paused: false,
      // The user did not agree to entries that were added since.
      entries: queue.entries.map(entry => ({ ...entry, own: entry.own || seen.has(asks(entry)) })),
    }));
    this.#opened = true;
    this.#work();
  }

  async move(ids: readonly string[], before: string | null): Promise<void> {
    await this.#change(queue => moveEntries(queue, ids, before));
  }

  async shift(ids: readonly string[], by: -1 | 1): Promise<void> {
    await this.#change(queue => shiftEntries(queue, ids, by));
  }

  /**
   * Removes waiting runs.
   * @returns a function that puts them back in their places
   */
  async remove(ids: readonly string[]): Promise<() => Promise<void>> {
    const before = this.#queue.entries;
    const removed = before.filter(({ id, pid }) => ids.includes(id) && pid === null);
    await this.#change(queue => removeEntries(queue, ids));
    return async () => {
      const order = before.map(({ id }) => id);
      await this.#change(queue => putBack(queue, removed, order));
      this.#work();
    };
  }

  /** Empties a queue, even one that can't be read. */
  async forget(): Promise<void> {
    this.#abortActive();
    await this.#parts.file.forget();
    this.#setQueue(emptyQueue);
  }

  /** Called as the window closes: stops the current run, which resumes when the folder is opened again. */
  dispose(): void {
    this.#closed = true;
    this.#abort?.abort();
    this.#lock.release();
    for (const listener of [...this.#listening, this.#others, this.#fireChange, this.#changed])
      listener.dispose();
  }

  #place(): Pick<ActiveRun, "index" | "total"> {
    const left = Math.max(1, this.#queue.entries.filter(({ own }) => own).length);
    return { index: this.#finished + 1, total: this.#finished + left };
  }

  #abortActive(): void {
    if (this.#active === null) return;
    this.#abort?.abort();
    this.#active = { ...this.#active, stopping: true };
    this.#changed.fire();
  }

  async #change(edit: (queue: StoredQueue) => StoredQueue): Promise<void> {
    this.#setQueue(await this.#parts.file.change(edit));
  }

  #setQueue(queue: StoredQueue): void {
    this.#queue = queue;
    const kept = new Set([this.#active?.id ?? "", ...queue.entries.map(({ id }) => id)]);
    this.#waiters.tellOthers(kept, { kind: this.#others.runs.length > 0 ? "elsewhere" : "removed" });
    this.#changed.fire();
  }

  #fileChanged(): void {
    void this.#parts.file.read().then(
      queue => {
        if (this.#closed) return;
        this.#others.look();
        this.#setQueue(queue);
        const own = queue.entries.find(({ id }) => id === this.#active?.id);
        if (this.#active !== null && !this.#active.stopping && (queue.paused || own?.stop === true))
          this.#abortActive();
        this.#work();
      },
      (error: unknown) => this.#parts.log.warn(`The queue can't be read: ${messageOf(error)}`),
    );
  }

  #work(): void {
    if (this.#opened) this.#pump.start();
  }

  #rest(): void {
    this.#lock.release();
    if (this.#closed) return;
    if (!this.#queue.entries.some(({ own }) => own)) this.#finished = 0;
    if (this.paused) this.#waiters.tellAll({ kind: "paused" });
    this.#changed.fire();
  }

  /** Does the next run. Returns false if there is none, or none for this window. */
  async #next(): Promise<boolean> {
    this.#queue = await this.#parts.file.read();
    const entry = this.#queue.entries.find(({ own }) => own);
    if (entry === undefined || this.#queue.paused || this.#closed) return false;
    let place: RunPlace;
    try {
      place = this.#parts.placeOf(entry);
      // Another window is active: shows its runs and waits for it to end.
      if (!this.#lock.hold(place.lock)) {
        this.#others.look();
        return false;
      }
    } catch (error) {
      await this.#leave(entry, { kind: "failed", error: asHuman(error) });
      return true;
    }
    // Cancelled before it began, or left by a window that is gone.
    if (entry.stop) await this.#leave(entry, { kind: "cancelled" });
    else await this.#run(entry, place);
    return !this.#closed;
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
          const begun = { id, file, mixture, seed, pid, resume, ...this.#place() };
          this.#active = { ...begun, progress: null, step: null, stopping: false };
          await this.#change(queue => editEntry(queue, id, { pid, resume }));
          return !this.#closed && this.#queue.entries.some(kept => kept.id === id);
        },
        active: () => this.active,
        update: change => this.#update(change),
      });
      if (this.#closed) return; // resumed when the folder is opened again
      this.#queue = await this.#parts.file.read();
      const resumesLater = result.kind === "cancelled" && (this.#queue.paused || !place.lock.held);
      if (!resumesLater) await this.#leave(entry, result);
    } finally {
      this.#active = null;
      this.#abort = null;
    }
    await this.#parts.store.refresh();
  }

  /** Removes the entry from the queue and reports how it ended. */
  async #leave(entry: QueueEntry, result: RunResult): Promise<void> {
    const tell = this.#waiters.take(entry.id);
    this.#finished++;
    await this.#change(queue => removeEntries(queue, [entry.id]));
    this.#ended.fire({ entry, result });
    tell(result);
  }

  #update(change: Partial<ActiveRun>): void {
    if (this.#active === null) return;
    this.#active = { ...this.#active, ...change };
    this.#fireChange();
  }
}
