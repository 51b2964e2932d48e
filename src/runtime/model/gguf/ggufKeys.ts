// Describes a decoder as metadata of a GGUF file: the reverse of ggufConfig.ts.
import type { DecoderConfig } from "../../../graph/nn/decoderConfig.ts";
import type { RotaryParameters, RotaryScaling } from "../../../graph/nn/rotary.ts";
import { coherePattern, gemmaPattern, llama3Divisors } from "./ggufConfig.ts";
import { rotaryDivisors } from "./ggufTensors.ts";
import type { MetadataEntry, TensorToStore } from "./ggufWriter.ts";

/** Rotation of the layers with full attention, which files state first; of any layer if those have none. */
function mainRotary({ attention }: DecoderConfig): RotaryParameters | null {
  const rotated = attention.filter(({ rotary }) => rotary !== null);
  return (rotated.find(({ window }) => window === null) ?? rotated[0])?.rotary ?? null;
}

function scalingKeys(scaling: RotaryScaling | null): [key: string, value: string | number][] {
  switch (scaling?.type) {
    case "linear":
      return [
        ["rope.scaling.type", "linear"],
        ["rope.scaling.factor", scaling.factor],
      ];
    case "yarn":
      return [
        ["rope.scaling.type", "yarn"],
        ["rope.scaling.factor", scaling.factor],
        ["rope.scaling.original_context_length", scaling.originalMaxPositions],
      ];
    default:
      return []; // that of Llama 3 is a tensor
  }
}

/** Smallest n such that every n-th layer, and no other, has full attention. */
function patternOf({ attention }: DecoderConfig, usual: number): number {
  const fits = (n: number): boolean =>
    attention.every(({ window }, layer) => (window === null) === ((layer + 1) % n === 0));
  if (fits(usual)) return usual;
  return attention.findIndex(({ window }) => window === null) + 1;
}

function windowKeys(architecture: string, decoder: DecoderConfig): [key: string, value: number][] {
  const window = decoder.attention.find(layer => layer.window !== null)?.window ?? null;
  if (window === null) return [];
  const usual = { gemma3: gemmaPattern, cohere2: coherePattern }[architecture];
  const pattern = usual === undefined ? undefined : patternOf(decoder, usual);
  return [
    ["attention.sliding_window", window],
    ...(pattern === undefined || pattern === usual
      ? []
      : [["attention.sliding_window_pattern", pattern] as [string, number]]),
  ];
}

const floats = new Set(["rope.freq_base", "rope.freq_base_swa", "rope.scaling.factor", "logit_scale"]);

/** Returns the keys `<architecture>.…`, as llama.cpp's converter names them. */
export function decoderMetadata(
  architecture: string,
  decoder: DecoderConfig,
  maxPositions: number,
): MetadataEntry[] {
  const rotary = mainRotary(decoder);
  const local = decoder.attention.find(({ window }) => window !== null)?.rotary;
  const epsilon = decoder.norm === "layer" ? "layer_norm_epsilon" : "layer_norm_rms_epsilon";
  const keys: [key: string, value: string | number][] = [
    ["block_count", decoder.layers],
    ["context_length", maxPositions],
    ["embedding_length", decoder.hiddenSize],
    ["feed_forward_length", decoder.intermediateSize],
    ["vocab_size", decoder.vocabularySize],
    ["attention.head_count", decoder.heads],
    ["attention.head_count_kv", decoder.kvHeads],
    ["attention.key_length", decoder.headSize],
    ["attention.value_length", decoder.headSize],
    [`attention.${epsilon}`, decoder.normEpsilon],
    ["rope.dimension_count", decoder.headSize],
    ...(rotary === null ? [] : ([["rope.freq_base", rotary.theta]] as [string, number][])),
    ...scalingKeys(rotary?.scaling ?? null),
    ...(architecture === "gemma3" && local
      ? ([["rope.freq_base_swa", local.theta]] as [string, number][])
      : []),
    ...windowKeys(architecture, decoder),
    ...(decoder.norm === "layer" ? ([["logit_scale", decoder.logitScale]] as [string, number][]) : []),
  ];
  return keys.map(([key, value]): MetadataEntry => {
    const name = `${architecture}.${key}`;
    if (typeof value === "string") return [name, "string", value];
    return [name, floats.has(key) || key.endsWith("epsilon") ? "float32" : "uint32", value];
  });
}

/** Returns the divisors of rotary frequencies that Llama 3's scaling stores as a tensor. */
export function divisorTensors(decoder: DecoderConfig): TensorToStore[] {
  const rotary = mainRotary(decoder);
  const scaling = rotary?.scaling;
  if (rotary === null || scaling?.type !== "llama3") return [];
  const divisors = llama3Divisors(scaling, rotary.theta, decoder.headSize);
  return [
    {
      name: rotaryDivisors,
      shape: [divisors.length],
      type: "F32",
      values: () => Float32Array.from(divisors),
    },
  ];
}
