// Reads verdicts.jsonl and reports what is wrong if it is not as the comparison wrote it.

import { isObject } from "../../common/json.ts";
import { leaning } from "../comparison/places.ts";
import type { ComparisonRecord, PairOutcome, PairVerdict } from "../records/comparison.ts";
import type { Parsed } from "../records/parsed.ts";
import type { TextHash } from "../records/seal.ts";

const outcomes: readonly unknown[] = ["win", "tie", "loss"] satisfies PairOutcome[];

/** Parses the verdicts of this comparison. */
export function parseVerdicts(
  text: string,
  { verdicts: written }: Pick<ComparisonRecord, "verdicts">,
  sha256: TextHash,
): Parsed<PairVerdict[]> {
  if (written !== undefined && sha256(text) !== written)
    return { fault: "it was changed since the comparison wrote it" };
  const verdicts: PairVerdict[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const verdict = parseJson(line);
    if (!isVerdict(verdict)) return { fault: `its line ${i + 1} is not a verdict on a pair` };
    verdicts.push(verdict);
  }
  return { value: verdicts };
}

/** True if both orders were read and gave different picks. */
export function isFlipped({ orders }: PairVerdict): boolean {
  return leaning(orders) !== null;
}

function isVerdict(value: unknown): value is PairVerdict {
  if (!isObject(value)) return false;
  const texts = [value.language, value.id, value.prompt, value.run, value.baseline];
  return (
    texts.every(text => typeof text === "string") &&
    Array.isArray(value.orders) &&
    value.orders.length === 2 &&
    value.orders.every(isObject) &&
    [null, ...outcomes].includes(value.outcome)
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
