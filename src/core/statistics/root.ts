// Where a function crosses zero.

const mostSteps = 100;

/**
 * By regula falsi in Illinois' form, where no end stays for good, and by halves where that leaves the bracket.
 * @param of below zero at `low` and above it at `high`
 * @param tolerance of the place
 */
export function rootOf(of: (x: number) => number, low: number, high: number, tolerance: number): number {
  let [a, b] = [low, high];
  let [atA, atB] = [of(a), of(b)];
  for (let i = 0; i < mostSteps && b - a > tolerance; i++) {
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
