// Resamples of a component's clusters, as deviations from its value.
import type { Random } from "../../common/random.ts";
import { drawBinomial } from "./binomial.ts";
import { drawTimes, fewPrompts, weightedSum } from "./bootstrap.ts";
import type { Column, Component } from "./design.ts";
import { normalQuantile, studentTQuantile } from "./distributions.ts";

/** Adds the component's deviation in each resample to `deviations`. */
export function addDeviations(
  component: Component,
  deviations: Float64Array,
  level: number,
  random: Random,
): void {
  const wider = widening(component.clusters, level);
  const value = pointValue(component.columns);
  const shares = sharesOf(component);
  const draw = shares === null ? ratioSampler(component, random) : shareSampler(shares, random);
  for (let r = 0; r < deviations.length; r++)
    deviations[r] = (deviations[r] as number) + wider * (draw() - value);
}

export function pointValue(columns: readonly Column[]): number {
  return columns.reduce((sum, { factor, tops, bottoms }) => sum + (factor * total(tops)) / total(bottoms), 0);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/**
 * With few prompts percentile intervals are too narrow: resamples have n - 1 instead of n degrees of freedom and
 * the normal's tails. Deviations grow by sqrt(n / (n - 1)) and by t over normal (Hesterberg, The American
 * Statistician 69, 2015). One prompt alone says nothing of others: no number can make up for that.
 */
function widening(clusters: number, level: number): number {
  if (clusters >= fewPrompts || clusters < 2) return 1;
  const upper = (1 + level) / 2;
  const tails = studentTQuantile(upper, clusters - 1) / normalQuantile(upper);
  return tails * Math.sqrt(clusters / (clusters - 1));
}

/**
 * What each cluster adds, where every column has every cluster with the same weight: then sum(bottom) is the same in
 * all resamples, and a resample is a sum of these. null elsewhere.
 */
function sharesOf({ clusters, columns }: Component): Float64Array | null {
  const shares = new Float64Array(clusters);
  for (const { factor, tops, bottoms } of columns) {
    const weight = bottoms[0] as number;
    if (weight <= 0 || bottoms.some(bottom => bottom !== weight)) return null;
    for (let c = 0; c < clusters; c++)
      shares[c] = (shares[c] as number) + (factor * (tops[c] as number)) / (weight * clusters);
  }
  return shares;
}

const mostGroups = 64;

/** Few different shares, as pass rates have: how often each kind comes up is drawn, else each cluster. */
function shareSampler(shares: Float64Array, random: Random): () => number {
  const n = shares.length;
  const groups = new Map<number, number>();
  const largest = shares.reduce((most, share) => Math.max(most, Math.abs(share)), 0);
  const grid = largest === 0 ? 1 : 2 ** 40 / largest; // sums of the same numbers differ in their last bits
  for (const share of shares) {
    const rounded = Math.round(share * grid) / grid;
    groups.set(rounded, (groups.get(rounded) ?? 0) + 1);
  }
  if (groups.size <= mostGroups && groups.size * 8 <= n) {
    const kinds = [...groups].map(([share, count]) => ({ share, count }));
    return () => {
      let sum = 0;
      let drawsLeft = n;
      let clustersLeft = n;
      for (const { share, count } of kinds) {
        const drawn = drawBinomial(drawsLeft, count / clustersLeft, random);
        sum += drawn * share;
        drawsLeft -= drawn;
        clustersLeft -= count;
      }
      return sum;
    };
  }
  return () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += shares[Math.floor(random() * n)] as number;
    return sum;
  };
}

/** A resample in which some column has no prompt at all is drawn again: nothing can be said of it. */
function ratioSampler({ clusters, columns }: Component, random: Random): () => number {
  const times = new Float64Array(clusters);
  return () => {
    for (;;) {
      drawTimes(times, random);
      let sum = 0;
      let whole = true;
      for (const { factor, tops, bottoms } of columns) {
        const bottom = weightedSum(bottoms, times);
        whole &&= bottom > 0;
        sum += (factor * weightedSum(tops, times)) / bottom;
      }
      if (whole) return sum;
    }
  };
}
