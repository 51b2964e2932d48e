// The 95 % interval and the test of an estimate with two sources of variance: prompts, and a few seeds.
import { studentTOfTails, studentTQuantile, studentTTails } from "./distributions.ts";
import type { Variances } from "./influence.ts";
import { rootOf } from "./root.ts";

const intervalLevel = 0.05;
const upperTail = 1 - intervalLevel / 2;
/**
 * Upper 97.5 % quantile of the normal distribution, by which half widths are divided to get standard errors.
 */
export const upperNormal = 1.959963984540054;
const manyDegrees = 1e6;
const precision = 1e-7; // precision of the logarithm of p

const knownT = new Map<number, number>();

/** Quantile of Student's t at 0.975. */
export function upperT(degrees: number): number {
  if (degrees >= manyDegrees) return upperNormal;
  const known = knownT.get(degrees) ?? studentTQuantile(upperTail, degrees);
  knownT.set(degrees, known);
  return known;
}

/**
 * Half width of a 95 % interval in standard errors: the t of prompts and that of seeds, weighted by their
 * share of the variance (Cochran and Cox, Experimental Designs, 1957, section 4.14). Satterthwaite's degrees
 * of freedom are too many when two or three seeds happen to agree, and adding the squares of both half widths
 * is too conservative (`npm run bench:coverage`).
 */
export function reachOf(variances: Variances): number {
  const { prompts, promptDegrees, seeds, seedDegrees } = variances;
  if (prompts + seeds === 0 || seedDegrees === 0) return upperT(promptDegrees);
  return weighed(upperT(promptDegrees), upperT(seedDegrees), shareOfSeeds(variances), intervalLevel);
}

/** Same as `reachOf`, for a two-sided test at `level` and many variances with the same degrees. */
export function reachAt(
  level: number,
  { promptDegrees, seedDegrees }: Pick<Variances, "promptDegrees" | "seedDegrees">,
): (variances: Pick<Variances, "prompts" | "seeds">) => number {
  const ofPrompts = studentTOfTails(level, Math.min(manyDegrees, promptDegrees));
  if (seedDegrees === 0) return () => ofPrompts;
  const ofSeeds = studentTOfTails(level, seedDegrees);
  return ({ prompts, seeds }) => weighed(ofPrompts, ofSeeds, seeds / (prompts + seeds), level);
}

/**
 * Two-sided p of `errors` standard errors: the level at which the interval would end at zero, see `weighed`.
 */
export function twoSidedP(errors: number, variances: Variances): number {
  const { promptDegrees, seedDegrees } = variances;
  const distance = Math.abs(errors);
  if (!Number.isFinite(distance)) return 0;
  const degrees = Math.min(manyDegrees, promptDegrees);
  const ofPrompts = studentTTails(distance, degrees);
  const share = shareOfSeeds(variances);
  if (share === 0) return ofPrompts;
  const ofSeeds = studentTTails(distance, seedDegrees);
  if (share === 1 || ofPrompts === 0) return ofSeeds;
  // Solved between the two bounds, in logarithms.
  const short = (logP: number): number => {
    const p = Math.exp(logP);
    const reach = weighed(studentTOfTails(p, degrees), studentTOfTails(p, seedDegrees), share, p);
    return Math.log(distance / reach);
  };
  const [low, high] = [Math.log(ofPrompts), Math.log(ofSeeds)].sort((x, y) => x - y) as [number, number];
  return Math.exp(rootOf(short, low, high, precision));
}

function shareOfSeeds({ prompts, seeds, seedDegrees }: Variances): number {
  return seedDegrees === 0 || seeds === 0 ? 0 : seeds / (prompts + seeds);
}

/**
 * Combines both quantiles in a power mean. Weights by variance (power 1) keep the level at 5 %, but break it
 * far below, where the correction of a table operates: two seeds that agree by chance shift the weight to the
 * quantile of the prompts, which is a hundredth of theirs, and at 0.2 % one degree of freedom of seeds gives
 * four times too many false positives. Weights by the squares of both half widths (power 2) keep every level
 * but are wide at 5 %. So the power moves from one to the other.
 */
function weighed(ofPrompts: number, ofSeeds: number, share: number, level: number): number {
  const power = level >= intervalLevel ? 1 : 2 - level / intervalLevel;
  return ((1 - share) * ofPrompts ** power + share * ofSeeds ** power) ** (1 / power);
}
