// Cohen's kappa: how far two raters agree beyond what chance would give them.

/**
 * (observed - expected) / (1 - expected) agreement, where expected comes from how often each rater gives each label
 * (Cohen 1960). null without pairs, and where both raters gave one and the same label throughout: chance alone would
 * then agree too, and the ratio is 0 / 0.
 */
export function cohensKappa(pairs: readonly (readonly [string, string])[]): number | null {
  const n = pairs.length;
  if (n === 0) return null;
  const first = new Map<string, number>();
  const second = new Map<string, number>();
  let agreed = 0;
  for (const [a, b] of pairs) {
    first.set(a, (first.get(a) ?? 0) + 1);
    second.set(b, (second.get(b) ?? 0) + 1);
    if (a === b) agreed++;
  }
  let byChance = 0; // times n squared, so that "always" is exact
  for (const [label, count] of first) byChance += count * (second.get(label) ?? 0);
  return byChance === n * n ? null : (agreed * n - byChance) / (n * n - byChance);
}
