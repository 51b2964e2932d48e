// Sums up each figure of the results panel in a sentence, claiming no more than the numbers support. Whether
// two scores differ is left to the paired test: they may differ although their intervals overlap.

import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { formatInterval, formatScore, metricName } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import type { Curve } from "./curve.ts";
import { type DifferencesTable, differenceLevel } from "./differences.ts";
import { formatDifference, formatP, signed } from "./differencesText.ts";
import { noiseOf, oneSeedNote, restsOnOneSeed } from "./oneSeed.ts";
import type { ResultsRow, ResultsTable } from "./resultsTable.ts";

/** `62.1 % (58.0 to 66.3)` */
function valueText(metric: MetricKey, value: MetricValue): string {
  return `${formatScore(metric, value.value)}${isRate(metric) ? " %" : ""} (${formatInterval(metric, value, " to ")})`;
}

/** Names the best and the worst mixture by their means. */
export function heatReading(table: ResultsTable, metric: MetricKey, higherIsBetter: boolean): string {
  const rows = table.rows
    .flatMap(row => {
      const mean = row.mean[metric];
      return mean === undefined ? [] : [{ row, mean }];
    })
    .sort((a, b) => (higherIsBetter ? b.mean.value - a.mean.value : a.mean.value - b.mean.value));
  const [best] = rows;
  const worst = rows.at(-1);
  if (best === undefined || worst === undefined || best === worst) return "";
  const scored = table.languages.filter(tag =>
    table.rows.some(row => row.cells[tag]?.[metric] !== undefined),
  );
  return `${metricName(metric)}: ${best.row.mixture} has the best mean over ${languageCount(scored.length)}, ${valueText(metric, best.mean)}; ${worst.row.mixture} the worst, ${valueText(metric, worst.mean)}.`;
}

/** Describes the change from the first point of the curve to the last, for the languages of the spread. */
export function curveReading(curve: Curve): string {
  const sentences = (["seen", "unseen"] as const).flatMap(series => {
    const points = curve.points.flatMap(point => {
      const value = point[series];
      return value === null ? [] : [{ percent: point.percent, value }];
    });
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined || first === last) return [];
    return [
      `${series === "seen" ? "Seen" : "Unseen"} languages go from ${valueText(curve.metric, first.value)} at ${Math.round(first.percent)} % of the examples outside the base language to ${valueText(curve.metric, last.value)} at ${Math.round(last.percent)} %.`,
    ];
  });
  return sentences.join(" ");
}

/** Counts the mixtures in which seen languages score higher than unseen ones. */
export function seenReading(rows: readonly ResultsRow[], metric: MetricKey): string {
  const both = rows.flatMap(row => {
    const [seen, unseen] = [row.meanSeen[metric], row.meanUnseen[metric]];
    return seen === undefined || unseen === undefined ? [] : [{ seen, unseen }];
  });
  if (both.length === 0) return "";
  const higher = both.filter(({ seen, unseen }) => seen.value > unseen.value).length;
  return `Languages that were in the tuning data score higher than those that were not in ${higher} of ${mixtureCount(both.length)}.`;
}

export function countReading(
  points: readonly { readonly languages: number; readonly value: MetricValue }[],
  metric: MetricKey,
): string {
  const mean = (of: readonly { readonly value: MetricValue }[]): number =>
    of.reduce((sum, { value }) => sum + value.value, 0) / of.length;
  const counts = [...new Set(points.map(({ languages }) => languages))].sort((a, b) => a - b);
  const [fewest = 0] = counts;
  const most = counts.at(-1) ?? 0;
  const at = (count: number): number => mean(points.filter(({ languages }) => languages === count));
  const unit = isRate(metric) ? " %" : "";
  return `Mixtures of ${languageCount(fewest)} average ${formatScore(metric, at(fewest))}${unit}, those of ${languageCount(most)} ${formatScore(metric, at(most))}${unit}; single mixtures differ for other reasons too, and each point has its own interval.`;
}

/** Describes the difference between one mixture and another, and whether it exceeds the noise. */
export function differenceReading(differences: DifferencesTable, mixture: string): string {
  const row = differences.rows.find(each => each.mixture === mixture);
  const { metric, against } = differences;
  if (row === undefined) return "";
  const own = { ...differences, rows: [row] };
  const isOne = restsOnOneSeed(own);
  const note = isOne ? ` ${oneSeedNote}` : "";
  const noise = noiseOf(own);
  const unit = isRate(metric) ? " points" : "";
  const beyond = Object.entries(row.languages).filter(([, { adjusted }]) => adjusted < differenceLevel);
  const languages =
    beyond.length === 0
      ? `no single language is beyond ${noise}`
      : `beyond ${noise} in ${beyond.map(([tag, { value }]) => `${tag} (${signed(metric, value)})`).join(", ")}`;
  if (row.mean === null) return `${mixture} less ${against}: ${languages}.${note}`;
  const clear = `is beyond ${noise}${isOne ? ", between these two models" : ""}`;
  const verdict = row.mean.adjusted < differenceLevel ? clear : `can't be told from ${noise}`;
  return `${mixture} less ${against}, mean over ${languageCount(Object.keys(row.languages).length)}: ${formatDifference(metric, row.mean)}${unit}, p ${formatP(row.mean.adjusted).replace(/^(?!<)/, "= ")}, which ${verdict}; ${languages} (p corrected by Holm's method).${note}`;
}

function languageCount(count: number): string {
  return count === 1 ? "one language" : `${count} languages`;
}

function mixtureCount(count: number): string {
  return count === 1 ? "one mixture" : `${count} mixtures`;
}
