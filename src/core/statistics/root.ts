// Root finding.

const maxSteps = 100;

/**
 * Finds a root by regula falsi in the Illinois form, in which no end stays fixed, and by bisection when that
 * leaves the bracket.
 * @param of negative at `low` and positive at `high`
 * @param tolerance maximum error of the root
 */
export function rootOf(of: (x: number) => number, low: number, high: number, tolerance: number): number {
  let [a, b] = [low, high];
  let [atA, atB] = [of(a), of(b)];
  for (let i = 0; i < maxSteps && b - a > tolerance; i++) {
    const step = (a * atB - b * atA) / (atB - atA);
    const x = step > a && step < b ? step : (a + b) / 2;
    const at = of(x);
    if (at === 0) return x;
    if (at < 0) {
      a = x;
      atA = at;
      atB /= 2;
    } else {
      b = x;
      atB = at;
      atA /= 2;
    }
  }
  return (a + b) / 2;
}
