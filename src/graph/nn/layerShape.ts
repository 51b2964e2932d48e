// Shapes of single layers, where those of a decoder differ.
import type { DecoderConfig, LayerAttention } from "./decoderConfig.ts";

/** Widths of the projections that a layer has of queries, keys and values, in this order. */
export function attentionWidths(config: DecoderConfig, layer: number): number[] {
  const { heads, kvHeads, headSize } = headsOf(config, layer);
  const { keysFrom, valuesAreKeys } = layerAttention(config, layer);
  const sides = keysFrom !== undefined ? 0 : valuesAreKeys === true ? 1 : 2;
  const queries = heads * headSize * (config.attentionGate ? 2 : 1);
  return [queries, ...Array.from({ length: sides }, () => kvHeads * headSize)];
}

/** Widths of gate and up, or of up alone. */
export function feedForwardWidths(config: DecoderConfig, layer: number): number[] {
  const width = intermediateSizeOf(config, layer);
  return config.gated ? [width, width] : [width];
}

/** Width of the feed-forward part of a layer. */
export function intermediateSizeOf(
  { intermediateSize, doubleWideFrom }: DecoderConfig,
  layer: number,
): number {
  return doubleWideFrom !== null && layer >= doubleWideFrom ? 2 * intermediateSize : intermediateSize;
}

export function layerAttention(config: DecoderConfig, layer: number): LayerAttention {
  const attention = config.attention[layer];
  if (attention === undefined) throw new Error(`config.attention has no layer ${layer}`);
  return attention;
}

/** Heads of a layer. */
export type Heads = Pick<DecoderConfig, "heads" | "kvHeads" | "headSize">;

export function headsOf(config: DecoderConfig, layer: number): Heads {
  const { headSize = config.headSize, kvHeads = config.kvHeads } = layerAttention(config, layer);
  return { heads: config.heads, kvHeads, headSize };
}

/** Heads of a layer, of the size that attention sees and its cache holds. */
export function attendedHeads(config: DecoderConfig, layer: number): Heads {
  const heads = headsOf(config, layer);
  return config.alibi ? { ...heads, headSize: heads.headSize + 1 } : heads;
}

/** Layer whose keys and values a layer attends to. */
export function keysLayer(config: DecoderConfig, layer: number): number {
  return layerAttention(config, layer).keysFrom ?? layer;
}

/** Layers with keys and values of their own, which a cache holds. */
export function cachedLayers(config: DecoderConfig): number[] {
  const layers = config.attention.flatMap(({ instead }, layer) => (instead === undefined ? [layer] : []));
  return layers.filter(layer => keysLayer(config, layer) === layer);
}
