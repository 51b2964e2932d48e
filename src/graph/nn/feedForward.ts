// The activation between the projections of a feed-forward layer.
import type { GraphBuilder } from "../tape/builder.ts";
import type { Value } from "../tape/value.ts";
import { type DecoderConfig, xIeluNames } from "./decoderConfig.ts";
import { geGlu } from "./geGlu.ts";
import { gelu } from "./gelu.ts";
import { squaredRelu, swiGlu } from "./layers.ts";
import { xIelu } from "./xIelu.ts";

/**
 * What the down projection of a feed-forward layer sees.
 * @param sides Gate and up, or up alone.
 */
export function activated(
  g: GraphBuilder,
  { activation, gated }: DecoderConfig,
  weights: { readonly weight: (name: string) => Value },
  layer: string,
  sides: readonly Value[],
): Value {
  const [first, second] = sides as readonly [Value, Value];
  switch (activation) {
    case "silu":
      return swiGlu(g, first, second);
    case "gelu":
      return gelu(g, first, "exact");
    case "geluTanh":
      return gated ? geGlu(g, first, second) : gelu(g, first, "tanh");
    case "relu2":
      return squaredRelu(g, first);
    case "xielu": {
      const [positive, negative] = xIeluNames.map(name => weights.weight(`${layer}.${name}`));
      return xIelu(g, first, positive as Value, negative as Value);
    }
  }
}
