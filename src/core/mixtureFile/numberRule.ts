// Bounds of a number in a mixture file, and their description.

export interface NumberRule {
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Exclusive minimum. */
  readonly above?: number;
  /** Exclusive maximum. */
  readonly below?: number;
}

export function isWithin(value: number, rule: NumberRule): boolean {
  return (
    Number.isFinite(value) &&
    (rule.whole !== true || Number.isSafeInteger(value)) &&
    value >= (rule.min ?? -Infinity) &&
    value <= (rule.max ?? Infinity) &&
    value > (rule.above ?? -Infinity) &&
    value < (rule.below ?? Infinity)
  );
}

export function describeRule(rule: NumberRule): string {
  const limits = [
    ...(rule.min === undefined ? [] : [`at least ${rule.min}`]),
    ...(rule.above === undefined ? [] : [`above ${rule.above}`]),
    ...(rule.max === undefined ? [] : [`at most ${rule.max}`]),
    ...(rule.below === undefined ? [] : [`below ${rule.below}`]),
  ];
  const kind = rule.whole === true ? "a whole number" : "a number";
  return limits.length === 0 ? kind : `${kind}, ${limits.join(" and ")}`;
}
