// How a decoder's weights enter a graph: frozen ones from files, trainable ones as inputs.
import type { GraphBuilder } from "../builder.ts";
import { cast } from "../ops.ts";
import type { DType, Value } from "../value.ts";
import {
  type DecoderConfig,
  type DecoderWeights,
  decoderWeights,
  type LowRank,
  linearLayers,
} from "./decoder.ts";

/** A weight as it lies in a file beside the graph. */
export interface StoredWeight {
  readonly dtype: DType;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** How the weights enter a graph: frozen ones from files, trainable ones as inputs. */
export type WeightPlan =
  /** Every weight is an input. */
  | { readonly kind: "full" }
  /** Weights from files; adapters of this rank on all linear layers are inputs. Rank 0 = no adapter. */
  | {
      readonly kind: "frozen";
      readonly stored: ReadonlyMap<string, StoredWeight>;
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

export function bindWeights(
  g: GraphBuilder,
  config: DecoderConfig,
  plan: WeightPlan,
): { weights: DecoderWeights; inputs: Value[] } {
  const inputs = new Map(
    trainables(config, plan).map(({ name, shape }) => [name, g.input(name, "float32", shape)]),
  );
  const find = (name: string): Value => {
    const value = inputs.get(name);
    if (value === undefined) throw new Error(`no weight ${name}`);
    return value;
  };
  const frozen = new Map<string, Value>();
  if (plan.kind === "frozen") {
    for (const { name, shape } of decoderWeights(config)) {
      const stored = plan.stored.get(name);
      if (stored === undefined) throw new Error(`no weight ${name}`);
      frozen.set(name, cast(g, g.external(name, stored.dtype, shape, stored), "float32"));
    }
  }
  const adapter = (layer: string): LowRank | null =>
    plan.kind === "full" || plan.rank === 0
      ? null
      : { a: find(adapterName(layer, "A")), b: find(adapterName(layer, "B")), scale: plan.alpha / plan.rank };
  const weights: DecoderWeights = { weight: name => frozen.get(name) ?? find(name), adapter };
  return { weights, inputs: [...inputs.values()] };
}
