// Reads training steps from events.jsonl or from another process, and validates them.
import type { StepEvent } from "./records.ts";

const numbers = [
  "step",
  "steps",
  "epoch",
  "loss",
  "learningRate",
  "gradientNorm",
  "tokens",
  "responseTokens",
  "tokensPerSecond",
] as const satisfies readonly (keyof StepEvent)[];

/** Returns the value as a step, or null when it is not one. Invalid optional fields are left out. */
export function stepEventOf(value: unknown): StepEvent | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of numbers) if (!isNumber(fields[name])) return null;
  const { step, steps, time } = fields as { step: number; steps: number; time: unknown };
  if (!Number.isInteger(step) || step < 1 || steps < 1 || typeof time !== "string") return null;
  const { heldOut, memoryBytes, examples, ...rest } = fields;
  return {
    ...(rest as unknown as StepEvent), // each field was checked above
    ...(isNumber(memoryBytes) && memoryBytes > 0 ? { memoryBytes } : {}),
    ...(isNumber(examples) && examples > 0 ? { examples } : {}),
    ...(isLosses(heldOut) ? { heldOut } : {}),
  };
}

/** Returns null when the line was not written by a run. */
export function parseStepEvent(line: string): StepEvent | null {
  try {
    return stepEventOf(JSON.parse(line));
  } catch {
    return null;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isLosses(value: unknown): value is Readonly<Record<string, number>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isNumber)
  );
}
