// Rotary position embedding: frequencies, tables, and the rotation with its gradient (Su et al. 2021).
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { rotaryEmbedding } from "../tape/fusedOps.ts";
import type { Value } from "../tape/value.ts";

/**
 * Adjustment of frequencies for contexts longer than in pretraining; names follow Hugging Face's `rope_type`.
 */
export type RotaryScaling =
  | { readonly type: "linear"; readonly factor: number }
  /** Llama 3.1: long wavelengths are stretched, short ones kept, and those in between interpolated. */
  | {
      readonly type: "llama3";
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalMaxPositions: number;
    }
  /** YaRN, Peng et al. 2023. */
  | {
      readonly type: "yarn";
      readonly factor: number;
      /** Factor applied to cos and sin, for queries and keys. */
      readonly attentionFactor: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly originalMaxPositions: number;
      /** True when the ends of the ramp are rounded to whole dimensions. */
      readonly truncate: boolean;
    }
  /** Only the first pairs of each head turn, as slowly as they would among pairs that all do. */
  | { readonly type: "proportional"; readonly factor: number; readonly pairs: number }
  /** LongRoPE, Ding et al. 2024: a divisor for each frequency. Longer texts would have other divisors. */
  | {
      readonly type: "longrope";
      readonly factors: readonly number[];
      readonly attentionFactor: number;
      readonly originalMaxPositions: number;
    };

export interface RotaryParameters {
  readonly theta: number;
  /** Number of elements of each head that rotate, the first ones; absent = all. */
  readonly size?: number;
  /** True when pairs are (2i, 2i + 1) instead of (i, i + headSize/2). */
  readonly interleaved: boolean;
  readonly scaling: RotaryScaling | null;
  /** Ministral 3: a query at position p is multiplied by 1 + β·ln(1 + ⌊p / period⌋). */
  readonly queryGrowth?: { readonly beta: number; readonly period: number };
}

/**
 * Radians per position for each pair, [headSize/2]; in float32 like PyTorch, so that reference values agree.
 */
export function rotaryFrequencies(parameters: RotaryParameters, headSize: number): Float32Array {
  const { theta, scaling, size = headSize } = parameters;
  const plain = Float32Array.from({ length: size / 2 }, (_, i) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((2 * i) / size))),
  );
  switch (scaling?.type) {
    case undefined:
      return plain;
    case "linear":
      return plain.map(frequency => frequency / scaling.factor);
    case "proportional":
      return plain.map((frequency, i) => (i < scaling.pairs ? frequency / scaling.factor : 0));
    case "llama3":
      return plain.map(frequency => llama3Frequency(frequency, scaling));
    case "yarn":
      return yarnFrequencies(plain, theta, size, scaling);
    case "longrope":
      return plain.map((frequency, i) => frequency / (scaling.factors[i] as number));
  }
}

/** Reports whether some elements of a head don't rotate. */
export function isPartial({ size = 0 }: RotaryParameters, headSize: number): boolean {
  return size > 0 && size < headSize;
}

