// Lets one process at a time work in a folder: a lock file that names its holder and what it is doing, with a
// heartbeat.
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { readOwnTextSync } from "./ownFile.ts";
import { isSamePlace, type Place, thisPlace } from "./place.ts";
import { isProcessAlive, processStart } from "./processes.ts";

/** Content of the lock file. `state` describes to others what the holder is doing. */
export interface LockRecord {
  readonly version: 1;
  /** Identifies one acquisition: distinguishes a lock that was taken over from one that was kept. */
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** See `Place`. Missing in files of older versions, like `started`. */
  readonly boot?: string | null;
  readonly space?: string | null;
  /** Start of the process, see `processStart`. */
  readonly started?: string | null;
  readonly user: string;
  /** ISO 8601. */
  readonly since: string;
  /** Incremented with every heartbeat that is written. Touching the file is a heartbeat too. */
  readonly beat: number;
  readonly state: unknown;
}

export interface Me extends Place {
  readonly pid: number;
  readonly started: string | null;
  readonly user: string;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly isAlive: (pid: number, started: string | null) => boolean;
}

/**
 * Time without a heartbeat after which a holder counts as dead, in milliseconds of the watcher's own clock.
 */
export const staleAfterMs = 30_000;
/** Maximum size of a lock file; real ones have a few hundred bytes. */
const maxBytes = 64 * 1024;

export function thisProcess(): Me {
  return {
    ...thisPlace(),
    pid: process.pid,
    started: processStart(process.pid),
    user: userName(),
    now: () => performance.now(),
    isAlive: isProcessAlive,
  };
}

export class FolderLock {
  readonly path: string;
  readonly #me: Me;
  #own: LockRecord | null = null;
  /** Last observed state of another holder, and the time since which it has not changed. */
  #seen: { readonly mark: string; readonly since: number; readonly changed: boolean } | null = null;

  constructor(path: string, me: Me = thisProcess()) {
    this.path = path;
    this.#me = me;
  }

  /** Token of this acquisition; null if this process does not hold the lock. */
  get token(): string | null {
    return this.#own?.token ?? null;
  }

  /** True if this process holds the lock. */
  get held(): boolean {
    return this.#own !== null;
  }

  /**
   * Tries to acquire the lock. Returns false if another window holds it. @throws Errors of the file system.
   */
  take(state: unknown = null): boolean {
    if (this.#own !== null) return true;
    mkdirSync(dirname(this.path), { recursive: true });
    if (this.#create(state)) return true;
    const text = this.#read();
    if (text !== null && !this.#isStale(text)) return false;
    if (text !== null && !this.#putAside(text)) return false;
    return this.#create(state);
  }

  /**
   * Returns the other holder; null if none is alive or this process holds the lock. Call every few seconds,
   * because a holder may die unnoticed.
   */
  other(): LockRecord | null {
    const text = this.#read();
    if (text === null) {
      this.#seen = null;
      return null;
    }
    const record = parse(text);
    if (record !== null && record.token === this.#own?.token) return null;
    return this.#isStale(text) ? null : (record ?? unknownHolder);
  }

  /**
   * Classifies the holder, more reliably the longer it is observed: `free` means none, or a process that has
   * exited; `alive` means that its process is visible or that a heartbeat was observed; `unsure` means that
   * it may be either.
   */
  holder(): "free" | "alive" | "unsure" {
    const other = this.other();
    if (other === null) return "free";
    return isSamePlace(other, this.#me) || this.#seen?.changed === true ? "alive" : "unsure";
  }

  /** Returns false if another process has taken over the lock because this one was silent for too long. */
  stillHeld(): boolean {
    if (this.#own !== null && parse(this.#read() ?? "")?.token !== this.#own.token) this.#own = null;
    return this.#own !== null;
  }

  /** Writes a heartbeat with the current state. Returns false if another window has taken over the lock. */
  beat(state: unknown): boolean {
    if (!this.stillHeld() || this.#own === null) return false;
    const next = { ...this.#own, beat: this.#own.beat + 1, state };
    const temporary = `${this.path}.${globalThis.crypto.randomUUID()}.tmp`;
    try {
      writeNew(temporary, next);
      renameSync(temporary, this.path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    this.#own = next;
    return true;
  }

  release(): void {
    if (this.#own === null) return;
    const ours = parse(this.#read() ?? "")?.token === this.#own.token;
    this.#own = null;
    if (ours) rmSync(this.path, { force: true });
  }

  #create(state: unknown): boolean {
    const { pid, host, boot, space, started, user } = this.#me;
    const own: LockRecord = {
      version: 1,
      token: globalThis.crypto.randomUUID(),
      pid,
      host,
      boot,
      space,
      started,
      user,
      since: new Date().toISOString(),
      beat: 0,
      state,
    };
    try {
      writeNew(this.path, own);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
    this.#own = own;
    this.#seen = null;
    return true;
  }

  #isStale(text: string): boolean {
    const record = parse(text);
    if (record !== null && isSamePlace(record, this.#me)) {
      if (!this.#me.isAlive(record.pid, record.started ?? null)) return true;
      // Exactly the process that took it is alive. Otherwise its id may belong to another process, and the
      // heartbeat decides.
      if (typeof record.started === "string" && this.#me.started !== null) return false;
    }
    const mark = `${record === null ? text : `${record.token} ${record.beat}`} ${this.#touched()}`;
    const now = this.#me.now();
    if (this.#seen?.mark !== mark) {
      this.#seen = { mark, since: now, changed: this.#seen !== null };
      return false;
    }
    return now - this.#seen.since >= staleAfterMs;
  }

  /**
   * Removes a stale file. Returns false if it was acquired in the meantime; it is then given back to its
   * owner.
   */
  #putAside(stale: string): boolean {
    const aside = `${this.path}.${globalThis.crypto.randomUUID()}.tmp`;
    try {
      renameSync(this.path, aside);
    } catch {
      return true; // another window was faster: `#create` decides between them
    }
    const same = parse(readLock(aside) ?? "")?.token === parse(stale)?.token;
    if (same) rmSync(aside, { force: true });
    else renameSync(aside, this.path);
    return same;
  }

  /** Modification time by the holder's clock: only changes are meaningful. */
  #touched(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  #read(): string | null {
    return readLock(this.path);
  }
}

/**
 * Reads a lock file; null if there is none. Anything that is not a regular file, or too large, counts as an
 * unreadable lock file.
 */
function readLock(path: string): string | null {
  try {
    return readOwnTextSync(path, { maxBytes });
  } catch {
    return "";
  }
}

/** An unreadable lock file still counts as another process's, until it has not changed for long enough. */
const unknownHolder: LockRecord = {
  version: 1,
  token: "",
  pid: 0,
  host: "",
  user: "",
  since: "",
  beat: 0,
  state: null,
};

function parse(text: string): LockRecord | null {
  try {
    const value = JSON.parse(text) as Partial<LockRecord> | null;
    const sound =
      value !== null &&
      value.version === 1 &&
      typeof value.token === "string" &&
      typeof value.pid === "number" &&
      typeof value.host === "string" &&
      typeof value.user === "string" &&
      typeof value.since === "string" &&
      typeof value.beat === "number";
    return sound ? (value as LockRecord) : null;
  } catch {
    return null;
  }
}

/** @throws if the path exists, even as a link to somewhere else. */
function writeNew(path: string, record: LockRecord): void {
  const descriptor = openSync(path, "wx");
  try {
    writeSync(descriptor, `${JSON.stringify(record, null, 2)}\n`);
  } finally {
    closeSync(descriptor);
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // a user id without a name, as in some containers
  }
}
