// What a recipe gets from the process that runs it: ways to report, and the signal to stop.
import type { StepEvent } from "../../core/records/records.ts";
import type { AskHandler } from "../../protocol/connection.ts";
import type { AnswerPart, ProgressUpdate } from "../../protocol/runtime.ts";

export type LogLevel = "info" | "warn" | "error" | "debug";

export interface RecipeContext {
  progress(update: ProgressUpdate): void;
  step(event: StepEvent): void;
  log(level: LogLevel, message: string): void;
  /** Aborted by cancel, SIGTERM and the parent's disconnect; `throwIfCancelled` turns it into an error. */
  readonly signal: AbortSignal;
}

/** Of a process that can ask its parent something. */
export interface HostedContext extends RecipeContext {
  readonly askHost: AskHandler;
}

/** Of a process that tells what a model writes while it does. */
export interface StreamingContext extends RecipeContext {
  answerPart(part: AnswerPart): void;
}
