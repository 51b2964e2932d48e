// Reads metrics.json, validates it, and converts names used by older versions.

import { isObject } from "../../common/json.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { isListOf, isMapOf, isNumber, isText, type Parsed, parseObject, versionFault } from "./parsed.ts";
import type { LanguageCorrelations, MetricKey, MetricsRecord } from "./records.ts";

type Cells = Readonly<Partial<Record<MetricKey, MetricValue>>>;

/** True for a fraction from 0 to 1; likelihoods are not. */
export function isRate(key: MetricKey): boolean {
  return !key.startsWith("nll");
}

export function parseMetricsText(text: string): Parsed<MetricsRecord> {
  const parsed = parseObject(text);
  if ("fault" in parsed) return parsed;
  const { value } = parsed;
  const other = versionFault(value.version);
  if (other !== null) return other;
  const { languages, correlations } = value;
  if (!isObject(languages)) return { fault: "it lacks fields" };
  const current: Record<string, Cells> = {};
  for (const [language, cells] of Object.entries(languages)) {
    if (!isObject(cells)) return { fault: "it lacks fields" };
    const read = Object.entries(cells).map(([key, cell]) => [key, inRange(key, cell)] as const);
    for (const [key, cell] of read)
      if (!isScore(key, cell)) return { fault: `its ${key} of ${language} is not a score` };
    current[language] = withCurrentNames(Object.fromEntries(read) as Cells);
  }
  if (correlations !== undefined && !areCorrelations(correlations))
    return { fault: "its correlations are invalid" };
  return { value: { ...(value as unknown as MetricsRecord), languages: current } };
}

/** Limits the interval of `lineAccuracy`, which some older versions wrote with an end above 1. */
function inRange(key: string, cell: unknown): unknown {
  if (key !== "lineAccuracy" || !isObject(cell) || !Array.isArray(cell.interval)) return cell;
  const ends = cell.interval.map(end => (isNumber(end) ? Math.min(1, Math.max(0, end)) : end));
  return { ...cell, interval: ends };
}

/**
 * Renames `lcpr` of older versions, where it was the mean of `lines` and `words` instead of the benchmark's
 * measure.
 */
function withCurrentNames(cells: Cells): Cells {
  if (cells.lines === undefined || cells.lpr !== undefined || cells.lcpr === undefined) return cells;
  const { lcpr, ...others } = cells;
  return { ...others, linesAndWords: lcpr };
}

const rounding = 1e-9;

/** @param least Minimum number of prompts behind the score. */
export function isScore(key: string, cell: unknown, least = 1): boolean {
  if (!isObject(cell)) return false;
  const { value, n, interval } = cell;
  if (!isNumber(value) || !isNumber(n) || n < least || !Number.isInteger(n)) return false;
  if (!Array.isArray(interval) || interval.length !== 2 || !interval.every(isNumber)) return false;
  const [low = Number.NaN, high = Number.NaN] = interval as number[];
  return (
    low <= high &&
    (!isRate(key as MetricKey) || [value, low, high].every(end => end >= -rounding && end <= 1 + rounding))
  );
}

function areCorrelations(value: unknown): value is Readonly<Record<string, LanguageCorrelations>> {
  return isMapOf(value, isCorrelation);
}

/** Checks correlations between the errors of languages. */
export function isCorrelation(value: unknown): value is LanguageCorrelations {
  if (!isObject(value) || !isListOf(value.languages, isText) || !isListOf(value.pairs, isNumber))
    return false;
  const [{ length: count }, { length: pairs }] = [value.languages, value.pairs] as [unknown[], unknown[]];
  if (value.degrees !== undefined && !(isNumber(value.degrees) && value.degrees > 0)) return false;
  return pairs === (count * (count - 1)) / 2;
}
