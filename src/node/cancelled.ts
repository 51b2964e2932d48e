// The error that a cancelled recipe ends with.
import { HumanError } from "../common/errors.ts";
import { processEnd } from "../common/processEnd.ts";

/** @param signal Whose reason is told, where it has one for people. */
export function cancelledError(signal?: AbortSignal): HumanError {
  const reason: unknown = signal?.reason;
  if (reason instanceof HumanError) return reason;
  return new HumanError("The run was cancelled.", {
    kind: "cancelled",
    remedy: "Start it again when ready.",
  });
}

/** Nobody who waits for the answer asked for this end. */
export function terminatedError(): HumanError {
  const { meaning, remedy } = processEnd("signal SIGTERM");
  return new HumanError(`The runtime process ended (SIGTERM): ${meaning}.`, { kind: "cancelled", remedy });
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError(signal);
}
