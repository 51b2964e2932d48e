// Context that a recipe gets from its process: ways to report, and the signal to stop.
import type { StepEvent } from "../../core/records/records.ts";
import type { AskHandler } from "../../protocol/connection.ts";
import type { AnswerPart, ProgressUpdate } from "../../protocol/runtime.ts";

export type LogLevel = "info" | "warn" | "error" | "debug";

export interface RecipeContext {
  progress(update: ProgressUpdate): void;
  step(event: StepEvent): void;
  log(level: LogLevel, message: string): void;
  /**
   * Aborted by cancelling, SIGTERM and the parent's disconnect; `throwIfCancelled` turns it into an error.
   */
  readonly signal: AbortSignal;
}

/** Context of a process that can ask its parent questions. */
export interface HostedContext extends RecipeContext {
  readonly askHost: AskHandler;
}

/** Context of a process that reports a model's answer while it is being written. */
export interface StreamingContext extends RecipeContext {
  answerPart(part: AnswerPart): void;
}
