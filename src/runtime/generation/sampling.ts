// Chooses the next token from a row of logits.
import type { Random } from "../../common/random.ts";

export interface SamplingOptions {
  /** 0 = greedy. */
  readonly temperature: number;
  /** Smallest set of most likely tokens whose probability reaches this (Holtzman et al. 2020); 1 = all. */
  readonly topP: number;
}

/** The most likely token (the first of equals), or one drawn from the top-p set. */
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
  const weights = Float64Array.from(logits, x => Math.exp((x - largest) / temperature));
  const total = weights.reduce((sum, x) => sum + x, 0);
  const order = Array.from(weights.keys()).sort(
    (a, b) => (weights[b] as number) - (weights[a] as number) || a - b,
  );
  let kept = 0;
  let mass = 0;
  while (kept < order.length && mass < topP * total) mass += weights[order[kept++] as number] as number;
  let left = random() * mass;
  for (const token of order.slice(0, kept)) {
    left -= weights[token] as number;
    if (left < 0) return token;
  }
  return order[Math.max(0, kept - 1)] as number;
}
