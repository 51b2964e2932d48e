// Reads run.json as it lies on disk: anything that does not look right is named, not trusted.
import type { Parsed } from "../../core/run/metricsRecord.ts";
import type { RunRecord } from "../../core/run/records.ts";

const statuses: readonly unknown[] = ["running", "done", "failed", "cancelled"];

export function parseRunRecord(text: string): Parsed<RunRecord> {
  const parsed = parseObject(text);
  if ("fault" in parsed) return parsed;
  const record = parsed.value;
  if (record.version !== 1) return { fault: "it was written by another version of Pinch" };
  const configuration = record.configuration;
  const sound =
    statuses.includes(record.status) &&
    typeof record.mixture === "string" &&
    typeof record.seed === "number" &&
    typeof record.started === "string" &&
    isObject(record.counts) &&
    isObject(configuration) &&
    typeof configuration.file === "string" &&
    typeof configuration.model === "string";
  return sound ? { value: record as unknown as RunRecord } : { fault: "fields are missing in it" };
}

function parseObject(text: string): Parsed<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { value } : { fault: "it is not a JSON object" };
  } catch {
    return { fault: "it is not JSON" };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The record of a run whose process is gone, closed as what it became. */
export function closed(
  record: RunRecord,
  status: "failed" | "cancelled",
  error: RunRecord["error"],
  now: Date,
): RunRecord {
  // An Error's own message is not enumerable: it would be lost in the file.
  const kept = error === null ? null : { message: error.message, remedy: error.remedy };
  return { ...record, status, error: kept, ended: now.toISOString() };
}
