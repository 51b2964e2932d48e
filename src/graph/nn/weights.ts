// Binds a decoder's weights to a graph: frozen ones come from files, trainable ones are inputs.
import type { ExternalData, GraphBuilder } from "../tape/builder.ts";
import { dequantize, matmulQuantized } from "../tape/fusedOps.ts";
import { add, cast, div, gather, gemm, mul, reshape } from "../tape/ops.ts";
import type { Dim, DType, Value } from "../tape/value.ts";
import { type AdapterTargets, adaptedLayers } from "./adapterLayers.ts";
import { type Head, rowsAtOnce } from "./crossEntropy.ts";
import { type DecoderConfig, embeddingName, hasBias, headName } from "./decoderConfig.ts";
import { decoderWeights } from "./decoderWeights.ts";
import type { Adapter, DecoderWeights } from "./linear.ts";
import { rowNorms } from "./loraLinear.ts";

/** Weight stored in a file next to the graph. */
export interface StoredWeight {
  readonly dtype: DType;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Number of values of a row that share a scale and a minimum. */
export const quantizedBlock = 32;

/** Matrix of small integers: w = q·scale + least, with a scale and a minimum for each block of a row. */
export interface QuantizedWeight {
  readonly bits: 4 | 8;
  /** [rows, columns], unsigned; 4-bit values are stored two per byte, the first in the low half. */
  readonly values: ExternalData;
  /** float16 [rows, columns / block] */
  readonly scales: ExternalData;
  /** float16 [rows, columns / block] */
  readonly least: ExternalData;
}

/** Low-rank adapters of a model, in the words of the mixture file's `train.lora`. */
export interface AdapterShape {
  /** 0 for a model without adapters. */
  readonly rank: number;
  readonly alpha: number;
  /** Absent = all linear layers. */
  readonly targets?: AdapterTargets;
  /** Absent = standard. */
  readonly scaling?: "standard" | "rslora";
  /** Learning rate of B as a multiple of that of A (LoRA+, Hayou et al. 2024); absent = 1. */
  readonly plusRatio?: number;
  /** True to train the length of each row of a weight apart from its direction (DoRA, Liu et al. 2024). */
  readonly dora?: boolean;
  /** True to train the embedding and the output projection too, as a whole (PEFT's `modules_to_save`). */
  readonly embeddings?: boolean;
}

/** Division of the weights into frozen ones from files and trainable ones that are inputs. */
export type WeightPlan =
  /** All weights are inputs. */
  | { readonly kind: "full" }
  /** Weights come from files; adapters are inputs. */
  | (AdapterShape & {
      readonly kind: "frozen";
      /** Weights that are not quantised. */
      readonly stored: ReadonlyMap<string, StoredWeight>;
      readonly quantized?: ReadonlyMap<string, QuantizedWeight>;
    });

export interface Trainable {
  readonly name: string;
  readonly shape: readonly number[];
  /** Multiple of the learning rate; absent = 1. */
  readonly rate?: number;
  /** Its gradient is taken as zero, so that it keeps its value. */
  readonly fixed?: true;
}

/** Parameters that the optimizer updates alike. */
export interface UpdateGroup {
  readonly trainables: readonly Trainable[];
  /** True for matrices. Vectors (norm weights) have no weight decay. */
  readonly decays: boolean;
  readonly rate: number;
}

/** Groups parameters, matrices first, and otherwise in their order. */
export function updateGroups(trainables: readonly Trainable[]): UpdateGroup[] {
  const rates = [...new Set(trainables.map(({ rate = 1 }) => rate))];
  return [true, false].flatMap(decays =>
    rates.flatMap(rate => {
      const alike = trainables.filter(one => one.shape.length > 1 === decays && (one.rate ?? 1) === rate);
      return alike.length === 0 ? [] : [{ trainables: alike, decays, rate }];
    }),
  );
}

/** Name of an adapter matrix in PEFT's convention. */
export function adapterName(layer: string, side: "A" | "B"): string {
  return `base_model.model.${layer}.lora_${side}.weight`;
}

/** Name in PEFT's convention of a weight that is trained as a whole next to adapters. */
export function savedName(weight: string): string {
  return `base_model.model.${weight}`;
}

/**
 * Further names in PEFT's files of the output projection: that of its module, if its weight is the embedding, and that
 * of transformers 5, which renamed GPT-NeoX's.
 */
export function headCopies(config: DecoderConfig): string[] {
  const names = new Set([`${config.names.head}.weight`, "lm_head.weight"]);
  names.delete(headName(config));
  return [...names].map(savedName);
}

/** Weights that are trained as a whole next to adapters: embedding and output projection, or the one that is both. */
export function savedWeights(config: DecoderConfig, { embeddings }: AdapterShape): Trainable[] {
  const saved = embeddings === true ? new Set([embeddingName(config), headName(config)]) : new Set();
  return decoderWeights(config).filter(({ name }) => saved.has(name));
}

/** Name in PEFT's convention of DoRA's lengths of the rows of a layer's weight, [out]. */
export function magnitudeName(layer: string): string {
  return `base_model.model.${layer}.lora_magnitude_vector`;
}

export function isMagnitude(name: string): boolean {
  return name.endsWith(".lora_magnitude_vector");
}

export function isAdapterSide(name: string, side: "A" | "B"): boolean {
  return name.endsWith(`.lora_${side}.weight`);
}

/** Factor by which B·A is multiplied: alpha / rank (Hu et al. 2021) or alpha / √rank (Kalajdzievski 2023). */
export function adapterScale({ rank, alpha, scaling }: AdapterShape): number {
  return alpha / (scaling === "rslora" ? Math.sqrt(rank) : rank);
}

/** Values that training changes under this plan: inputs of every graph, in order. */
export function trainables(config: DecoderConfig, plan: WeightPlan): Trainable[] {
  if (plan.kind === "full") return decoderWeights(config);
  const { rank, targets, plusRatio, dora } = plan;
  if (rank === 0) return [];
  const rate = plusRatio === undefined ? {} : { rate: plusRatio };
  const adapters = adaptedLayers(config, targets).flatMap(layer => [
    { name: adapterName(layer.name, "A"), shape: [rank, layer.in] },
    { name: adapterName(layer.name, "B"), shape: [layer.out, rank], ...rate },
    // As PEFT's optimizer for LoRA+ has it, vectors learn at the rate of B
    ...(dora === true ? [{ name: magnitudeName(layer.name), shape: [layer.out], ...rate }] : []),
  ]);
  const saved = savedWeights(config, plan).map(({ name, shape }) => ({ name: savedName(name), shape }));
  return [...adapters, ...saved];
}

interface Frozen {
  /**
   * Returns the weight in float32. It is converted where it is used and again for its gradient, so that a
   * float32 copy of all weights is never held.
   */
  readonly whole: () => Value;
  readonly head: () => Head;
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
    head: () => ({ kind: "floats", matrix: whole() }),
    rows: indices => cast(g, gather(g, stored, indices), "float32"),
    multiply: (x, c) => product(g, x, whole(), c),
  };
}

