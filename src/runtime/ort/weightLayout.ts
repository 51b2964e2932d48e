// Layout of a model's frozen weights, determined before any is read; used to predict memory.
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import {
  type QuantizedWeight,
  quantizedBlock,
  type StoredWeight,
  savedWeights,
  type WeightPlan,
} from "../../graph/nn/weights.ts";
import type { ExternalData } from "../../graph/tape/builder.ts";
import { adapterShapeOf } from "../model/adapterShape.ts";
import type { ModelFolder, ModelTensor } from "../model/modelFolder.ts";
import { bitsOf } from "./graphFolder.ts";

export interface WeightLayout {
  /** Plan for graphs that are only analysed, never run: their weights exist in no file. */
  readonly plan: WeightPlan;
  /** Bytes of each frozen weight by name; empty if all weights are trained. */
  readonly bytes: ReadonlyMap<string, number>;
}

export function elementsOf({ shape }: Pick<ModelTensor, "shape">): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Computes the layout that a `GraphFolder` of the model would have. */
export function weightLayout(
  { config, tensors }: Pick<ModelFolder, "config" | "tensors">,
  spec: Pick<TrainingSpec, "method" | "base" | "lora" | "embeddings">,
): WeightLayout {
  const { method, base } = spec;
  if (method === "full") return { plan: { kind: "full" }, bytes: new Map() };
  const shape = adapterShapeOf(spec);
  const saved = new Set(savedWeights(config.decoder, shape).map(({ name }) => name));
  const bits = base === "float" ? new Map<string, 4 | 8>() : bitsOf({ config }, base);
  const place = (length: number): ExternalData => ({ location: "none", offset: 0, length });
  const stored = new Map<string, StoredWeight>();
  const quantized = new Map<string, QuantizedWeight>();
  const bytes = new Map<string, number>();
  for (const tensor of tensors.values()) {
    if (saved.has(tensor.name)) continue;
    const count = elementsOf(tensor);
    const width = bits.get(tensor.name);
    if (width === undefined) {
      const dtype = tensor.stored?.dtype ?? "float32";
      const length = tensor.stored?.length ?? count * Float32Array.BYTES_PER_ELEMENT;
      stored.set(tensor.name, { dtype, ...place(length) });
      bytes.set(tensor.name, length);
    } else {
      const [values, scales] = [
        (count * width) / 8,
        (count / quantizedBlock) * Uint16Array.BYTES_PER_ELEMENT,
      ];
      quantized.set(tensor.name, {
        bits: width,
        values: place(values),
        scales: place(scales),
        least: place(scales),
      });
      bytes.set(tensor.name, values + 2 * scales);
    }
  }
  return { plan: { kind: "frozen", stored, quantized, ...shape }, bytes };
}
