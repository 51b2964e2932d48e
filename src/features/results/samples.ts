// Pages of a run's samples in one language, from the text of samples.jsonl.
import type { ForeignSpan, Outcome, SampleRecord } from "../../core/run/records.ts";
import type { SamplesPage, SamplesQuery } from "../../protocol/webviews.ts";

export const samplesPageSize = 50;

const outcomes: readonly Outcome[] = ["followed", "wrongLanguage", "wrongAnswer", "unchecked"];

/** Every whole line; a last line that is still being written is left out. */
export function parseSamples(text: string): SampleRecord[] {
  const samples: SampleRecord[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") continue;
    const sample = parseLine(line);
    if (sample !== null) samples.push(sample);
  }
  return samples;
}

function parseLine(line: string): SampleRecord | null {
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
  const { instructions, foreign, ...rest } = sample;
  const results = Array.isArray(instructions) ? instructions.filter(isInstructionResult) : [];
  return {
    ...rest,
    tags: isObject(sample.tags) ? sample.tags : {},
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The page that starts at `offset`; an offset behind the end gives the last page. */
export function pageOf(samples: readonly SampleRecord[], query: SamplesQuery): SamplesPage {
  const inLanguage = samples.filter(sample => sample.language === query.language);
  const counts: Record<Outcome, number> = { followed: 0, wrongLanguage: 0, wrongAnswer: 0, unchecked: 0 };
  for (const sample of inLanguage) counts[sample.outcome]++;
  const matching =
    query.outcome === "all" ? inLanguage : inLanguage.filter(sample => sample.outcome === query.outcome);
  const lastPage = Math.max(0, Math.ceil(matching.length / samplesPageSize) - 1) * samplesPageSize;
  const offset = Math.min(Math.max(0, query.offset), lastPage);
  return {
    query: { ...query, offset },
    samples: matching.slice(offset, offset + samplesPageSize),
    total: matching.length,
    outcomes: counts,
    pageSize: samplesPageSize,
  };
}
