// DoRA's magnitudes: those that training starts from, and the factors that generation multiplies outputs by.

import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { rowNormGraph } from "../../graph/nn/rowNormGraph.ts";
import { isMagnitude, magnitudeName, type WeightPlan } from "../../graph/nn/weights.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import { type Feeds, float32Of, Session, tensor } from "../ort/session.ts";
import type { Parameters } from "./parameters.ts";

export interface MagnitudeOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Stores the graph next to its weights and returns its path. Omit it if the graph needs no files. */
  readonly store?: ((model: Uint8Array) => string) | undefined;
}

function hasMagnitudes(plan: WeightPlan): boolean {
  return plan.kind === "frozen" && plan.dora === true && plan.rank > 0;
}

/** Lengths of the rows of each adapted weight, by the name of its magnitudes. */
async function norms(
  { config, plan, store }: MagnitudeOptions,
  parameters: Feeds,
): Promise<ReadonlyMap<string, Float32Array>> {
  const graph = rowNormGraph(config, plan);
  const model = encodeModel(graph, "row-norms");
  const session = await Session.create(store?.(model) ?? model, "cpu");
  try {
    const outputs = await session.run(parameters);
    return new Map(
      graph.outputs.map(({ name }) => [magnitudeName(name), float32Of(outputs[name], name).slice()]),
    );
  } finally {
    await session.release();
  }
}

/** Sets the magnitudes of new adapters to the lengths that the rows of the weights have. */
export async function initialiseMagnitudes(options: MagnitudeOptions, parameters: Parameters): Promise<void> {
  if (!hasMagnitudes(options.plan)) return;
  for (const [name, values] of await norms(options, parameters.feeds))
    parameters.view(parameters.values, name).set(values);
}

/**
 * Replaces magnitudes by the factors magnitude / length, which generation takes in their place: it never has the whole
 * weight at hand.
 */
export async function withFactors(options: MagnitudeOptions, parameters: Feeds): Promise<Feeds> {
  if (!hasMagnitudes(options.plan)) return parameters;
  const lengths = await norms(options, parameters);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (!isMagnitude(name)) return [name, value];
      const length = lengths.get(name);
      const factors = float32Of(value, name).map((magnitude, i) => magnitude / (length?.[i] ?? Number.NaN));
      return [name, tensor(factors, [factors.length])];
    }),
  );
}
