// Binomial counts: random ones, and the exact interval of a rate.
import type { Random } from "../../common/random.ts";
import { betaQuantile, logGamma } from "./distributions.ts";

/** Clopper and Pearson's exact interval: its coverage is never below the level, whatever n and the rate are. */
export function exactRateInterval(hits: number, n: number, level = 0.95): [number, number] {
  const tail = (1 - level) / 2;
  return [
    hits === 0 ? 0 : hits === n ? tail ** (1 / n) : betaQuantile(tail, hits, n - hits + 1),
    hits === n ? 1 : hits === 0 ? 1 - tail ** (1 / n) : betaQuantile(1 - tail, hits + 1, n - hits),
  ];
}

const inversionMean = 10; // below this, adding up probabilities is faster than rejection

/** How many of n trials with probability p succeed. */
export function drawBinomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  return n * p < inversionMean ? byInversion(n, p, random) : byRejection(n, p, random);
}

function byInversion(n: number, p: number, random: Random): number {
  const odds = p / (1 - p);
  let probability = (1 - p) ** n;
  let left = random();
  for (let k = 0; k < n; k++) {
    if (left < probability) return k;
    left -= probability;
    probability *= (odds * (n - k)) / (k + 1);
  }
  return n;
}

/** Transformed rejection with squeeze, "BTRS" (Hörmann, Journal of Statistical Computation 46, 1993); n p >= 10. */
function byRejection(n: number, p: number, random: Random): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = random() - 0.5;
    let v = random();
    const fromEdge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / fromEdge + b) * u + c);
    if (fromEdge >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    v = Math.log((v * alpha) / (a / (fromEdge * fromEdge) + b));
    const bound =
      logGamma(mode + 1) +
      logGamma(n - mode + 1) -
      logGamma(k + 1) -
      logGamma(n - k + 1) +
      (k - mode) * Math.log(p / (1 - p));
    if (v <= bound) return k;
  }
}
