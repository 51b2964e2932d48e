// Decompresses Zstandard files in a thread, so that rows are parsed concurrently. All files of the process
// share the thread.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { endsEarly } from "./unzstd.ts";
import type { UnzstdMessage, UnzstdRequest } from "./unzstdWorker.ts";
import { ZstdFault } from "./zstdFrames.ts";

/** Maximum number of one-megabyte pieces waiting to be read. */
const ahead = 4;

/** Path of the thread's script next to the bundle; null if the code is not bundled. */
export function unzstdProgram(): string | null {
  const place = join(__dirname, "unzstdWorker.js");
  return existsSync(place) ? place : null;
}

interface Reader {
  readonly waiting: UnzstdMessage[];
  wake: () => void;
}

/** Thread that keeps the process alive only while a file is being read. */
class UnzstdThread {
  readonly program: string;
  /** Reason why the thread ended; null while it runs. */
  failure: unknown = null;
  readonly #worker: Worker;
  readonly #readers = new Map<number, Reader>();
  #opened = 0;

  constructor(program: string) {
    this.program = program;
    this.#worker = new Worker(program);
    this.#worker.unref();
    this.#worker.on("message", (message: UnzstdMessage) => {
      const reader = this.#readers.get(message.id);
      reader?.waiting.push(message);
      reader?.wake();
    });
    this.#worker.on("error", error => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new ZstdFault("the thread that unpacks it ended")));
  }

  #fail(failure: unknown): void {
    this.failure ??= failure;
    for (const reader of this.#readers.values()) reader.wake();
  }

  #ask(request: UnzstdRequest): void {
    this.#worker.postMessage(request);
  }

  async *read(path: string, size: number, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
    const id = this.#opened++;
    const reader: Reader = { waiting: [], wake: () => undefined };
    this.#readers.set(id, reader);
    this.#worker.ref();
    this.#ask({ id, kind: "open", path, size, ahead });
    try {
      for (;;) {
        const message = reader.waiting.shift();
        if (message?.kind === "piece") {
          onRead(message.read);
          this.#ask({ id, kind: "more" });
          yield message.bytes;
        } else if (message?.kind === "end") return;
        else if (message?.kind === "fault") throw faultOf(message);
        else if (this.failure !== null) throw this.failure;
        else
          await new Promise<void>(resolve => {
            reader.wake = resolve;
          });
      }
    } finally {
      this.#ask({ id, kind: "close" });
      this.#readers.delete(id);
      if (this.#readers.size === 0) this.#worker.unref();
    }
  }
}

let thread: UnzstdThread | null = null;

/**
 * @param onRead Receives the number of bytes read from the file.
 * @throws The errors of `unzstd` and of the file system
 */
export function unzstdInThread(
  program: string,
  path: string,
  size: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (thread === null || thread.failure !== null || thread.program !== program)
    thread = new UnzstdThread(program);
  return thread.read(path, size, onRead);
}

function faultOf({ message, endsEarly: isCut, code }: Extract<UnzstdMessage, { kind: "fault" }>): unknown {
  if (isCut) return endsEarly;
  return code === null ? new ZstdFault(message) : Object.assign(new Error(message), { code });
}
