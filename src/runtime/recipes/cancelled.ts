// The error that a cancelled recipe ends with.
import { HumanError } from "../../common/errors.ts";

export function cancelledError(): HumanError {
  return new HumanError("The run was cancelled.", {
    kind: "cancelled",
    remedy: "Start it again when ready.",
  });
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError();
}
