// Parses one line of samples.jsonl for display: null if it is not a sample; parts that were edited to an
// invalid shape are dropped.

import { isObject } from "../../common/json.ts";
import { type ForeignSpan, outcomes, type SampleRecord } from "../records/records.ts";

/** Returns null for incomplete lines and for lines written by another program. */
export function parseSampleLine(line: string): SampleRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value)) return null;
    const texts = [value.language, value.prompt, value.response];
    const sound =
      texts.every(text => typeof text === "string") &&
      (outcomes as readonly unknown[]).includes(value.outcome);
    return sound ? shownParts(value as unknown as SampleRecord) : null;
  } catch {
    return null;
  }
}

/** Drops the parts that the page would fail to display, since a line may have been edited. */
function shownParts(sample: SampleRecord): SampleRecord {
  const { instructions, foreign, group, ...rest } = sample;
  const results = Array.isArray(instructions) ? instructions.filter(isInstructionResult) : [];
  return {
    ...rest,
    id: String(sample.id),
    tags: isObject(sample.tags) ? sample.tags : {},
    ...(typeof group === "string" && { group }),
    reference: textOrNull(sample.reference),
    answeredIn: textOrNull(sample.answeredIn),
    responseLanguage: textOrNull(sample.responseLanguage) ?? "und",
    ...(results.length > 0 && { instructions: results }),
    ...(Array.isArray(foreign) && { foreign: foreign.filter(isObject) as unknown as ForeignSpan[] }),
  };
}

function isInstructionResult(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.id === "string" &&
    ["string", "undefined"].includes(typeof value.inflected)
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
