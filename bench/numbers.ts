// Rounding, sums and medians of measurements.

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Median; for an even count, the upper of the two middle values; NaN without values. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
