// Errors of cancelled recipes.
import { HumanError } from "../common/errors.ts";
import { processEnd } from "../common/processEnd.ts";

/** @param signal Its reason is reported if it is a message for users. */
export function cancelledError(signal?: AbortSignal): HumanError {
  const reason: unknown = signal?.reason;
  if (reason instanceof HumanError) return reason;
  return new HumanError("The run was cancelled.", {
    kind: "cancelled",
    remedy: "Start it again when ready.",
  });
}

/** Error for an end that nobody who waits for the answer asked for. */
export function terminatedError(): HumanError {
  const { meaning, remedy } = processEnd("signal SIGTERM");
  return new HumanError(`The runtime process ended (SIGTERM): ${meaning}.`, { kind: "cancelled", remedy });
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError(signal);
}
