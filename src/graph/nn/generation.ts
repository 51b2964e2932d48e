// Graph of one generation step.
import { GraphBuilder } from "../tape/builder.ts";
import {
  add,
  argMax,
  concat,
  gather,
  matmul,
  reshape,
  shapeOf,
  slice,
  sliceTo,
  softmax,
  transpose,
} from "../tape/ops.ts";
import type { Dim, Sizes, Value } from "../tape/value.ts";
import { recent } from "./causalConvolution.ts";
import { cappedLogits, decoder, finalNorm, type KeyValues } from "./decoder.ts";
import { attentionWindows, type DecoderConfig, headName } from "./decoderConfig.ts";
import { stepChunk } from "./gatedDelta.ts";
import { attendedHeads, keysLayer } from "./layerShape.ts";
import { hasMemory, inputsBefore, layerStates } from "./layerStates.ts";
import { softCap } from "./softCap.ts";
import { bindWeights, type WeightPlan } from "./weights.ts";

const tokens = "tokens";
const recentRows = "recentRows";

/** Sizes of a step of `length` tokens after `cached` positions. */
export function stepSizes(config: DecoderConfig, batch: number, length: number, cached: number): Sizes {
  const seen = inputsBefore(config) + length;
  const sizes = { tokens: batch * length, batch, length, cached, all: cached + length };
  return { ...sizes, [recent]: seen, [recentRows]: batch * seen };
}

/**
 * Builds the graph of one generation step for a batch, whether the input is a prompt or a single token. The
 * cache is in the caller's memory: the graph reads it and returns only this step's keys and values, so that
 * nothing grows by copying.
 * Inputs: inputIds [tokens = batch·length], positions [batch, length], lastRows [batch], `maskName(window)`
 * [batch, 1, 1, length, cached + length] additive, for each of `attentionWindows`, cached [1] = number of
 * cached positions (0 for prompts), cache.<layer>.keys and .values [batch, kvHeads, 1, cached, headSize] for each
 * of `cachedLayers`, state.<name> [batch, ...] for each of `layerStates`, lastInputs [batch, n] = places of the last
 * inputs of each row among the n before the step and its own, for n = `inputsBefore` if not 0, present [batch, length, 1]
 * = 1 for tokens and 0 for padding if `hasMemory`, and the trainables. With memories, length is at most `longestStep`.
 * Outputs: for the last token of each row `logits` [batch, vocabulary] and `best` [batch], the most likely
 * token; fresh.<layer>.keys and .values [batch, kvHeads, length, headSize], and fresh.<name> of states, likewise.
 */
export function generationGraph(config: DecoderConfig, plan: WeightPlan, maxPositions: number): GraphBuilder {
  const g = new GraphBuilder();
  const [batch, length, cached, all] = ["batch", "length", "cached", "all"];
  const inputIds = g.input("inputIds", "int64", [tokens]);
  const positions = g.input("positions", "int64", [batch, length]);
  const cacheLength = g.input("cached", "int64", [1]);
  const masks = new Map(
    attentionWindows(config).map(window => [
      window,
      g.input(maskName(window), "float32", [batch, 1, 1, length, all]),
    ]),
  );
  const { weights } = bindWeights(g, config, plan, false);
  const maskOf = (layer: number): Value => {
    const mask = masks.get(config.attention[layer]?.window ?? null);
    if (mask === undefined) throw new Error(`no mask for layer ${layer}`);
    return mask;
  };
  const caches = new Map<number, KeyValues>();
  const attend = (layer: number, q: Value, fresh: KeyValues): Value => {
    const { heads, kvHeads, headSize } = attendedHeads(config, layer);
    const group = heads / kvHeads;
    const owner = keysLayer(config, layer);
    const cacheOf = (side: "keys" | "values"): Value =>
      g.input(`cache.${owner}.${side}`, "float32", [batch, kvHeads, 1, cached, headSize]);
    const cache = caches.get(owner) ?? { keys: cacheOf("keys"), values: cacheOf("values") };
    caches.set(owner, cache);
    if (owner === layer) {
      g.output(`fresh.${layer}.keys`, fresh.keys);
      g.output(`fresh.${layer}.values`, fresh.values);
    }
    // The heads of a group share keys and values by broadcasting: for one-row matrices the provider uses its
    // vector kernel, which neither expands nor packs them.
    const shared = (x: Value): Value => reshape(g, x, [batch, kvHeads, 1, length, headSize]);
    const against = (keys: Value): Value => matmul(g, queries, transpose(g, keys, [0, 1, 2, 4, 3]));
    const queries = transpose(g, reshape(g, q, [batch, length, kvHeads, group, headSize]), [0, 2, 3, 1, 4]); // [b, kv, group, l, headSize]
    const products = concat(g, [against(cache.keys), against(shared(fresh.keys))], 4, all);
    const scores = softCap(g, products, config.attentionSoftCap);
    const shares = softmax(g, add(g, scores, maskOf(layer))); // [b, kv, group, l, cached + l]
    const part = (from: Value | null, to: Value | null, size: Dim): Value =>
      sliceTo(g, shares, 4, from, to, size);
    const old = matmul(g, part(null, cacheLength, cached), cache.values);
    const recent = matmul(g, part(cacheLength, null, length), shared(fresh.values));
    return reshape(g, transpose(g, add(g, old, recent), [0, 3, 1, 2, 4]), [batch, length, heads * headSize]);
  };
  const before = inputsBefore(config);
  const lastInputs = before === 0 ? null : g.input("lastInputs", "int64", [batch, before]);
  const stateShapes = new Map(layerStates(config).map(({ name, shape }) => [name, shape]));
  const preceded = (layer: number, x: Value): Value => {
    const name = `${layer}.inputs`;
    const [count, width] = stateShapes.get(name) as readonly [number, number];
    const seen = concat(g, [g.input(`state.${name}`, "float32", [batch, count, width]), x], 1, recent);
    g.output(`fresh.${name}`, gather(g, reshape(g, seen, [recentRows, width]), lastInputs as Value));
    return seen;
  };
  const remembers = hasMemory(config);
  const present = remembers ? g.input("present", "float32", [batch, length, 1]) : null;
  const tokensOf = slice(g, shapeOf(g, positions), 0, 1, 2);
  const memoryOf = (layer: number) => {
    const name = `${layer}.memory`;
    return {
      memory: g.input(`state.${name}`, "float32", [batch, ...(stateShapes.get(name) as readonly number[])]),
      remember: (memory: Value) => g.output(`fresh.${name}`, memory),
      present: present as Value,
    };
  };
  const states = { preceded, chunks: remembers ? stepChunk(g, tokensOf, length) : null, memoryOf };
  const step = { inputIds, positions, batch, length, maxPositions, attend, states };
  const hidden = decoder(g, config, weights, step);
  const lastRows = g.input("lastRows", "int64", [batch]);
  const last = reshape(g, gather(g, hidden, lastRows), [batch, config.hiddenSize]);
  const product = weights.multiply(headName(config), finalNorm(g, config, weights, last));
  const logits = cappedLogits(g, config, product);
  g.output("logits", logits);
  g.output("best", argMax(g, logits));
  return g;
}

/** Name of the mask input for layers with this window. */
export function maskName(window: number | null): string {
  return window === null ? "mask" : `mask.${window}`;
}
