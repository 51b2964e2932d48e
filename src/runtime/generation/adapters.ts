// Several adapters for one base model: each is fitted to the layers and the rank of the generation graph,
// which makes it just another input.
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import {
  type AdapterShape,
  adapterScale,
  isAdapterSide,
  trainables,
  type WeightPlan,
} from "../../graph/nn/weights.ts";
import { type Feeds, float32Of, tensor } from "../ort/session.ts";

/**
 * Models of one kind can have the same generation graph. The base model counts as one of the adapters. DoRA's are apart
 * by their layers: without an adapter, no magnitude is right.
 */
export function planKind(plan: WeightPlan): string {
  if (plan.kind === "full") return "full";
  const { embeddings, dora, targets = "all-linear" } = plan;
  return `${embeddings === true ? "embeddings and " : ""}adapters${dora === true ? ` with magnitudes on ${JSON.stringify(targets)}` : ""}`;
}

/** Shape into which adapters of all these shapes fit; null if none has an adapter. */
export function commonShape(shapes: readonly AdapterShape[]): AdapterShape | null {
  const adapters = shapes.filter(({ rank }) => rank > 0);
  const [first] = adapters;
  if (first === undefined) return null;
  const widest = adapters.reduce((most, shape) => (shape.rank > most.rank ? shape : most), first);
  const targets = new Set(adapters.map(shape => JSON.stringify(shape.targets ?? "all-linear")));
  return targets.size === 1 ? widest : { ...widest, targets: "all-linear" };
}

/**
 * Graph inputs for `plan` that compute the same as this adapter does with its own shape: A and B are
 * zero-padded, B absorbs the ratio of the scales, and layers without an adapter get zeros. A null adapter
 * stands for the base model itself. Weights that are trained as a whole, and magnitudes, must be those of the plan.
 */
export function fitAdapter(
  config: DecoderConfig,
  plan: WeightPlan & AdapterShape,
  adapter: (AdapterShape & { readonly parameters: Feeds }) | null,
): Feeds {
  const rank = adapter?.rank ?? 0;
  const parameters: Feeds = adapter?.parameters ?? {};
  if (rank > plan.rank) throw new Error(`an adapter of rank ${rank} in a graph for rank ${plan.rank}`);
  const factor = adapter === null ? 0 : adapterScale(adapter) / adapterScale(plan);
  const unused = new Set(Object.keys(parameters));
  const inputs = trainables(config, plan).map(({ name, shape }) => {
    const given = parameters[name];
    unused.delete(name);
    const isSaved = !isAdapterSide(name, "A") && !isAdapterSide(name, "B");
    if (given !== undefined && (isSaved || (rank === plan.rank && factor === 1))) return [name, given];
    if (isSaved) throw new Error(`the adapter has no ${name}`);
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (given !== undefined) {
      const own = float32Of(given, name);
      if (isAdapterSide(name, "A")) values.set(own);
      else
        for (let i = 0; i < own.length; i++)
          values[Math.floor(i / rank) * plan.rank + (i % rank)] = (own[i] as number) * factor;
    }
    return [name, tensor(values, shape)];
  });
  for (const name of unused) throw new Error(`the graph has no input for ${name}`);
  return Object.fromEntries(inputs) as Feeds;
}
