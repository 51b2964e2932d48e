// Parses and checks a model's configuration. What Pinch does not support is rejected by name.
import { HumanError } from "../../common/errors.ts";
import type { JsonObject } from "../../common/json.ts";
import type { Architecture, TensorNames } from "../../graph/nn/architectures/architecture.ts";
import { ConfigFields } from "../../graph/nn/architectures/configFields.ts";
import { isNeutral } from "../../graph/nn/architectures/neutralKeys.ts";
import { architectures } from "../../graph/nn/architectures/table.ts";
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { wrapperNames } from "./textTower.ts";

export interface ModelConfig {
  /** Entry of `architectures` in config.json, such as LlamaForCausalLM. */
  readonly architecture: string;
  /** Other names of tensors in its files. */
  readonly otherNames: TensorNames;
  readonly decoder: DecoderConfig;
  readonly maxPositions: number;
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
}

const supported = [...architectures.map(({ name }) => name), ...wrapperNames].join(", ");

function architectureOf(path: string, json: JsonObject): Architecture {
  const { architectures: listed, model_type: modelType } = json;
  const named = Array.isArray(listed) ? listed.map(String) : [];
  const found =
    named.length > 0
      ? architectures.find(({ name }) => named.includes(name))
      : architectures.find(one => one.modelType === modelType);
  if (found !== undefined) {
    // transformers chooses by model_type alone
    const types: readonly unknown[] = [undefined, null, found.modelType, ...(found.otherTypes ?? [])];
    if (types.includes(modelType)) return found;
    throw new HumanError(
      `${path}: architectures names ${found.name}, but model_type is ${JSON.stringify(modelType).slice(0, 200)}.`,
      { remedy: `If the model is a ${found.name}, set model_type to "${found.modelType}".` },
    );
  }
  const asked = named.length > 0 ? named.join(", ") : `model_type ${JSON.stringify(modelType)}`;
  throw new HumanError(`${path}: architecture ${asked.slice(0, 200)} is not supported.`, {
    remedy: `Supported architectures: ${supported}.`,
  });
}

function tokenIds(value: unknown): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((id): id is number => typeof id === "number" && Number.isSafeInteger(id) && id >= 0);
}

/** Lengths up to which a scaling with divisors for short and for long texts is the one for short ones. */
function lengthsOfScaling({ attention }: DecoderConfig): number[] {
  return attention.flatMap(({ rotary }) => {
    const scaling = rotary?.scaling;
    return scaling?.type === "longrope" ? [scaling.originalMaxPositions] : [];
  });
}

/**
 * @param path Path of the file, for error messages.
 * @param json Contents of config.json.
 * @param generation Contents of generation_config.json, whose end tokens take precedence over those of
 * `json`; empty if there is none.
 */
export function parseModelConfig(path: string, json: JsonObject, generation: JsonObject): ModelConfig {
  const architecture = architectureOf(path, json);
  const fields = new ConfigFields(path, json);
  fields.absent("quantization_config", "quantization");
  for (const key of ["num_local_experts", "num_experts", "n_routed_experts"])
    if (fields.get(key) !== 0) fields.only(key, 1); // one expert, or none: a dense model
  fields.only("is_causal", true);
  fields.only("is_encoder_decoder", false);
  const generationEos = tokenIds(generation.eos_token_id);
  const [bosTokenId = null] = tokenIds(json.bos_token_id ?? generation.bos_token_id);
  const decoder = architecture.decoder(fields);
  const declared = fields.size("max_position_embeddings", 2048, Number.MAX_SAFE_INTEGER);
  const maxPositions = Math.min(declared, ...lengthsOfScaling(decoder));
  fields.refuseUnread(key => isNeutral(key) || architecture.neutral?.includes(key) === true);
  return {
    architecture: architecture.name,
    otherNames: architecture.otherNames ?? [],
    decoder,
    maxPositions,
    bosTokenId,
    eosTokenIds: generationEos.length > 0 ? generationEos : tokenIds(json.eos_token_id),
  };
}
