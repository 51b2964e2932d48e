// One line of samples.jsonl as it is shown: null where it is no sample, and what was edited to nonsense left out.

import { isObject } from "../../common/json.ts";
import { type ForeignSpan, outcomes, type SampleRecord } from "../records/records.ts";

/** null: half a line, or one of another program. */
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

/** A line that was edited by hand may lack what the page takes apart: that part is left out. */
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
