// Reads comparison.json and validates every field that is displayed or used in calculations.

import { isObject } from "../../common/json.ts";
import type { ComparisonRecord, JudgeKind } from "./comparison.ts";
import { isCorrelation, isScore } from "./metricsRecord.ts";
import { isCount, isListOf, isMapOf, isNumber, isText, type Parsed } from "./parsed.ts";
import { parseSealed, type TextHash } from "./seal.ts";

type Fits = (value: unknown) => boolean;

const kinds: readonly unknown[] = ["rule", "openai", "vscode", "local", "panel"] satisfies JudgeKind[];
/** Maximum depth of judges: the members of a panel have no members of their own. */
const maxDepth = 2;

const orAbsent =
  (fits: Fits): Fits =>
  value =>
    value === undefined || fits(value);
const orNull =
  (fits: Fits): Fits =>
  value =>
    value === null || fits(value);
const isInterval: Fits = value => isListOf(value, isNumber) && (value as unknown[]).length === 2;
const texts: Fits = value => isListOf(value, isText);

export function parseComparison(text: string, sha256: TextHash): Parsed<ComparisonRecord> {
  const parsed = parseSealed(text, sha256);
  if ("fault" in parsed) return parsed;
  const { value } = parsed;
  const { run, mixture, seed, started, ended, judge, languages, notes } = value;
  const sound =
    [run, mixture, ended].every(isText) &&
    [started, value.maker].every(orAbsent(isText)) &&
    orAbsent(isNumber)(seed) &&
    isJudge(judge) &&
    isMapOf(languages, isLanguage) &&
    texts(notes) &&
    orAbsent(texts)(value.served) &&
    orAbsent(each => isMapOf(each, isUnscored))(value.unscored) &&
    orAbsent(isCorrelation)(value.correlations) &&
    orAbsent(isConsistency)(value.consistency) &&
    orAbsent(isObject)(value.cost);
  return sound ? { value: value as unknown as ComparisonRecord } : { fault: "it is not a comparison" };
}

function isJudge(value: unknown, depth = 1): boolean {
  if (!isObject(value) || depth > maxDepth) return false;
  const { kind, model, url, revision, promptVersion, promptLanguage, members } = value;
  return (
    kinds.includes(kind) &&
    [model, url].every(orAbsent(orNull(isText))) &&
    [revision, promptVersion, promptLanguage].every(orAbsent(isText)) &&
    orAbsent(list => isListOf(list, member => isJudge(member, depth + 1)))(members)
  );
}

function isLanguage(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { baseline, baselineMixture, score, places } = value;
  const counts = [value.wins, value.ties, value.losses, value.flips, value.unread];
  return (
    orAbsent(orNull(isText))(baseline) &&
    isText(baselineMixture) &&
    isScore("followed", score, 0) &&
    [...counts, value.unmatched, value.identical, value.disputed].every(orAbsent(isCount)) &&
    orAbsent(isPlaces)(places)
  );
}

function isPlaces(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { first, second, trials, interval } = value;
  return [first, second].every(isCount) && orAbsent(isNumber)(trials) && isInterval(interval);
}

function isUnscored(value: unknown): boolean {
  return isObject(value) && [value.baseline, value.baselineMixture].every(isText) && isCount(value.unread);
}

function isConsistency(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { prompts, agreed, interval, kappa, kappaInterval } = value;
  return (
    isCount(prompts) &&
    isNumber(agreed) &&
    isInterval(interval) &&
    orNull(isNumber)(kappa) &&
    orNull(isInterval)(kappaInterval)
  );
}
