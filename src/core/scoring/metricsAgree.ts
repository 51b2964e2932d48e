// Checks that the metrics of a run match its samples, by recomputing the rates that the samples determine.
import { displayName } from "../language/tags.ts";
import type { MetricsRecord, SampleRecord } from "../records/records.ts";
import { sampleRateKeys, sampleRates } from "./rates.ts";

const rounding = 1e-9;

interface Tally {
  n: number;
  hits: number;
}

/**
 * Returns a clause about metrics.json, or null when it matches; metrics that an older run lacks are skipped.
 */
export function metricsDisagree(metrics: MetricsRecord, samples: readonly SampleRecord[]): string | null {
  const tallies = new Map<string, Tally[]>();
  for (const sample of samples) {
    let own = tallies.get(sample.language);
    if (own === undefined) {
      own = sampleRateKeys.map(() => ({ n: 0, hits: 0 }));
      tallies.set(sample.language, own);
    }
    for (const [i, key] of sampleRateKeys.entries()) {
      const found = sampleRates[key](sample);
      const tally = own[i];
      if (found === null || tally === undefined) continue;
      tally.n++;
      if (found) tally.hits++;
    }
  }
  for (const language of new Set([...tallies.keys(), ...Object.keys(metrics.languages)])) {
    const [cells, own] = [metrics.languages[language], tallies.get(language)];
    if (cells === undefined) return `it has no scores for ${displayName(language)}, but the samples do`;
    if (own === undefined)
      return `it has scores for ${displayName(language)}, but there are no samples in it`;
    for (const [i, key] of sampleRateKeys.entries()) {
      const [cell, tally] = [cells[key], own[i]];
      if (cell === undefined || tally === undefined) continue;
      const share = tally.hits / Math.max(1, tally.n);
      if (cell.n === tally.n && Math.abs(cell.value - share) <= rounding) continue;
      return `for ${key} in ${displayName(language)} it has ${percent(cell.value)} of ${cell.n}, but the samples give ${percent(share)} of ${tally.n}`;
    }
  }
  return null;
}

/**
 * Returns a clause, or null when there are at least as many samples as were scored. For runs without a hash
 * of their samples.
 */
export function samplesMissing(metrics: MetricsRecord, samples: readonly SampleRecord[]): string | null {
  const counts = new Map<string, number>();
  for (const { language } of samples) counts.set(language, (counts.get(language) ?? 0) + 1);
  for (const [language, cells] of Object.entries(metrics.languages)) {
    const [found, scored] = [
      counts.get(language) ?? 0,
      Math.max(0, ...Object.values(cells).map(cell => cell?.n ?? 0)),
    ];
    if (found < scored)
      return `it has ${found} samples in ${displayName(language)}, but ${scored} were scored`;
  }
  return null;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
