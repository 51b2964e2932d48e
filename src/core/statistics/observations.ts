// Sorts observations by stratum, seed and cluster, as input for means and differences.
import { clusterName } from "./clusterNumbers.ts";

/** One number for one prompt: a pass as 1 or 0, a score, or a likelihood. */
export interface Observation {
  /** Prompt id. Equal ids in several strata are translations, which vary together. */
  readonly cluster: string;
  /** Prompts of one group vary together as well; if absent, a prompt varies only with its translations. */
  readonly group?: string;
  /** Language. All strata count equally. */
  readonly stratum: string;
  readonly seed: number;
  readonly value: number;
  /** Weight in the stratum's mean, sum(weight * value) / sum(weight), such as a token count; 1 by default. */
  readonly weight?: number;
}

/** Sums of one prompt in one stratum and seed. */
export interface Sums {
  /** Prompts of one cluster vary together. */
  readonly cluster: string;
  top: number; // weight * value
  bottom: number; // weight
}

export type Prompts = ReadonlyMap<string, Sums>;

/** Sums by stratum, then seed, then prompt. */
export type SortedObservations = ReadonlyMap<string, ReadonlyMap<number, Prompts>>;

export function sorted(observations: readonly Observation[]): SortedObservations {
  const strata = new Map<string, Map<number, Map<string, Sums>>>();
  for (const { cluster, group, stratum, seed, value, weight = 1 } of observations) {
    const prompts = ensure(
      ensure(strata, stratum, newMap<number, Map<string, Sums>>),
      seed,
      newMap<string, Sums>,
    );
    const sums = prompts.get(cluster);
    if (sums === undefined)
      prompts.set(cluster, { cluster: clusterName(cluster, group), top: weight * value, bottom: weight });
    else {
      sums.top += weight * value;
      sums.bottom += weight;
    }
  }
  return strata;
}

/** Selects strata, in the given order. */
export function ofStrata(all: SortedObservations, wanted: readonly string[]): SortedObservations {
  return new Map(
    wanted.flatMap(stratum => {
      const own = all.get(stratum);
      return own === undefined ? [] : [[stratum, own] as const];
    }),
  );
}

function newMap<K, V>(): Map<K, V> {
  return new Map<K, V>();
}

function ensure<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Range of the mean: 0 to 1 when every value is a pass, a fail or half of one; otherwise null. */
export function rangeOf(observations: readonly Observation[]): readonly [number, number] | null {
  const scores = observations.every(
    ({ value, weight = 1 }) => weight === 1 && (value === 0 || value === 1 || value === 0.5),
  );
  return scores ? [0, 1] : null;
}
