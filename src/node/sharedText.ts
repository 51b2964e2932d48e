// A small text file that several windows modify: changes are atomic, none is lost, and all windows are
// notified.
import { randomBytes } from "node:crypto";
import { unwatchFile, watchFile } from "node:fs";
import { mkdir, rename, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Emitter, type Stoppable } from "../common/emitter.ts";
import { HumanError } from "../common/errors.ts";
import { isReallyInside, leadsTo } from "./insideFolder.ts";
import { readOwnText } from "./ownFile.ts";

/** Milliseconds between checks for changes by other windows. */
const lookMs = 1_000;
/** Milliseconds between attempts while another window is making a change. */
const retryMs = 20;
/**
 * Milliseconds after which a change counts as abandoned by a dead process; changes take a few milliseconds.
 */
const abandonedMs = 5_000;
/** Maximum bytes; larger files are not shared between windows. */
const maxBytes = 32 * 1024 * 1024;

export class SharedText implements Stoppable {
  readonly #path: string;
  readonly #within: string;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #last: Promise<unknown> = Promise.resolve();
  #watching = false;

  /** @param within Folder that no link may leave. */
  constructor(path: string, within = dirname(path)) {
    this.#path = path;
    this.#within = within;
  }

  /**
   * Reads the text, including earlier changes of this process; null if there is no file yet. The first call
   * starts watching.
   */
  read(): Promise<string | null> {
    if (!this.#watching) {
      this.#watching = true;
      watchFile(this.#path, { interval: lookMs, persistent: false }, this.#fireChange);
    }
    return this.#inOrder(() => this.#read());
  }

  /** Reads, edits and writes without interference. */
  change(edit: (text: string | null) => string): Promise<void> {
    return this.#inOrder(() => this.#alone(edit));
  }

  dispose(): void {
    if (this.#watching) unwatchFile(this.#path, this.#fireChange);
    this.#changed.dispose();
  }

  readonly #fireChange = (): void => this.#changed.fire();

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<string | null> {
    this.#requireInside();
    return readOwnText(this.#path, maxBytes);
  }

  #requireInside(): void {
    const folder = dirname(this.#path);
    if (folder === this.#within || isReallyInside(this.#within, folder)) return;
    throw new HumanError(`${folder} leads out of ${this.#within}, to ${leadsTo(folder)}.`, {
      remedy: "Replace the link with a folder.",
    });
  }

  async #alone(edit: (text: string | null) => string): Promise<void> {
    this.#requireInside();
    await mkdir(dirname(this.#path), { recursive: true });
    const door = `${this.#path}.changing`;
    await enter(door);
    try {
      const before = await this.#read();
      const after = edit(before);
      if (after === before) return;
      // An unpredictable name: an existing file could be a link to something else.
      const temporary = `${this.#path}.${randomBytes(4).toString("hex")}.tmp`;
      await writeFile(temporary, after, { flag: "wx" });
      await rename(temporary, this.#path);
    } finally {
      await rmdir(door).catch(() => undefined);
    }
  }
}

/** Creating a folder succeeds for only one process, on every file system. */
async function enter(door: string): Promise<void> {
  for (;;) {
    try {
      await mkdir(door);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const age = await stat(door).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > abandonedMs) await rmdir(door).catch(() => undefined);
      else await new Promise(resolve => setTimeout(resolve, retryMs));
    }
  }
}
