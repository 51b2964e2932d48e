// Initial values of training: new adapters, the model's own weights, or the weights of a new model.
import { type Random, seededRandom } from "../../common/random.ts";
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { isAdapterSide, savedName, savedWeights, type WeightPlan } from "../../graph/nn/weights.ts";
import type { HeldModel } from "../ort/graphFolder.ts";
import type { Parameters } from "./parameters.ts";

/**
 * Initialises the parameters of a run: adapters as defined by LoRA, and weights as stored in the model.
 */
export function initialise(parameters: Parameters, plan: WeightPlan, model: HeldModel, seed: number): void {
  const read = (parameter: string, weight: string): void =>
    parameters.view(parameters.values, parameter).set(model.readTensor(weight));
  if (plan.kind === "full") for (const { name } of parameters.slots) read(name, name);
  else {
    initialiseAdapters(parameters, seed);
    for (const { name } of savedWeights(model.config.decoder, plan)) read(savedName(name), name);
  }
}

/**
 * LoRA's initialisation of new parameters, as in PEFT: A uniform in ±1/√in; B stays zero, so that the first
 * step sees the untuned model.
 */
export function initialiseAdapters(parameters: Parameters, seed: number): void {
  const random = seededRandom("lora", seed);
  for (const { name, shape } of parameters.slots) {
    if (!isAdapterSide(name, "A")) continue;
    const bound = 1 / Math.sqrt(shape[1] ?? 1);
    const a = parameters.view(parameters.values, name);
    for (let i = 0; i < a.length; i++) a[i] = (random() * 2 - 1) * bound;
  }
}

/**
 * Initialises a new decoder: weights from a normal distribution with standard deviation 0.02, divided by
 * √(2·layers) for the two projections into the residual stream.
 */
export function initialiseWeights(parameters: Parameters, config: DecoderConfig, seed: number): void {
  const random = seededRandom("weights", seed);
  const residual = 0.02 / Math.sqrt(2 * config.layers);
  for (const { name, shape } of parameters.slots) {
    const values = parameters.view(parameters.values, name);
    if (shape.length === 1) values.fill(1);
    else {
      const deviation = /(o_proj|down_proj)\.weight$/.test(name) ? residual : 0.02;
      for (let i = 0; i < values.length; i++) values[i] = normal(random) * deviation;
    }
  }
}

/** Draws from the standard normal distribution (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
