// Several adapters for one base model: each is fitted to the rank of the generation graph, which makes it
// just another input.
import { type DecoderConfig, linearLayers } from "../../graph/nn/decoderConfig.ts";
import { adapterName, trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import { type Feeds, float32Of, tensor } from "../ort/session.ts";

export interface AdapterShape {
  readonly rank: number;
  readonly alpha: number;
}

/**
 * Graph inputs for `plan` that compute the same as this adapter does with its own rank and alpha: A and B are
 * zero-padded, and B absorbs the ratio of the scales alpha/rank. A null adapter stands for the base model
 * itself.
 */
export function fitAdapter(
  config: DecoderConfig,
  plan: WeightPlan & AdapterShape,
  adapter: (AdapterShape & { readonly parameters: Feeds }) | null,
): Feeds {
  if (adapter === null) {
    return Object.fromEntries(
      trainables(config, plan).map(({ name, shape }) => [
        name,
        tensor(new Float32Array(shape.reduce((product, size) => product * size, 1)), shape),
      ]),
    );
  }
  const { rank, alpha, parameters } = adapter;
  if (rank > plan.rank) throw new Error(`an adapter of rank ${rank} in a graph for rank ${plan.rank}`);
  if (rank === plan.rank && alpha === plan.alpha) return parameters;
  const factor = alpha / rank / (plan.alpha / plan.rank);
  return Object.fromEntries(
    linearLayers(config).flatMap(layer => {
      const [nameA, nameB] = [adapterName(layer.name, "A"), adapterName(layer.name, "B")];
      const [givenA, givenB] = [float32Of(parameters[nameA], nameA), float32Of(parameters[nameB], nameB)];
      const a = new Float32Array(plan.rank * layer.in);
      const b = new Float32Array(layer.out * plan.rank);
      a.set(givenA);
      for (let i = 0; i < givenB.length; i++) {
        b[Math.floor(i / rank) * plan.rank + (i % rank)] = (givenB[i] as number) * factor;
      }
      return [
        [nameA, tensor(a, [plan.rank, layer.in])],
        [nameB, tensor(b, [layer.out, plan.rank])],
      ];
    }),
  );
}
