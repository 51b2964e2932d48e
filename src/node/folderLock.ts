// One process at a time works in a folder: a lock file with who holds it, a heartbeat, and what they are doing.
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { readOwnTextSync } from "./ownFile.ts";
import { isSamePlace, type Place, thisPlace } from "./place.ts";
import { isProcessAlive, processStart } from "./processes.ts";

/** The lock file. `state` is what the holder tells others that it does. */
export interface LockRecord {
  readonly version: 1;
  /** Of one holding: tells a lock that was taken over from one that was kept. */
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** See `Place`; absent in files of older versions, like `started`. */
  readonly boot?: string | null;
  readonly space?: string | null;
  /** Of the process, see `processStart`. */
  readonly started?: string | null;
  readonly user: string;
  /** ISO 8601. */
  readonly since: string;
  /** Grows with every sign of life that is written; touching the file is one as well. */
  readonly beat: number;
  readonly state: unknown;
}

export interface Me extends Place {
  readonly pid: number;
  readonly started: string | null;
  readonly user: string;
  /** Milliseconds on a clock that only goes on. */
  readonly now: () => number;
  readonly isAlive: (pid: number, started: string | null) => boolean;
}

/** A holder whose beat stands still for so long, in milliseconds of the watcher's own clock, is gone. */
export const staleAfterMs = 30_000;
/** A holder says a few hundred bytes. */
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
  /** What was last seen of another holder, and since when it has not changed. */
  #seen: { readonly mark: string; readonly since: number; readonly changed: boolean } | null = null;

  constructor(path: string, me: Me = thisProcess()) {
    this.path = path;
    this.#me = me;
  }

  /** Of this holding; null: this process doesn't hold it. */
  get token(): string | null {
    return this.#own?.token ?? null;
  }

  /** Whether this process holds it now. */
  get held(): boolean {
    return this.#own !== null;
  }

  /** False: another window holds it. @throws where the file can't be written. */
  take(state: unknown = null): boolean {
    if (this.#own !== null) return true;
    mkdirSync(dirname(this.path), { recursive: true });
    if (this.#create(state)) return true;
    const text = this.#read();
    if (text !== null && !this.#isStale(text)) return false;
    if (text !== null && !this.#putAside(text)) return false;
    return this.#create(state);
  }

  /** Who else holds it; null: nobody that lives, or this process. Look every few seconds: a holder may die unseen. */
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
   * What can be told of whoever holds it, the more the longer it is looked at: `free` = nobody, or a process that is
   * gone; `alive` = its process is seen, or has given a sign of life meanwhile; `unsure` = it may be either.
   */
  holder(): "free" | "alive" | "unsure" {
    const other = this.other();
    if (other === null) return "free";
    return isSamePlace(other, this.#me) || this.#seen?.changed === true ? "alive" : "unsure";
  }

  /** False: another process took it over, as this one was silent for too long. */
  stillHeld(): boolean {
    if (this.#own !== null && parse(this.#read() ?? "")?.token !== this.#own.token) this.#own = null;
    return this.#own !== null;
  }

  /** A sign of life with what is being done. False: the lock was taken over by another window. */
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
      // The very process that took it. Otherwise one with its id may be another's, and the beat counts.
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

  /** Takes a stale file away. False: meanwhile it became somebody's, who gets it back. */
  #putAside(stale: string): boolean {
    const aside = `${this.path}.${globalThis.crypto.randomUUID()}.tmp`;
    try {
      renameSync(this.path, aside);
    } catch {
      return true; // another window was faster: `#create` decides between us
    }
    const same = parse(readLock(aside) ?? "")?.token === parse(stale)?.token;
    if (same) rmSync(aside, { force: true });
    else renameSync(aside, this.path);
    return same;
  }

  /** On the clock of whoever holds it: only a change means something. */
  #touched(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  #read(): string | null {
    return readLock(this.path);
  }
}

/** null: none. What is no file, or too large for one, is a lock file that says nothing. */
function readLock(path: string): string | null {
  try {
    return readOwnTextSync(path, maxBytes);
  } catch {
    return "";
  }
}

/** A lock file that can't be read is another's all the same, until it has stood still for long enough. */
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

/** @throws where something of that name is there already, a link to somewhere else among it. */
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
