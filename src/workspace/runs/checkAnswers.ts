// Validates messages of the runtime process before they are used.
import { isObject } from "../../common/json.ts";
import { type ProgressUpdate, phaseWords, type RunOutcome } from "../../protocol/runtime.ts";

const endings: readonly unknown[] = ["done", "failed", "cancelled"];

export function isRunOutcome(value: unknown): value is RunOutcome {
  if (!isObject(value)) return false;
  const { folder, status, error } = value;
  if (typeof folder !== "string" || !endings.includes(status)) return false;
  return (
    error === null ||
    (isObject(error) && typeof error.message === "string" && typeof error.remedy === "string")
  );
}

export function isProgress(value: unknown): value is ProgressUpdate {
  if (!isObject(value)) return false;
  const { phase, done, total, secondsLeft, message } = value;
  return (
    typeof phase === "string" &&
    Object.hasOwn(phaseWords, phase) &&
    isNumber(done) &&
    isNumber(total) &&
    (secondsLeft === null || isNumber(secondsLeft)) &&
    typeof message === "string"
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
