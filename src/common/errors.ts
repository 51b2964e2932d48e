// Errors meant for a person: what happened, and what to do about it.

/** Kinds of failure that callers and exit codes tell apart. */
export type FailureKind = "input" | "run" | "cancelled" | "internal";

/** An error whose message is shown as it is; `remedy` says what to do next. */
export class HumanError extends Error {
  readonly kind: FailureKind;
  readonly remedy: string;

  constructor(message: string, options: { remedy: string; kind?: FailureKind; cause?: unknown }) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "HumanError";
    this.kind = options.kind ?? "input";
    this.remedy = options.remedy;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
