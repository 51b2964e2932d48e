// A 95 % interval of a mean of values between 0 and 1 that stays honest where there are few.
import { exactRateInterval } from "../statistics/binomial.ts";
import { ratioInterval } from "../statistics/ratioInterval.ts";

/** Fewer values than this are too few for Student's t, and worth a warning. */
export const fewValues = 30;

/**
 * Student's t. Where values are few, or all alike, it claims more than they tell: there it is the Clopper-Pearson bound
 * of as many trials with the same sum, which holds for any values in [0, 1], since none of the same mean vary more than
 * 0 and 1 do.
 */
export function boundedMeanInterval(values: readonly number[]): [number, number] {
  const n = values.length;
  const alike = values.every(value => value === values[0]);
  if (n >= fewValues && !alike)
    return ratioInterval({ numerators: values, denominators: values.map(() => 1), range: [0, 1] });
  return exactRateInterval(
    values.reduce((total, value) => total + value, 0),
    n,
  );
}
