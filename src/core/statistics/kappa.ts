// Agreement of raters beyond chance: Cohen's kappa for two raters, Fleiss's kappa for several.

/**
 * Returns (observed - expected) / (1 - expected) agreement, where the expected agreement comes from how often
 * each rater gives each label (Cohen 1960). Null without pairs, and when both raters always gave the same
 * label: chance alone would then agree too, and the ratio is 0 / 0.
 */
export function cohensKappa(pairs: readonly (readonly [string, string])[]): number | null {
  const n = pairs.length;
  const agreed = pairs.filter(([a, b]) => a === b).length;
  const byChance = chanceAgreements(pairs);
  return byChance === n * n ? null : (agreed * n - byChance) / (n * n - byChance);
}

/** Share of pairs that would agree by chance, given the frequencies of the labels. */
export function chanceAgreement(pairs: readonly (readonly [string, string])[]): number {
  return chanceAgreements(pairs) / pairs.length ** 2;
}

/** Returns null when chance alone would always agree. */
export function beyondChance(agreed: number, byChance: number): number | null {
  return byChance >= 1 ? null : (agreed - byChance) / (1 - byChance);
}

/** Multiplied by n squared, so that a value of "always" is exact. */
function chanceAgreements(pairs: readonly (readonly [string, string])[]): number {
  const first = new Map<string, number>();
  const second = new Map<string, number>();
  for (const [a, b] of pairs) {
    first.set(a, (first.get(a) ?? 0) + 1);
    second.set(b, (second.get(b) ?? 0) + 1);
  }
  let byChance = 0;
  for (const [label, count] of first) byChance += count * (second.get(label) ?? 0);
  return byChance;
}

export interface SeveralRaters {
  /** Share of agreeing pairs of raters for each subject; their mean is the observed agreement. */
  readonly shares: readonly number[];
  readonly byChance: number;
}

/**
 * Components of Fleiss's kappa (1971).
 *
 * @param subjects how often each label was given to each subject; the number of raters may differ, and
 * subjects with fewer than two are ignored
 */
export function severalRaters(subjects: readonly (readonly number[])[]): SeveralRaters {
  const rated = subjects.filter(counts => sumOf(counts) >= 2);
  const shares = rated.map(counts => {
    const raters = sumOf(counts);
    return sumOf(counts.map(count => count * (count - 1))) / (raters * (raters - 1));
  });
  const total = sumOf(rated.map(sumOf));
  const labels = Math.max(0, ...rated.map(counts => counts.length));
  const frequencies = Array.from(
    { length: labels },
    (_, label) => sumOf(rated.map(counts => counts[label] ?? 0)) / total,
  );
  return { shares, byChance: sumOf(frequencies.map(frequency => frequency ** 2)) };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
