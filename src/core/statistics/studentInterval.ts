// The 95 % interval and the test of an estimate with two sources of variance, prompts and a few seeds.
import { betaQuantile, studentTQuantile, studentTTails } from "./distributions.ts";
import type { Variances } from "./influence.ts";

const upperTail = 0.975;
/** Of the normal distribution: what every half width is divided by to get a standard error. */
export const upperNormal = 1.959963984540054;
const manyDegrees = 1e6;

const knownT = new Map<number, number>();

/** Student's t at 0.975. */
export function upperT(degrees: number): number {
  if (degrees >= manyDegrees) return upperNormal;
  const known = knownT.get(degrees) ?? studentTQuantile(upperTail, degrees);
  knownT.set(degrees, known);
  return known;
}

/**
 * Standard errors that a 95 % interval reaches to each side: the t of prompts and that of seeds, weighed by their share
 * of the variance (Cochran and Cox, Experimental Designs, 1957, section 4.14). Satterthwaite's degrees of freedom are too
 * many where two or three seeds happen to agree, and adding up squares of both half widths claims too little
 * (`npm run bench:coverage`).
 */
export function reachOf({ prompts, promptDegrees, seeds, seedDegrees }: Variances): number {
  const whole = prompts + seeds;
  if (whole === 0 || seedDegrees === 0) return upperT(promptDegrees);
  return (prompts * upperT(promptDegrees) + seeds * upperT(seedDegrees)) / whole;
}

/** Two-sided p of `errors` standard errors: the level at which the interval would end at zero, by the same weights. */
export function twoSidedP(errors: number, variances: Variances): number {
  const { prompts, promptDegrees, seeds, seedDegrees } = variances;
  const distance = Math.abs(errors);
  if (!Number.isFinite(distance)) return 0;
  const ofPrompts = studentTTails(distance, Math.min(manyDegrees, promptDegrees));
  const share = seedDegrees === 0 || seeds === 0 ? 0 : seeds / (prompts + seeds);
  if (share === 0) return ofPrompts;
  const ofSeeds = studentTTails(distance, seedDegrees);
  if (share === 1 || ofPrompts === 0) return ofSeeds;
  // Between the two: where the weighed quantiles come to `distance`, by regula falsi in logarithms.
  const beyond = (logP: number): number =>
    Math.log(
      (share * quantileOfTails(Math.exp(logP), seedDegrees) +
        (1 - share) * quantileOfTails(Math.exp(logP), Math.min(manyDegrees, promptDegrees))) /
        distance,
    );
  let [low, high] = [Math.log(ofPrompts), Math.log(ofSeeds)].sort((a, b) => a - b) as [number, number];
  if (high - low < 1e-9) return Math.exp(high);
  let [atLow, atHigh] = [beyond(low), beyond(high)];
  for (let i = 0; i < 60 && high - low > 1e-7; i++) {
    const step = (low * atHigh - high * atLow) / (atHigh - atLow);
    const middle = Number.isFinite(step) && step > low && step < high ? step : (low + high) / 2;
    const at = beyond(middle);
    if (Math.abs(at) < 1e-9) return Math.exp(middle);
    if (at > 0) {
      low = middle;
      atLow = at;
      atHigh /= 2; // Illinois: no end stays for good
    } else {
      high = middle;
      atHigh = at;
      atLow /= 2;
    }
  }
  return Math.exp((low + high) / 2);
}

/** Student's t that |T| exceeds with probability `tails`. */
function quantileOfTails(tails: number, degrees: number): number {
  if (degrees === 1) return 1 / Math.tan((Math.PI * tails) / 2);
  if (degrees === 2) return (1 - tails) * Math.sqrt(2 / (tails * (2 - tails)));
  const x = betaQuantile(tails, degrees / 2, 0.5);
  return Math.sqrt((degrees * (1 - x)) / x);
}