/** E[j, k] = 1 where column k belongs to block j: x·Eᵀ sums x over blocks, y·E repeats y over them. */
export function blockMatrix(g: GraphBuilder, columns: number): Value {
  const blocks = columns / quantizedBlock;
  const data = new Float32Array(blocks * columns);
  for (let k = 0; k < columns; k++) data[Math.floor(k / quantizedBlock) * columns + k] = 1;
  return g.constant(data, [blocks, columns]);
}

interface Quantization {
  /** True for many rows at a time, where float32 products are faster than integer ones. */
  readonly merge: boolean;
  /** Returns the block matrix for a number of columns. */
  readonly blockMatrix: (columns: number) => Value;
}

export function quantizedWeight(
  g: GraphBuilder,
  name: string,
  shape: readonly number[],
  at: QuantizedWeight,
  { merge, blockMatrix }: Quantization,
): Frozen {
  const [rows, columns] = shape as readonly [number, number];
  const { bits } = at;
  const blocks = columns / quantizedBlock;
  const scales = g.external(`${name}.scales`, "float16", [rows, blocks], at.scales);
  const least = g.external(`${name}.least`, "float16", [rows, blocks], at.least);
  const float = (x: Value): Value => cast(g, x, "float32");
  /** Converts rows of integers to floats. */
  const floats = (q: Value, s: Value, l: Value): Value =>
    gemm(g, float(l), blockMatrix(columns), { c: dequantize(g, q, float(s), quantizedBlock) });

  if (merge) {
    const values = g.external(`${name}.values`, bits === 4 ? "uint4" : "uint8", [rows, columns], at.values);
    const convert = (): Value => floats(values, scales, least);
    const whole = (): Value => {
      const value = convert();
      g.recomputable(value, convert);
      return value;
    };
    return {
      whole,
      head: () => ({
        kind: "integers",
        integers: values,
        scales,
        least,
        blocks: blockMatrix(columns),
        rowsAtOnce: rowsAtOnce(rows, columns),
      }),
      multiply: (x, c) => product(g, x, whole(), c),
      rows: indices => {
        if (bits === 4) throw new Error(`${name}: rows of 4-bit values can't be picked`);
        return floats(gather(g, values, indices), gather(g, scales, indices), gather(g, least, indices));
      },
    };
  }
  // Integer products count from the middle of the range: W = (q − middle)·scale + (least + middle·scale).
  const bytes = g.external(`${name}.values`, "uint8", [rows, blocks, (quantizedBlock * bits) / 8], at.values);
  const unavailable = (): never => {
    throw new Error(`${name} is only multiplied with`);
  };
  return {
    whole: unavailable,
    head: unavailable,
    multiply: (x, c) => {
      const integers = matmulQuantized(g, x, bytes, float(scales), { bits, blockSize: quantizedBlock });
      const sums = gemm(g, x, blockMatrix(columns), { transB: true });
      const offset = add(g, float(least), mul(g, float(scales), g.scalar(2 ** (bits - 1))));
      return gemm(g, sums, offset, { transB: true, c: c === undefined ? integers : add(g, integers, c) });
    },
    rows: indices => {
      if (bits === 4) unavailable();
      const q = reshape(g, gather(g, bytes, indices), [indices.shape[0] as Dim, columns]);
      return floats(q, gather(g, scales, indices), gather(g, least, indices));
    },
  };
}

