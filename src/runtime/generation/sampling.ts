// Chooses the next token from a row of logits.
import type { Random } from "../../common/random.ts";

/**
 * Weights relative to the largest below which tokens are ignored: the first floor is lowered in steps down to
 * the last, then dropped.
 */
const [firstFloor, floorStep, lastFloor] = [1e-2, 1e-2, 1e-6];

export interface SamplingOptions {
  /** 0 means greedy. */
  readonly temperature: number;
  /**
   * Keeps the smallest set of most likely tokens whose probability reaches this (Holtzman et al. 2020); 1
   * keeps all.
   */
  readonly topP: number;
}

/** Picks the most likely token (the first of equals), or draws one from the top-p set. */
export function pickToken(logits: Float32Array, options: SamplingOptions, random: Random): number {
  return options.temperature === 0 ? argMax(logits) : draw(logits, options, random);
}

function argMax(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] as number) > (logits[best] as number)) best = i;
  return best;
}

function draw(logits: Float32Array, { temperature, topP }: SamplingOptions, random: Random): number {
  const largest = logits[argMax(logits)] as number;
  // Uses plain loops, because this runs over the whole vocabulary for every token.
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    weights[i] = Math.exp(((logits[i] as number) - largest) / temperature);
    total += weights[i] as number;
  }
  const everything = { tokens: weights.keys(), mass: total };
  const { tokens, mass } = topP >= 1 ? everything : likeliest(weights, topP * total);
  let left = random() * mass;
  let last = 0;
  for (const token of tokens) {
    left -= weights[token] as number;
    if (left < 0) return token;
    last = token;
  }
  return last; // reached only if rounding left a remainder
}

/**
 * Returns the fewest most likely tokens whose weights sum to `needed`; equal ones in the order of their ids.
 */
function likeliest(weights: Float64Array, needed: number): { tokens: number[]; mass: number } {
  // Few tokens carry nearly all of the weight: sorting only those above a floor is many times faster than
  // sorting all.
  for (let floor = firstFloor; ; floor = floor < lastFloor ? 0 : floor * floorStep) {
    const tokens: number[] = [];
    for (let i = 0; i < weights.length; i++) if ((weights[i] as number) >= floor) tokens.push(i);
    tokens.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
    let kept = 0;
    let mass = 0;
    while (kept < tokens.length && mass < needed) mass += weights[tokens[kept++] as number] as number;
    if (mass >= needed || floor === 0) return { tokens: tokens.slice(0, kept), mass };
  }
}
