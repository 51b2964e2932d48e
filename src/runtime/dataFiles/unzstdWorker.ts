// Entry point of the thread that decompresses Zstandard files, as far ahead as their readers request. A
// separate bundle.
import { type MessagePort, parentPort } from "node:worker_threads";
import { messageOf } from "../../common/errors.ts";
import { fileBytes, pieceBytes } from "./fileBytes.ts";
import { endsEarly, unzstd } from "./unzstd.ts";

/** `more` allows one more piece of a file, in addition to those that may wait. */
export type UnzstdRequest = { readonly id: number } & (
  | { readonly kind: "open"; readonly path: string; readonly size: number; readonly ahead: number }
  | { readonly kind: "more" }
  | { readonly kind: "close" }
);

export type UnzstdMessage = { readonly id: number } & (
  | { readonly kind: "piece"; readonly bytes: Uint8Array<ArrayBuffer>; readonly read: number }
  | { readonly kind: "end" }
  | {
      readonly kind: "fault";
      readonly message: string;
      readonly endsEarly: boolean;
      readonly code: string | null;
    }
);

type Opened = Extract<UnzstdRequest, { kind: "open" }>;

/** Reading of one file. */
class Reading {
  readonly #port: MessagePort;
  readonly #request: Opened;
  #free: number;
  #closed = false;
  #wake = (): void => undefined;

  constructor(port: MessagePort, request: Opened) {
    this.#port = port;
    this.#request = request;
    this.#free = request.ahead;
  }

  more(): void {
    this.#free++;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async run(): Promise<void> {
    const { id, path, size } = this.#request;
    let read = 0;
    const packed = fileBytes(path, size, bytes => {
      read += bytes;
    });
    const post = (message: UnzstdMessage, moved: ArrayBuffer[] = []) =>
      this.#port.postMessage(message, moved);
    try {
      for await (const bytes of joined(unzstd(packed))) {
        while (this.#free === 0 && !this.#closed)
          await new Promise<void>(resolve => {
            this.#wake = resolve;
          });
        if (this.#closed) return;
        this.#free--;
        post({ id, kind: "piece", bytes, read }, [bytes.buffer]);
      }
      post({ id, kind: "end" });
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : null;
      post({ id, kind: "fault", message: messageOf(error), endsEarly: error === endsEarly, code });
    }
  }
}

/**
 * Joins blocks of a hundred kilobytes into pieces of a megabyte, because messages between threads have a cost
 * per piece.
 */
async function* joined(blocks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let piece = new Uint8Array(pieceBytes);
  let filled = 0;
  for await (const block of blocks) {
    for (let at = 0; at < block.length; ) {
      const part = block.subarray(at, at + pieceBytes - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < pieceBytes) continue;
      yield piece;
      piece = new Uint8Array(pieceBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}

function serve(port: MessagePort): void {
  const readings = new Map<number, Reading>();
  port.on("message", (request: UnzstdRequest) => {
    if (request.kind !== "open") {
      if (request.kind === "more") readings.get(request.id)?.more();
      else readings.get(request.id)?.close();
      return;
    }
    const reading = new Reading(port, request);
    readings.set(request.id, reading);
    void reading.run().finally(() => readings.delete(request.id));
  });
}

if (parentPort !== null) serve(parentPort);
