// Reads verdicts.jsonl as it lies on disk: what does not look right is left out, not trusted.
import { leaning } from "../comparison/places.ts";
import type { PairVerdict } from "../comparison/records.ts";
import { isObject } from "../run/parsed.ts";

/** Every whole line; a last line that is still being written is left out. */
export function parseVerdicts(text: string): PairVerdict[] {
  return text.split(/\r?\n/).flatMap(line => {
    const value = line.trim() === "" ? null : parseJson(line);
    return isVerdict(value) ? [value] : [];
  });
}

/** The order decided: both were read, and they do not agree. */
export function isFlipped({ orders }: PairVerdict): boolean {
  return leaning(orders) !== null;
}

export function isVerdict(value: unknown): value is PairVerdict {
  if (!isObject(value)) return false;
  const texts = [value.language, value.id, value.prompt, value.run, value.baseline];
  return (
    texts.every(text => typeof text === "string") &&
    Array.isArray(value.orders) &&
    value.orders.length === 2 &&
    value.orders.every(isObject) &&
    (value.outcome === null || ["win", "tie", "loss"].includes(String(value.outcome)))
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
