// Progress on standard error: a line that is overwritten on a terminal, plain lines elsewhere.
import { formatDuration } from "../common/duration.ts";
import type { StepEvent } from "../core/records/records.ts";
import { type Phase, type ProgressUpdate, phaseWords } from "../protocol/runtime.ts";
import { type TextStream, terminalText } from "./terminalText.ts";

/** Minimum milliseconds between plain lines within one phase. */
const plainInterval = 15_000;
const fallbackColumns = 80;

export class Progress {
  readonly #stream: TextStream;
  #title = "";
  #shown = false;
  #loss = "";
  #phase: Phase | null = null;
  #lastPlain = 0;

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  /** Starts a task, for example `[2/5] pinch s7`. */
  begin(title: string): void {
    this.clear();
    this.#title = title;
    this.#loss = "";
    this.#phase = null;
  }

  step({ loss }: StepEvent): void {
    this.#loss = ` loss ${loss.toFixed(3)}`;
  }

  update({ phase, done, total, secondsLeft }: ProgressUpdate, now = Date.now()): void {
    const share = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : "";
    const loss = phase === "train" ? this.#loss : "";
    const left = secondsLeft === null ? "" : `, ${formatDuration(secondsLeft)} left`;
    const line = terminalText(`${this.#title} ${phaseWords[phase]}${share}${loss}${left}`);
    if (this.#stream.isTTY === true) {
      this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns || fallbackColumns) - 1)}`);
      this.#shown = true;
      return;
    }
    if (phase === this.#phase && now - this.#lastPlain < plainInterval) return;
    this.#phase = phase;
    this.#lastPlain = now;
    this.#stream.write(`${line}\n`);
  }

  /** Prints a line that is not overwritten. */
  say(line: string): void {
    this.clear();
    this.#stream.write(`${terminalText(line)}\n`);
  }

  clear(): void {
    if (this.#shown) this.#stream.write("\r\u001b[K");
    this.#shown = false;
  }
}
