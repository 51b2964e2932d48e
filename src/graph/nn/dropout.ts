// Dropout of what adapters see of the inputs of their layers, by masks that come in as bits.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { cast, gather, mul, reshape, slice } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { adaptedLayers } from "./adapterLayers.ts";
import type { DecoderConfig } from "./decoderConfig.ts";
import type { WeightPlan } from "./weights.ts";

const [bitsPerByte, byteValues] = [8, 256];

/** Bits that the mask of one layer takes for each token: of an element each, the lowest first, 1 for dropped. */
export interface MaskInput {
  readonly name: string;
  readonly bytesPerToken: number;
}

/** Masks of a plan's adapters, by layer. */
export function maskInputs(config: DecoderConfig, plan: WeightPlan): ReadonlyMap<string, MaskInput> {
  if (plan.kind === "full" || plan.rank === 0) return new Map();
  return new Map(
    adaptedLayers(config, plan.targets).map(layer => [
      layer.name,
      { name: `dropout:${layer.name}`, bytesPerToken: Math.ceil(layer.in / bitsPerByte) },
    ]),
  );
}

/** Factors of the eight elements of each possible byte: 0, or 1 / (1 − rate) for those that are kept. */
export function factorsOfBytes(g: GraphBuilder, rate: number): Value {
  const factors = new Float32Array(byteValues * bitsPerByte);
  for (let i = 0; i < factors.length; i++) {
    const isDropped = (Math.floor(i / bitsPerByte) >> (i % bitsPerByte)) & 1;
    factors[i] = isDropped ? 0 : 1 / (1 - rate);
  }
  return g.constant(factors, [byteValues, bitsPerByte]);
}

/**
 * x ⊙ mask / (1 − rate). Neither the mask nor the result is kept for gradients.
 * @param factors [256, 8], see `factorsOfBytes`
 * @param bits uint8 [n, ⌈d / 8⌉]
 */
export function dropped(g: GraphBuilder, x: Value, bits: Value, factors: Value): Value {
  const [y] = g.composite("Dropout", [x, bits, factors], () => {
    const result = mul(g, x, maskOf(g, x, bits, factors));
    g.recomputable(result, () => mul(g, g.again(x), maskAgain(g, x, bits, factors)));
    return { outputs: [result], saved: [] };
  });
  return y as Value;
}

function maskOf(g: GraphBuilder, x: Value, bits: Value, factors: Value): Value {
  const [rows, width] = x.shape as readonly [Dim, number];
  const columns = (bits.shape[1] as number) * bitsPerByte;
  const mask = reshape(g, gather(g, factors, cast(g, bits, "int32")), [rows, columns]);
  return columns === width ? mask : slice(g, mask, 1, 0, width);
}

/** The mask for gradients, apart from that of a block which is recomputed and would keep it until then. */
function maskAgain(...of: Parameters<typeof maskOf>): Value {
  return of[0].repeat(() => maskOf(...of), "dropout");
}

export const dropoutRule: GradientRule = ({ g, entry, gradients }) => {
  const [x, bits, factors] = entry.inputs as readonly [Value, Value, Value];
  const [dy] = gradients as readonly [Value];
  return [mul(g, dy, maskAgain(g, x, bits, factors)), null, null];
};

/**
 * Adds an input of bits for each adapted layer and returns what its adapter sees of the layer's input x[tokens, in].
 * @param tokens Number of rows of x.
 */
export function adapterDropout(
  g: GraphBuilder,
  masks: ReadonlyMap<string, MaskInput>,
  rate: number,
  tokens: Dim,
): (layer: string, x: Value) => Value {
  const factors = factorsOfBytes(g, rate);
  const bits = new Map(
    [...masks].map(([layer, { name, bytesPerToken }]) => [
      layer,
      g.input(name, "uint8", [tokens, bytesPerToken]),
    ]),
  );
  return (layer, x) => {
    const own = bits.get(layer);
    return own === undefined ? x : dropped(g, x, own, factors);
  };
}
