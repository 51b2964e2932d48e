// A 95 % interval of a mean of values between 0 and 1 that stays honest where there are few.
import type { Random } from "../../common/random.ts";
import { bootstrapRatio } from "../statistics/bootstrap.ts";

/** Fewer values than this are too few for the bootstrap, and worth a warning. */
export const fewValues = 30;
const tail = 0.025;

/**
 * Percentile bootstrap. Where values are few, or all alike, resampling claims more than they tell: there it is
 * the Clopper-Pearson bound of as many trials with the same sum, which holds for any values in [0, 1] since
 * none of the same mean vary more than 0 and 1 do.
 */
export function boundedMeanInterval(values: readonly number[], random: Random): [number, number] {
  const n = values.length;
  const alike = values.every(value => value === values[0]);
  if (n >= fewValues && !alike)
    return bootstrapRatio(
      values,
      values.map(() => 1),
      random,
    );
  const sum = values.reduce((total, value) => total + value, 0);
  return [
    sum <= 0 ? 0 : betaQuantile(tail, sum, n - sum + 1),
    sum >= n ? 1 : betaQuantile(1 - tail, sum + 1, n - sum),
  ];
}

/** The x at which the regularised incomplete beta function I_x(a, b) is p, by bisection. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (betaCumulative(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b) by its continued fraction (DLMF 8.17.22), from the side where it converges fast. */
function betaCumulative(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCumulative(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  let fraction = 1;
  for (let m = 200; m >= 1; m--) {
    const k = Math.floor(m / 2);
    const term =
      m % 2 === 0
        ? (k * (b - k) * x) / ((a + m - 1) * (a + m))
        : (-(a + k) * (a + b + k) * x) / ((a + m - 1) * (a + m));
    fraction = 1 + term / fraction;
  }
  return front / (a * fraction);
}

/** Stirling's series (DLMF 5.11.1), after shifting the argument to where it is exact to 1e-13. */
function logGamma(x: number): number {
  let [shift, z] = [0, x];
  for (; z < 12; z++) shift += Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
