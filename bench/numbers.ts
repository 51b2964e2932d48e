// Sums and medians of measurements.

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Of an even count the upper of the two in the middle; NaN of none. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
