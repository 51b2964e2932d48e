// Estimates a mean from exact measurements of some items and a cheap measurement of all of them.
import { designOf } from "./designEffect.ts";
import { studentTQuantile } from "./distributions.ts";

/** One item; values are from 0 to 1. */
interface DoublyMeasured {
  readonly cheap: number;
  /** Null if not measured. */
  readonly exact: number | null;
  /** Number of the cluster: items of one cluster vary together. */
  readonly cluster: number;
}

export interface DoubleSample {
  /** Items of which a random part, at least three, was measured exactly. */
  readonly items: readonly DoublyMeasured[];
  /** Number of further items whose exact value is known to be one half without measurement. */
  readonly halves: number;
}

/** Minimum distance of an estimate from 0 and 1, in items: at the edge, its interval would have no width. */
const leastFromEdge = 0.5;
const upperTail = 0.975;

/**
 * Regression estimator for double sampling (Cochran, Sampling Techniques, 1977, section 12.6), which is
 * equivalent to prediction-powered inference with its best weight (Angelopoulos et al. 2023): the exact mean
 * of the measured items, shifted along the regression on the cheap value by the difference between these
 * items and all. Errors need not be symmetric, and values may be anything between 0 and 1. The 95 % interval
 * includes the uncertainty of both means, each enlarged by its design effect, and of the regression, from
 * Student's t on the logit scale.
 */
export function doubleSampleMean({ items, halves }: DoubleSample): {
  readonly value: number;
  readonly interval: readonly [number, number];
} {
  const measured = items.flatMap(({ exact, ...item }) => (exact === null ? [] : { exact, ...item }));
  const [all, m] = [items.length, measured.length];
  const exactMean = meanOf(measured.map(({ exact }) => exact));
  const cheapMean = meanOf(measured.map(({ cheap }) => cheap));
  let [cheapSquares, products, exactSquares] = [0, 0, 0];
  for (const { exact, cheap } of measured) {
    cheapSquares += (cheap - cheapMean) ** 2;
    products += (cheap - cheapMean) * (exact - exactMean);
    exactSquares += (exact - exactMean) ** 2;
  }
  const slope = cheapSquares > 0 ? products / cheapSquares : 0;
  const moved = meanOf(items.map(({ cheap }) => cheap)) - cheapMean;
  const residual = Math.max(0, exactSquares - slope * products) / (m - 2);
  const leverage = cheapSquares > 0 ? moved ** 2 / cheapSquares : 0;
  const ofResiduals = designOf(
    measured.map(({ exact, cheap }) => exact - slope * cheap),
    measured.map(({ cluster }) => cluster),
  );
  const ofAll = designOf(
    items.map(({ cheap }) => cheap),
    items.map(({ cluster }) => cluster),
  );
  // The part explained by the cheap value varies over all items, the rest over the measured ones.
  const ofMeasured =
    residual * (1 / m + leverage) * ofResiduals.effect +
    ((exactSquares / (m - 1) - residual) / all) * ofAll.effect;

  const share = all / (all + halves);
  const edge = leastFromEdge / m;
  const mean = clamp(exactMean + slope * moved, edge);
  const value = share * mean + (1 - share) / 2;
  const variance = share ** 2 * ofMeasured + ((mean - 0.5) ** 2 * share * (1 - share)) / (all + halves);
  const degrees = Math.max(1, ofResiduals.clusters - 2);
  const reach = (studentTQuantile(upperTail, degrees) * Math.sqrt(variance)) / (value * (1 - value));
  const logit = Math.log(value / (1 - value));
  return { value, interval: [fromLogit(logit - reach), fromLogit(logit + reach)] };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clamp(value: number, edge: number): number {
  return Math.min(1 - edge, Math.max(edge, value));
}

function fromLogit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
