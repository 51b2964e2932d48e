// A standard stream that may close or fill up while the work goes on: what can't be written is dropped, and remembered.
import type { TextStream } from "./progress.ts";

export class GuardedStream implements TextStream {
  readonly #stream: NodeJS.WriteStream;
  readonly #onLost: (error: Error) => void;
  #lost: Error | null = null;

  /** @param onLost Told once, with the first thing that the system refused. */
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

  /** Why something was not written. */
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
