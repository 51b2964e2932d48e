// How a decoder's weights enter a graph: frozen ones from files, trainable ones as inputs.
import type { ExternalData, GraphBuilder } from "../builder.ts";
import { add, cast, dequantize, gather, gemm, matmulQuantized } from "../ops.ts";
import type { DType, Value } from "../value.ts";
import { type DecoderConfig, type DecoderWeights, decoderWeights, hasBias, linearLayers } from "./decoder.ts";
import type { LowRank } from "./loraLinear.ts";

/** A weight as it lies in a file beside the graph. */
export interface StoredWeight {
  readonly dtype: DType;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Values of a row that share a scale and a zero point. */
export const quantizedBlock = 32;

/** A matrix of small integers: w = (q − zero)·scale, with a scale and a zero for each block of a row. */
export interface QuantizedWeight {
  readonly bits: 4 | 8;
  /** [rows, columns]; of 4 bits, two in a byte, the first in the low half. */
  readonly values: ExternalData;
  /** float32 [rows, columns / block] */
  readonly scales: ExternalData;
  /** [rows, columns / block], packed as the values are. */
  readonly zeros: ExternalData;
}

/** How the weights enter a graph: frozen ones from files, trainable ones as inputs. */
export type WeightPlan =
  /** Every weight is an input. */
  | { readonly kind: "full" }
  /** Weights from files; adapters of this rank on all linear layers are inputs. Rank 0 = no adapter. */
  | {
      readonly kind: "frozen";
      /** Those that are not quantised. */
      readonly stored: ReadonlyMap<string, StoredWeight>;
      readonly quantized?: ReadonlyMap<string, QuantizedWeight>;
      readonly rank: number;
      readonly alpha: number;
    };

export interface Trainable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Name of an adapter matrix, as PEFT writes it. */
export function adapterName(layer: string, side: "A" | "B"): string {
  return `base_model.model.${layer}.lora_${side}.weight`;
}

/** What training changes under this plan: inputs of every graph, in order. */
export function trainables(config: DecoderConfig, plan: WeightPlan): Trainable[] {
  if (plan.kind === "full") return decoderWeights(config);
  if (plan.rank === 0) return [];
  return linearLayers(config).flatMap(layer => [
    { name: adapterName(layer.name, "A"), shape: [plan.rank, layer.in] },
    { name: adapterName(layer.name, "B"), shape: [layer.out, plan.rank] },
  ]);
}

interface Frozen {
  /** In float32; converted where it is used, and once more for its gradient: float32 of all is never held. */
  readonly whole: () => Value;
  readonly rows: (indices: Value) => Value;
  readonly multiply: (x: Value, c?: Value) => Value;
}

function product(g: GraphBuilder, x: Value, weight: Value, c?: Value): Value {
  return gemm(g, x, weight, { transB: true, ...(c === undefined ? {} : { c }) });
}

function storedWeight(g: GraphBuilder, name: string, shape: readonly number[], at: StoredWeight): Frozen {
  const stored = g.external(name, at.dtype, shape, at);
  const convert = (): Value => cast(g, stored, "float32");
  const whole = (): Value => {
    const value = convert();
    if (value !== stored) g.recomputable(value, convert);
    return value;
  };
  return {
    whole,
    rows: indices => cast(g, gather(g, stored, indices), "float32"),
    multiply: (x, c) => product(g, x, whole(), c),
  };
}

/** @param merge For many rows at a time, where float32 products are faster than those of integers. */
function quantizedWeight(
  g: GraphBuilder,
  name: string,
  shape: readonly number[],
  at: QuantizedWeight,
  merge: boolean,
): Frozen {
  const [rows, columns] = shape as readonly [number, number];
  const { bits } = at;
  const blocks = columns / quantizedBlock;
  const dtype = bits === 4 ? "uint4" : "uint8";
  const parts = new Map<string, Value>();
  const part = (suffix: string, type: DType, size: readonly number[], data: ExternalData): Value => {
    const value = parts.get(suffix) ?? g.external(`${name}.${suffix}`, type, size, data);
    parts.set(suffix, value);
    return value;
  };
  const scales = (): Value => part("scales", "float32", [rows, blocks], at.scales);
  const values = (): Value => part("values", dtype, [rows, columns], at.values);
  const zeros = (): Value => part("zeros", dtype, [rows, blocks], at.zeros);
  const convert = (): Value => dequantize(g, values(), scales(), zeros(), quantizedBlock);
  const whole = (): Value => {
    const value = convert();
    g.recomputable(value, convert);
    return value;
  };
  const bytes = (quantizedBlock * bits) / 8;
  const integers = (x: Value): Value =>
    matmulQuantized(
      g,
      x,
      {
        values: part("blocks", "uint8", [rows, blocks, bytes], at.values),
        scales: scales(),
        zeros: part("blockZeros", "uint8", [rows, (blocks * bits) / 8], at.zeros),
      },
      { rows, columns, bits, blockSize: quantizedBlock },
    );
  return {
    whole,
    rows: indices => {
      if (bits === 4) throw new Error(`${name}: rows of 4-bit values can't be picked`);
      const [q, s, z] = [values(), scales(), zeros()].map(x => gather(g, x, indices));
      return dequantize(g, q as Value, s as Value, z as Value, quantizedBlock);
    },
    multiply: (x, c) => {
      if (merge) return product(g, x, whole(), c);
      return c === undefined ? integers(x) : add(g, integers(x), c);
    },
  };
}

/** @param merge Adapters are added to the weights; for graphs that see many tokens at a time. */
export function bindWeights(
  g: GraphBuilder,
  config: DecoderConfig,
  plan: WeightPlan,
  merge: boolean,
): { weights: DecoderWeights; inputs: Value[] } {
  const inputs = new Map(
    trainables(config, plan).map(({ name, shape }) => [name, g.input(name, "float32", shape)]),
  );
  const find = (name: string): Value => {
    const value = inputs.get(name);
    if (value === undefined) throw new Error(`no weight ${name}`);
    return value;
  };
  const frozen = new Map<string, Frozen>();
  if (plan.kind === "frozen") {
    for (const { name, shape } of decoderWeights(config)) {
      const stored = plan.stored.get(name);
      const quantized = plan.quantized?.get(name);
      if (quantized !== undefined) frozen.set(name, quantizedWeight(g, name, shape, quantized, merge));
      else if (stored !== undefined) frozen.set(name, storedWeight(g, name, shape, stored));
      else throw new Error(`no weight ${name}`);
    }
  }
  const adapter = (layer: string): LowRank | null =>
    plan.kind === "full" || plan.rank === 0
      ? null
      : { a: find(adapterName(layer, "A")), b: find(adapterName(layer, "B")), scale: plan.alpha / plan.rank };
  const weight = (name: string): Value => frozen.get(name)?.whole() ?? find(name);
  const weights: DecoderWeights = {
    weight,
    multiply: (name, x, c) => frozen.get(name)?.multiply(x, c) ?? product(g, x, find(name), c),
    rows: (name, indices) => frozen.get(name)?.rows(indices) ?? gather(g, find(name), indices),
    bias: layer => (hasBias(config, layer) ? weight(`${layer}.bias`) : null),
    adapter,
    merge,
  };
  return { weights, inputs: [...inputs.values()] };
}
