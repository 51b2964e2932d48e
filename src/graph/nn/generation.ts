// The graph of one step of generation.
import { GraphBuilder } from "../builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import { add, concat, gather, gemm, matmul, reshape, sliceTo, softmax, transpose } from "../ops.ts";
import type { Dim, Value } from "../value.ts";
import { type DecoderConfig, decoder, finalNorm, headWeight } from "./decoder.ts";
import { bindWeights, type WeightPlan } from "./weights.ts";

const tokens = "tokens";

/**
 * One step of generation for a batch, prompt or single token alike. The cache is the caller's memory: the graph
 * reads it and gives only this step's keys and values, so that nothing grows by copying.
 * Inputs: inputIds [tokens = batch·length], positions [batch, length], lastRows [batch],
 * mask [batch, 1, 1, length, cached + length] additive, cached [1] = places in the cache,
 * cache.<layer>.keys and .values [batch, kvHeads, cached, headSize], and the trainables.
 * Outputs: logits [batch, vocabulary] of the last token of each row, fresh.<layer>.keys and .values
 * [batch, kvHeads, length, headSize].
 */
export function generationModel(config: DecoderConfig, plan: WeightPlan, maxPositions: number): Uint8Array {
  const g = new GraphBuilder();
  const [batch, length, cached, all] = ["batch", "length", "cached", "all"];
  const { heads, kvHeads, headSize, hiddenSize } = config;
  const group = heads / kvHeads;
  const inputIds = g.input("inputIds", "int64", [tokens]);
  const positions = g.input("positions", "int64", [batch, length]);
  const mask = g.input("mask", "float32", [batch, 1, 1, length, all]);
  const cacheLength = g.input("cached", "int64", [1]);
  const { weights } = bindWeights(g, config, plan);
  const grouped = (x: Value, size: Dim): Value => reshape(g, x, [batch, kvHeads, 1, size, headSize]);
  const attend = (layer: number, q: Value, fresh: { keys: Value; values: Value }): Value => {
    g.output(`fresh.${layer}.keys`, fresh.keys);
    g.output(`fresh.${layer}.values`, fresh.values);
    const cache = (side: string): Value =>
      grouped(g.input(`cache.${layer}.${side}`, "float32", [batch, kvHeads, cached, headSize]), cached);
    const [oldKeys, oldValues] = [cache("keys"), cache("values")];
    const rows = transpose(g, reshape(g, q, [batch, length, kvHeads, group, headSize]), [0, 2, 3, 1, 4]);
    const against = (keys: Value): Value => matmul(g, rows, transpose(g, keys, [0, 1, 2, 4, 3]));
    const scores = concat(g, [against(oldKeys), against(grouped(fresh.keys, length))], 4, all);
    const shares = softmax(g, add(g, scores, mask)); // [b, kv, group, l, cached + l]
    const old = matmul(g, sliceTo(g, shares, 4, null, cacheLength, cached), oldValues);
    const recent = matmul(g, sliceTo(g, shares, 4, cacheLength, null, length), grouped(fresh.values, length));
    const mixed = add(g, old, recent);
    return reshape(g, transpose(g, mixed, [0, 3, 1, 2, 4]), [batch, length, heads * headSize]);
  };
  const hidden = decoder(g, config, weights, { inputIds, positions, batch, length, maxPositions, attend });
  const lastRows = g.input("lastRows", "int64", [batch]);
  const last = reshape(g, gather(g, hidden, lastRows), [batch, hiddenSize]);
  g.output(
    "logits",
    gemm(g, finalNorm(g, config, weights, last), headWeight(config, weights), { transB: true }),
  );
  return encodeModel(g, "generation");
}
