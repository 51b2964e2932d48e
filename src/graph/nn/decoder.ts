// The Llama-shaped decoder, read top to bottom; what differs between training and generation is passed in.
import type { GraphBuilder } from "../builder.ts";
import { gather, gemm, reshape, splitRows, transpose } from "../ops.ts";
import type { Dim, Value } from "../value.ts";
import { rmsNorm, rotary, rotaryTables, swiGlu } from "./layers.ts";

/** Sizes of a decoder, in the words of Hugging Face's config.json. */
export interface DecoderConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly rmsNormEpsilon: number;
  readonly ropeTheta: number;
  /** The output projection is the embedding. */
  readonly tiedEmbeddings: boolean;
}

/** A low-rank update of one linear layer: W + scale·B·A (Hu et al. 2021). */
export interface LowRank {
  readonly a: Value; // [rank, in]
  readonly b: Value; // [out, rank]
  readonly scale: number;
}

/** Where the decoder finds its weights, under their Hugging Face names. */
export interface DecoderWeights {
  readonly weight: (name: string) => Value;
  readonly adapter: (name: string) => LowRank | null;
}

/** Keys and values of one layer as attention reads them: each [b, kvHeads, l, headSize]. */
export interface KeyValues {
  readonly keys: Value;
  readonly values: Value;
}

export interface DecoderInputs {
  readonly inputIds: Value; // int64 [b·l]
  readonly positions: Value; // int64 [b, l]
  readonly batch: Dim;
  readonly length: Dim;
  readonly maxPositions: number;
  /** Mixes values for the queries q[b, l, heads·headSize], scaled; this step's keys and values come with them. */
  readonly attend: (layer: number, q: Value, fresh: KeyValues) => Value; // [b, l, heads·headSize]
}

/** Names of the linear layers that LoRA's `all-linear` adapts, with their [out, in]. */
export function linearLayers(
  config: DecoderConfig,
): { readonly name: string; readonly out: number; readonly in: number }[] {
  const { hiddenSize, intermediateSize, heads, kvHeads, headSize } = config;
  return Array.from({ length: config.layers }, (_, i) => `model.layers.${i}`).flatMap(layer => [
    { name: `${layer}.self_attn.q_proj`, out: heads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.k_proj`, out: kvHeads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.v_proj`, out: kvHeads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.o_proj`, out: hiddenSize, in: heads * headSize },
    { name: `${layer}.mlp.gate_proj`, out: intermediateSize, in: hiddenSize },
    { name: `${layer}.mlp.up_proj`, out: intermediateSize, in: hiddenSize },
    { name: `${layer}.mlp.down_proj`, out: hiddenSize, in: intermediateSize },
  ]);
}

/** Every weight of the decoder with its shape, in a fixed order. */
export function decoderWeights(
  config: DecoderConfig,
): { readonly name: string; readonly shape: readonly number[] }[] {
  const { hiddenSize, vocabularySize } = config;
  const norms = Array.from({ length: config.layers }, (_, i) => [
    { name: `model.layers.${i}.input_layernorm.weight`, shape: [hiddenSize] },
    { name: `model.layers.${i}.post_attention_layernorm.weight`, shape: [hiddenSize] },
  ]).flat();
  return [
    { name: "model.embed_tokens.weight", shape: [vocabularySize, hiddenSize] },
    ...linearLayers(config).map(layer => ({ name: `${layer.name}.weight`, shape: [layer.out, layer.in] })),
    ...norms,
    { name: "model.norm.weight", shape: [hiddenSize] },
    ...(config.tiedEmbeddings ? [] : [{ name: "lm_head.weight", shape: [vocabularySize, hiddenSize] }]),
  ];
}

/** x·Wᵀ (+ residual) (+ the adapter's update), sums folded into the matrix products. x: [n, in] -> [n, out]. */
export function linear(
  g: GraphBuilder,
  weights: DecoderWeights,
  name: string,
  x: Value,
  residual?: Value,
): Value {
  const w = weights.weight(`${name}.weight`);
  const base = gemm(g, x, w, { transB: true, ...(residual === undefined ? {} : { c: residual }) });
  const adapter = weights.adapter(name);
  if (adapter === null) return base;
  return gemm(g, gemm(g, x, adapter.a, { transB: true }), adapter.b, {
    transB: true,
    alpha: adapter.scale,
    c: base,
  });
}

/** Hidden states after the last layer, before the final norm: [b·l, hiddenSize]. */
export function decoder(
  g: GraphBuilder,
  config: DecoderConfig,
  weights: DecoderWeights,
  inputs: DecoderInputs,
): Value {
  const { hiddenSize, heads, kvHeads, headSize, rmsNormEpsilon } = config;
  const { batch, length, positions } = inputs;
  const rows = inputs.inputIds.shape[0] as Dim;
  const queryTables = rotaryTables(
    g,
    inputs.maxPositions,
    headSize,
    config.ropeTheta,
    1 / Math.sqrt(headSize),
  );
  const keyTables = rotaryTables(g, inputs.maxPositions, headSize, config.ropeTheta, 1);
  const byHead = (x: Value): Value =>
    transpose(g, reshape(g, inRows(x, kvHeads * headSize), [batch, length, kvHeads, headSize]), [0, 2, 1, 3]);
  const inRows = (x: Value, width: number): Value => splitRows(g, x, positions, width);

  let x = gather(g, weights.weight("model.embed_tokens.weight"), inputs.inputIds);
  for (let i = 0; i < config.layers; i++) {
    const layer = `model.layers.${i}`;
    const h = rmsNorm(g, x, weights.weight(`${layer}.input_layernorm.weight`), rmsNormEpsilon);
    const q = rotary(
      g,
      inRows(linear(g, weights, `${layer}.self_attn.q_proj`, h), heads * headSize),
      positions,
      queryTables,
    );
    const k = rotary(
      g,
      inRows(linear(g, weights, `${layer}.self_attn.k_proj`, h), kvHeads * headSize),
      positions,
      keyTables,
    );
    const v = linear(g, weights, `${layer}.self_attn.v_proj`, h);
    const fresh = { keys: byHead(k), values: byHead(v) };
    const mixed = reshape(g, inputs.attend(i, q, fresh), [rows, heads * headSize]);
    x = linear(g, weights, `${layer}.self_attn.o_proj`, mixed, x);
    const f = rmsNorm(g, x, weights.weight(`${layer}.post_attention_layernorm.weight`), rmsNormEpsilon);
    const gate = linear(g, weights, `${layer}.mlp.gate_proj`, f);
    const up = linear(g, weights, `${layer}.mlp.up_proj`, f);
    x = linear(g, weights, `${layer}.mlp.down_proj`, swiGlu(g, gate, up), x);
  }
  return reshape(g, x, [rows, hiddenSize]);
}

/** The output projection's weight: [vocabularySize, hiddenSize]. */
export function headWeight(config: DecoderConfig, weights: DecoderWeights): Value {
  return weights.weight(config.tiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight");
}

/** Final norm of the rows that are needed. */
export function finalNorm(g: GraphBuilder, config: DecoderConfig, weights: DecoderWeights, x: Value): Value {
  return rmsNorm(g, x, weights.weight("model.norm.weight"), config.rmsNormEpsilon);
}
