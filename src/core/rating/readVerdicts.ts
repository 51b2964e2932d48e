// Reads comparison.json and verdicts.jsonl as they lie on disk: what does not look right is left out, not trusted.
import { leaning } from "../comparison/places.ts";
import type { ComparisonRecord, PairVerdict } from "../comparison/records.ts";

/** null: not a comparison of this version. */
export function parseComparison(text: string): ComparisonRecord | null {
  const value = parseJson(text);
  if (!isObject(value)) return null;
  const { version, run, mixture, ended, judge, languages, notes } = value;
  const sound =
    version === 1 &&
    typeof run === "string" &&
    typeof mixture === "string" &&
    typeof ended === "string" &&
    isObject(judge) &&
    typeof judge.kind === "string" &&
    isObject(languages) &&
    Object.values(languages).every(isLanguage) &&
    Array.isArray(notes);
  return sound ? (value as unknown as ComparisonRecord) : null;
}

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

function isLanguage(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.score)) return false;
  return (
    typeof value.baselineMixture === "string" &&
    typeof value.score.value === "number" &&
    Array.isArray(value.score.interval)
  );
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
