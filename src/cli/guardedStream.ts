// Wraps a standard stream that may close or fill up while work continues: output that can't be written is dropped, and
// the first error is kept.
import type { TextStream } from "./terminalText.ts";

export class GuardedStream implements TextStream {
  readonly #stream: NodeJS.WriteStream;
  readonly #onLost: (error: Error) => void;
  #lost: Error | null = null;

  /** @param onLost Called once, with the first write error. */
  constructor(stream: NodeJS.WriteStream, onLost: (error: Error) => void = () => undefined) {
    this.#stream = stream;
    this.#onLost = onLost;
    stream.on("error", error => this.#lose(error)); // also of writes that were taken before
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    return this.#stream.columns;
  }

  /** The first write error, if any. */
  get lost(): Error | null {
    return this.#lost;
  }

  write(text: string): void {
    if (this.#lost !== null) return;
    try {
      this.#stream.write(text);
    } catch (error) {
      this.#lose(error instanceof Error ? error : new Error(String(error))); // files are written at once
    }
  }

  #lose(error: Error): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    this.#onLost(error);
  }
}
