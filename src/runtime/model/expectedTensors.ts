// Tensors that a configuration requires.
import { decoderWeights } from "../../graph/nn/decoderWeights.ts";
import type { ModelConfig } from "./modelConfig.ts";

/** Returns every tensor of the decoder with its shape, [out, in] for linear layers. */
export function expectedTensors(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  return new Map(decoderWeights(config.decoder).map(({ name, shape }) => [name, shape]));
}
