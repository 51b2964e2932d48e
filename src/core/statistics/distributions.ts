// Normal, Student's t and beta distributions, accurate to about twelve digits.
import { rootOf } from "./root.ts";

/**
 * Upper quantiles of small probabilities lose digits, as 1 - p does; all callers pass p between 1e-9 and 1 -
 * 1e-9.
 * @throws RangeError unless 0 < p < 1
 */
export function normalQuantile(p: number): number {
  requireProbability(p);
  if (p < 0.5) return -normalQuantile(1 - p);
  return bisect(z => normalCdf(z), p, 0, 8);
}

const wholeNormal = 8.5; // beyond this, a tail is lost to rounding

/** Uses the series 1/2 + phi(z) (z + z^3/3 + z^5/15 + ...) (Abramowitz and Stegun 26.2.11). */
export function normalCdf(z: number): number {
  if (z < 0) return 1 - normalCdf(-z);
  if (z > wholeNormal) return 1;
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-z * z * 0.5)) / Math.sqrt(2 * Math.PI);
}

/** Quantile of Student's t with `degrees` of freedom, which need not be an integer. */
export function studentTQuantile(p: number, degrees: number): number {
  requireProbability(p);
  if (p === 0.5) return 0;
  return p < 0.5 ? -studentTOfTails(2 * p, degrees) : studentTOfTails(2 * (1 - p), degrees);
}

const maxSteps = 40;
const fewDegrees = 10;

/**
 * Returns the t that |T| exceeds with probability `tails`, by Newton's method on the logarithm of the tails.
 */
export function studentTOfTails(tails: number, degrees: number): number {
  if (degrees === 1) return 1 / Math.tan((Math.PI * tails) / 2);
  if (degrees === 2) return (1 - tails) * Math.sqrt(2 / (tails * (2 - tails)));
  const scale = Math.exp(logGamma((degrees + 1) / 2) - logGamma(degrees / 2)) / Math.sqrt(degrees * Math.PI);
  // Far out, the tails are close to a power of t if there are few degrees of freedom, and otherwise no
  // heavier than the bound of the normal distribution.
  const power = Math.exp((Math.log((2 * scale) / tails) + ((degrees - 1) / 2) * Math.log(degrees)) / degrees);
  let t = degrees < fewDegrees ? power : Math.sqrt(-2 * Math.log(tails));
  for (let i = 0; i < maxSteps; i++) {
    const at = studentTTails(t, degrees);
    const density = scale * (1 + (t * t) / degrees) ** (-(degrees + 1) / 2);
    const step = (Math.log(at / tails) * at) / (2 * density);
    t = Math.max(t + step, t / 8);
    if (Math.abs(step) <= 1e-13 * t) break;
  }
  return t;
}

/** P(|T| > t) for Student's t with `degrees` of freedom; precise however small. */
export function studentTTails(t: number, degrees: number): number {
  return t === 0 ? 1 : incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** Quantile of the beta distribution, found in logarithms, where its lower tail is nearly straight. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p > 0.5) return 1 - betaQuantile(1 - p, b, a);
  const beyond = (log: number): number => Math.log(incompleteBeta(Math.exp(log), a, b) / p);
  let low = -1;
  while (beyond(low) > 0) low *= 2;
  return Math.exp(rootOf(beyond, low, 0, 1e-14));
}

/** Regularised incomplete beta function I_x(a, b), as a continued fraction (Abramowitz and Stegun 26.5.8). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The continued fraction converges fast below the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  return (front / a) * betaFraction(x, a, b);
}

const tiny = 1e-300;
const fractionTerms = 10_000; // enough for a and b up to a few million

/** Evaluated from the front by the modified Lentz method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= fractionTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** Stirling's series, after shifting the argument to 16 or more. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 16; at++) shift -= Math.log(at);
  const r = 1 / (at * at);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188))))) / at;
  return shift + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series;
}

/** Solves an increasing function for a value, to the last bit. */
function bisect(of: (x: number) => number, target: number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (of(middle) < target) low = middle;
    else high = middle;
  }
}

function requireProbability(p: number): void {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is not a probability between 0 and 1`);
}
