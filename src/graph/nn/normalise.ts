// Normalises as a decoder's configuration says.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, mul } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";
import type { DecoderConfig } from "./decoderConfig.ts";
import { layerNorm } from "./layerNorm.ts";
import { rmsNorm } from "./layers.ts";

/** Normalises the last axis of x by the norm of this name. `scale` multiplies the result at no extra cost. */
export function normalise(
  g: GraphBuilder,
  config: DecoderConfig,
  x: Value,
  { weight: weightOf }: { readonly weight: (name: string) => Value },
  name: string,
  scale = 1,
): Value {
  const { norm, normEpsilon } = config;
  const weight = weightOf(`${name}.weight`);
  const w = scaled(g, norm === "rmsPlusOne" ? add(g, weight, g.scalar(1)) : weight, scale);
  if (norm === "rms" || norm === "rmsPlusOne") return rmsNorm(g, x, w, normEpsilon);
  const bias = norm === "layer" ? null : scaled(g, weightOf(`${name}.bias`), scale);
  return layerNorm(g, x, w, bias, normEpsilon);
}

/** x / √(mean(x²) + ε) over the last axis. */
export function normaliseHeads(g: GraphBuilder, { normEpsilon }: DecoderConfig, x: Value): Value {
  const size = x.shape.at(-1) as number;
  return rmsNorm(g, x, g.constant(new Float32Array(size).fill(1), [size]), normEpsilon);
}

export function scaled(g: GraphBuilder, x: Value, factor: number): Value {
  return factor === 1 ? x : mul(g, x, g.scalar(factor));
}