function llama3Frequency(frequency: number, scaling: RotaryScaling & { readonly type: "llama3" }): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = scaling;
  const turns = (originalMaxPositions * frequency) / (2 * Math.PI); // within the original context
  if (turns > high) return frequency;
  if (turns < low) return frequency / factor;
  const smooth = (turns - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/**
 * Interpolates between f/factor and f along a ramp from the dimension with `betaFast` turns to the one with
 * `betaSlow`.
 */
function yarnFrequencies(
  plain: Float32Array,
  theta: number,
  headSize: number,
  scaling: RotaryScaling & { readonly type: "yarn" },
): Float32Array {
  const { factor, betaFast, betaSlow, originalMaxPositions, truncate } = scaling;
  const dimensionOf = (turns: number): number =>
    (headSize * Math.log(originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [dimensionOf(betaFast), dimensionOf(betaSlow)];
  const from = Math.max(truncate ? Math.floor(fast) : fast, 0);
  const to = Math.min(truncate ? Math.ceil(slow) : slow, headSize - 1);
  const width = to === from ? 0.001 : to - from;
  return plain.map((frequency, i) => {
    const interpolated = Math.min(1, Math.max(0, (i - from) / width));
    return (frequency / factor) * interpolated + frequency * (1 - interpolated);
  });
}

/**
 * Cosines and sines of the rotary angles, [maxPositions, headSize/2], and the negated sines for the backward
 * pass.
 */
export interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
  readonly minusSin: Value;
  readonly interleaved: boolean;
  /** Elements of a head that rotate, of how many; null if all do. */
  readonly part: { readonly size: number; readonly headSize: number } | null;
}

/**
 * Tables for positions 0..count-1. `scale` multiplies both, which folds a factor (1/√headSize for queries)
 * into the rotation at no cost.
 */
export function rotaryTables(
  g: GraphBuilder,
  parameters: RotaryParameters,
  count: number,
  headSize: number,
  scale: number,
  side: "q" | "k",
): RotaryTables {
  const frequencies = rotaryFrequencies(parameters, headSize);
  const { scaling, interleaved, queryGrowth } = parameters;
  const stretched = scaling?.type === "yarn" || scaling?.type === "longrope";
  const constant = stretched ? scale * scaling.attentionFactor : scale;
  const half = frequencies.length;
  const cos = new Float32Array(count * half);
  const sin = new Float32Array(count * half);
  for (let p = 0; p < count; p++) {
    const grown =
      side === "q" && queryGrowth !== undefined
        ? 1 + queryGrowth.beta * Math.log(1 + Math.floor(p / queryGrowth.period))
        : 1;
    const magnitude = constant * grown;
    for (const [i, frequency] of frequencies.entries()) {
      const angle = Math.fround(p * frequency);
      cos[p * half + i] = Math.cos(angle) * magnitude;
      sin[p * half + i] = Math.sin(angle) * magnitude;
    }
  }
  const shape = [count, half];
  return {
    cos: g.constant(cos, shape),
    sin: g.constant(sin, shape),
    minusSin: g.constant(
      sin.map(x => -x),
      shape,
    ),
    interleaved,
    part: isPartial(parameters, headSize) ? { size: 2 * half, headSize } : null,
  };
}

/** Shares tables between all layers with the same rotation. */
export function rotaryTableCache(g: GraphBuilder, count: number) {
  const made = new Map<string, RotaryTables>();
  return (parameters: RotaryParameters, headSize: number, scale: number, side: "q" | "k"): RotaryTables => {
    const grown = parameters.queryGrowth === undefined ? null : side;
    const key = JSON.stringify([parameters, headSize, scale, grown]);
    const tables = made.get(key) ?? rotaryTables(g, parameters, count, headSize, scale, side);
    made.set(key, tables);
    return tables;
  };
}

/** Rotates each head of x[b, l, heads·headSize] by the angles of positions[b, l]. */
export function rotary(g: GraphBuilder, x: Value, positions: Value, tables: RotaryTables): Value {
  const { cos, sin, minusSin, interleaved, part } = tables;
  const heads = part === null ? 0 : Number(x.shape.at(-1)) / part.headSize;
  const size = part?.size ?? 0;
  const [rotated] = g.composite(
    "Rotary",
    [x, positions],
    () => ({
      outputs: [rotaryEmbedding(g, x, positions, cos, sin, interleaved, part && { heads, size })],
      saved: [cos, minusSin],
    }),
    { interleaved: interleaved ? 1 : 0, heads, size },
  );
  if (rotated === undefined) throw new Error("a rotation yielded nothing");
  return rotated;
}

/** The gradient of a rotation is the rotation by the opposite angle. */
export const rotaryRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [positions, [cos, minusSin], [dy]] = [entry.inputs[1], entry.saved, gradients];
  if (!wants(0)) return [null, null];
  if (!positions || !cos || !minusSin || !dy) throw new Error("Rotary: a value is missing");
  const { interleaved, heads, size } = entry.attributes as Readonly<Record<string, number>>;
  const part = heads ? { heads, size: size as number } : null;
  return [rotaryEmbedding(g, dy, positions, cos, minusSin, interleaved === 1, part), null];
};
