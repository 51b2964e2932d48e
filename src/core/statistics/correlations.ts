// Correlations between the scores of languages due to shared prompts, as needed for a mean over languages.
import { promptDegrees } from "./degrees.ts";

/**
 * Sums over the prompts of one language. `clusters` numbers each prompt's cluster, shared by translations.
 */
export interface LanguageSums {
  readonly clusters: readonly number[];
  readonly tops: readonly number[];
  readonly bottoms: readonly number[];
}

/** Degrees of freedom of all the prompts behind these sums. */
export function degreesOf(languages: readonly LanguageSums[]): number {
  return promptDegrees(
    languages.map(({ clusters, bottoms }) => {
      const weights = new Map<number, number>();
      clusters.forEach((cluster, i) => {
        weights.set(cluster, (weights.get(cluster) ?? 0) + (bottoms[i] ?? 0));
      });
      return weights;
    }),
  );
}

/**
 * Correlation of the errors of sum(top) / sum(bottom) for each pair, as an upper triangle row by row: (0,1),
 * (0,2) … (1,2) …. Clusters give two ratios the covariance sum(e f), where e = top - ratio * bottom is the
 * residual of each cluster (to first order; exact when all prompts have equal weight). Two languages whose
 * values are all equal cannot show a correlation: they are assumed fully correlated as far as they share
 * prompts.
 */
export function languageCorrelations(languages: readonly LanguageSums[], clusters: number): number[] {
  const residuals = languages.map(language => residualsOf(language, clusters));
  const lengths = residuals.map(values => Math.sqrt(product(values, values)));
  const sets = languages.map(language => new Set(language.clusters));
  return residuals.flatMap((a, i) =>
    residuals.slice(i + 1).map((b, k) => {
      const j = i + 1 + k;
      const length = (lengths[i] ?? 0) * (lengths[j] ?? 0);
      if (length > 0) return product(a, b) / length;
      return (lengths[i] ?? 0) + (lengths[j] ?? 0) > 0 ? 0 : shared(sets[i], sets[j]);
    }),
  );
}

/** Index of a pair in the triangle. */
export function pairIndex(i: number, j: number, count: number): number {
  const [first, second] = i < j ? [i, j] : [j, i];
  return (first * (2 * count - first - 1)) / 2 + (second - first - 1);
}

const noise = 1e-9; // residuals of equal values, relative to their size

function residualsOf({ clusters, tops, bottoms }: LanguageSums, count: number): Float64Array {
  const ratio = sum(tops) / sum(bottoms);
  const residuals = new Float64Array(count);
  clusters.forEach((cluster, i) => {
    const top = tops[i] ?? 0;
    const residual = top - ratio * (bottoms[i] ?? 0);
    residuals[cluster] =
      (residuals[cluster] ?? 0) + (Math.abs(residual) <= noise * Math.abs(top) ? 0 : residual);
  });
  return residuals;
}

function product(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

function shared(a: ReadonlySet<number> = new Set(), b: ReadonlySet<number> = new Set()): number {
  let both = 0;
  for (const cluster of a) if (b.has(cluster)) both++;
  return both / Math.sqrt(a.size * b.size);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
