// Reads training steps from events.jsonl or from another process, and validates them.

import { isObject } from "../../common/json.ts";
import { isMapOf, isNumber } from "./parsed.ts";
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
  if (!isObject(value)) return null;
  const fields = value;
  for (const name of numbers) if (!isNumber(fields[name])) return null;
  const { step, steps, time } = fields as { step: number; steps: number; time: unknown };
  if (!Number.isInteger(step) || step < 1 || steps < 1 || typeof time !== "string") return null;
  const { heldOut, memoryBytes, examples, ...rest } = fields;
  return {
    ...(rest as unknown as StepEvent), // each field was checked above
    ...(isNumber(memoryBytes) && memoryBytes > 0 ? { memoryBytes } : {}),
    ...(isNumber(examples) && examples > 0 ? { examples } : {}),
    ...(isMapOf(heldOut, isNumber) ? { heldOut } : {}),
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
