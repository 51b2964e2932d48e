// Progress on standard error: one line that is written over on a terminal, plain lines elsewhere.
import type { StepEvent } from "../core/run/records.ts";
import type { Phase, ProgressUpdate } from "../protocol/runtime.ts";

export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const phaseNames: Readonly<Record<Phase, string>> = {
  load: "loading",
  train: "training",
  generate: "answering",
  score: "scoring",
  judge: "judging",
  save: "saving",
  install: "installing",
};

/** Milliseconds between plain lines within one phase. */
const plainInterval = 15_000;
const fallbackColumns = 80;

/** For example `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

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

  /** Begins a piece of work, for example `[2/5] pinch s7`. */
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
    const left = secondsLeft === null ? "" : `, ${formatSeconds(secondsLeft)} left`;
    const line = `${this.#title} ${phaseNames[phase]}${share}${loss}${left}`;
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

  /** A line that stays. */
  say(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  clear(): void {
    if (this.#shown) this.#stream.write("\r\u001b[K");
    this.#shown = false;
  }
}
