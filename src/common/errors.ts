// Errors for users: what happened, and what to do about it.

/** Kinds of failure that callers and exit codes distinguish. */
export type FailureKind = "input" | "run" | "cancelled" | "internal";

/** Error whose message is shown as it is; `remedy` says what to do next. */
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

/** Message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