/**
 * Binds the decoder's weights.
 * @param merge Adds adapters to the weights; for graphs that see many tokens at a time. Others take DoRA's magnitudes
 * divided by the lengths of the rows (`withFactors`), which only the whole weight has.
 */
export function bindWeights(
  g: GraphBuilder,
  config: DecoderConfig,
  plan: WeightPlan,
  merge: boolean,
): { weights: DecoderWeights; inputs: Value[] } {
  const inputs = new Map(
    trainables(config, plan).map(({ name, shape }) => [name, g.input(name, "float32", shape)]),
  );
  const saved = new Set(plan.kind === "full" ? [] : savedWeights(config, plan).map(({ name }) => name));
  const find = (name: string): Value => {
    const value = inputs.get(saved.has(name) ? savedName(name) : name);
    if (value === undefined) throw new Error(`no weight ${name}`);
    return value;
  };
  const frozen = new Map<string, Frozen>();
  const blockMatrices = new Map<number, Value>();
  const quantization: Quantization = {
    merge,
    blockMatrix: columns => {
      const matrix = blockMatrices.get(columns) ?? blockMatrix(g, columns);
      blockMatrices.set(columns, matrix);
      return matrix;
    },
  };
  if (plan.kind === "frozen") {
    for (const { name, shape } of decoderWeights(config)) {
      if (saved.has(name)) continue;
      const stored = plan.stored.get(name);
      const quantized = plan.quantized?.get(name);
      if (quantized !== undefined) frozen.set(name, quantizedWeight(g, name, shape, quantized, quantization));
      else if (stored !== undefined) frozen.set(name, storedWeight(g, name, shape, stored));
      else throw new Error(`no weight ${name}`);
    }
  }
  const weight = (name: string): Value => frozen.get(name)?.whole() ?? find(name);
  const adapter = (layer: string): Adapter | null => {
    const [a, b] = [inputs.get(adapterName(layer, "A")), inputs.get(adapterName(layer, "B"))];
    if (plan.kind === "full" || a === undefined || b === undefined) return null;
    const update = { a, b, scale: adapterScale(plan) };
    const magnitude = inputs.get(magnitudeName(layer));
    if (magnitude === undefined) return update;
    return {
      ...update,
      factor: merge ? div(g, magnitude, rowNorms(g, weight(`${layer}.weight`), update)) : magnitude,
    };
  };
  const weights: DecoderWeights = {
    weight,
    head: name => frozen.get(name)?.head() ?? { kind: "floats", matrix: find(name) },
    multiply: (name, x, c) => frozen.get(name)?.multiply(x, c) ?? product(g, x, find(name), c),
    rows: (name, indices) => frozen.get(name)?.rows(indices) ?? gather(g, find(name), indices),
    bias: layer => (hasBias(config, layer) ? weight(`${layer}.bias`) : null),
    adapter,
    merge,
  };
  return { weights, inputs: [...inputs.values()] };
}
