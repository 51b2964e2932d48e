// Pages of a run's samples in one language, from the text of samples.jsonl.
import type { Outcome, SampleRecord } from "../../core/run/records.ts";
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
    const sound =
      typeof value === "object" &&
      value !== null &&
      "language" in value &&
      typeof value.language === "string" &&
      "prompt" in value &&
      typeof value.prompt === "string" &&
      "response" in value &&
      typeof value.response === "string" &&
      "outcome" in value &&
      (outcomes as readonly unknown[]).includes(value.outcome);
    return sound ? (value as SampleRecord) : null;
  } catch {
    return null;
  }
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
