// Metrics in words and numbers.
import type { MetricKey, MetricValue } from "../../src/core/run/records.ts";

interface MetricWords {
  readonly label: string;
  /** False: the smaller the better. */
  readonly higherIsBetter: boolean;
  readonly unit: "percent" | "nats";
}

const words: Record<string, MetricWords> = {
  followed: { label: "Followed, in the right language", higherIsBetter: true, unit: "percent" },
  language: { label: "In the right language", higherIsBetter: true, unit: "percent" },
  checks: { label: "Checks passed, in any language", higherIsBetter: true, unit: "percent" },
  wrongLanguage: { label: "In a wrong language", higherIsBetter: false, unit: "percent" },
  wrongAnswer: { label: "Right language, wrong answer", higherIsBetter: false, unit: "percent" },
  nll: { label: "Loss on the references (nats a token)", higherIsBetter: false, unit: "nats" },
};

export function metricWords(key: MetricKey): MetricWords {
  const colon = key.indexOf(":");
  const base = words[colon < 0 ? key : key.slice(0, colon)] ?? {
    label: key,
    higherIsBetter: true,
    unit: "percent",
  };
  if (colon < 0) return base;
  return { ...base, label: `${base.label} · ${key.slice(colon + 1).replace("=", ": ")}` };
}

/** The number as it stands in a cell: whole percents, or nats with two decimals. */
export function shortValue(key: MetricKey, value: number): string {
  return metricWords(key).unit === "percent" ? String(Math.round(100 * value)) : value.toFixed(2);
}

/** `42 % (35 to 49), n = 100` */
export function longValue(key: MetricKey, { value, interval, n }: MetricValue): string {
  const [low, high] = interval.map(end => shortValue(key, end));
  return `${shortValue(key, value)}${unitOf(key)} (${low} to ${high}), n = ${n}`;
}

export function unitOf(key: MetricKey): string {
  return metricWords(key).unit === "percent" ? " %" : "";
}

/** The metric to show first: the first of these that was measured. */
export function firstMetric(metrics: readonly MetricKey[]): MetricKey | null {
  const preferred: readonly MetricKey[] = ["followed", "language", "nll"];
  return preferred.find(key => metrics.includes(key)) ?? metrics[0] ?? null;
}
