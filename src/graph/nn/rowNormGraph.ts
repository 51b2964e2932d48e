// Graph of the lengths of the rows of adapted weights, which DoRA divides them by.
import { GraphBuilder } from "../tape/builder.ts";
import { adaptedLayers } from "./adapterLayers.ts";
import type { DecoderConfig } from "./decoderConfig.ts";
import { rowNorms } from "./loraLinear.ts";
import { bindWeights, type WeightPlan } from "./weights.ts";

/** Builds the graph of the norms of all adapted layers: `layer name` [out], from the plan's trainables. */
export function rowNormGraph(config: DecoderConfig, plan: WeightPlan): GraphBuilder {
  const g = new GraphBuilder();
  const { weights } = bindWeights(g, config, plan, true);
  if (plan.kind === "full") return g;
  for (const { name } of adaptedLayers(config, plan.targets)) {
    const adapter = weights.adapter(name);
    if (adapter !== null) g.output(name, rowNorms(g, weights.weight(`${name}.weight`), adapter));
  }
  return g;
}
