// Formats scores for this panel.

import { isRate } from "../../src/core/records/metricsRecord.ts";
import type { MetricKey } from "../../src/core/records/records.ts";
import { formatInterval, formatScore, metricName, metricUnit } from "../../src/core/scoring/metricNames.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";

/** Name of the metric, without the subset that it may be limited to. */
function mainName(key: MetricKey): string {
  const colon = key.indexOf(":");
  return colon < 0 ? key : key.slice(0, colon);
}

export function higherIsBetter(key: MetricKey): boolean {
  return isRate(key) && !["wrongLanguage", "wrongAnswer", "noLanguage", "truncated"].includes(mainName(key));
}

/** `Followed, in the right language, %` */
export function titleOf(key: MetricKey): string {
  return `${metricName(key)}, ${metricUnit(key)}`;
}

/** Label of an axis: `%`, `nats per token`. */
export function axisUnit(key: MetricKey): string {
  return metricUnit(key).split(",")[0] ?? "";
}

/** Number for a table cell: whole percents, or nats with two decimals. */
export function shortValue(key: MetricKey, value: number): string {
  return formatScore(key, value, isRate(key) ? 0 : 2);
}

export function shortInterval(key: MetricKey, value: MetricValue): string {
  return formatInterval(key, value, "–", isRate(key) ? 0 : 2);
}

export function withUnit(key: MetricKey, value: number): string {
  return `${shortValue(key, value)}${isRate(key) ? " %" : ""}`;
}

/** `42 % (35 to 49), n = 100` */
export function longValue(key: MetricKey, value: MetricValue): string {
  const interval = formatInterval(key, value, " to ", isRate(key) ? 0 : 2);
  return `${withUnit(key, value.value)} (${interval}), n = ${value.n}`;
}
