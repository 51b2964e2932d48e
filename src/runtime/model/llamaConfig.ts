// config.json of a Llama-shaped model, checked: what Pinch can't compute is refused by name.
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import { isJsonObject, type JsonObject, readOptionalJson, readRequiredJson } from "./jsonFile.ts";

export interface LlamaConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly tieWordEmbeddings: boolean;
  readonly maxPositions: number;
  readonly bosTokenId: number | null;
  /** From generation_config.json when it has them, else from config.json. */
  readonly eosTokenIds: readonly number[];
}

export const supportedArchitectures: readonly string[] = ["LlamaForCausalLM"];

const hubRemedy =
  "Choose the folder of a Hugging Face model: config.json, tokenizer.json and .safetensors weights lie side by side.";

function unsupported(path: string, what: string): HumanError {
  return new HumanError(`${path}: ${what} is not supported.`, {
    remedy: `Supported: ${supportedArchitectures.join(", ")} with hidden_act silu, plain rotary embedding and no biases.`,
  });
}

class Fields {
  constructor(
    readonly path: string,
    readonly json: JsonObject,
  ) {}

  positiveInteger(key: string, fallback?: number): number {
    const value = this.json[key] ?? fallback;
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    throw new HumanError(
      `${this.path}: ${key} must be a whole number above 0, found ${JSON.stringify(value)}.`,
      {
        remedy: "Correct the file or download it again.",
      },
    );
  }

  positiveNumber(key: string, value: unknown): number {
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    throw new HumanError(`${this.path}: ${key} must be a number above 0, found ${JSON.stringify(value)}.`, {
      remedy: "Correct the file or download it again.",
    });
  }
}

function checkArchitecture(path: string, json: JsonObject): void {
  const { architectures, model_type: modelType } = json;
  const named = Array.isArray(architectures) ? architectures.map(String) : [];
  if (named.some(name => supportedArchitectures.includes(name))) return;
  if (named.length === 0 && modelType === "llama") return;
  const found = named.length > 0 ? named.join(", ") : `model_type ${JSON.stringify(modelType)}`;
  throw new HumanError(`${path}: architecture ${found} is not supported.`, {
    remedy: `Supported architectures: ${supportedArchitectures.join(", ")}.`,
  });
}

function checkFeatures(path: string, json: JsonObject): void {
  const scaling = json.rope_scaling ?? null;
  if (scaling !== null) throw unsupported(path, `rope_scaling ${JSON.stringify(scaling)}`);
  const rope = json.rope_parameters;
  if (isJsonObject(rope) && (rope.rope_type ?? "default") !== "default")
    throw unsupported(path, `rope_parameters.rope_type ${JSON.stringify(rope.rope_type)}`);
  for (const key of ["attention_bias", "mlp_bias"])
    if ((json[key] ?? false) !== false) throw unsupported(path, `${key} ${JSON.stringify(json[key])}`);
  const activation = json.hidden_act ?? "silu";
  if (activation !== "silu") throw unsupported(path, `hidden_act ${JSON.stringify(activation)}`);
  if ((json.quantization_config ?? null) !== null)
    throw unsupported(path, "quantization_config (quantised weights)");
}

function tokenIds(value: unknown): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((id): id is number => typeof id === "number" && Number.isSafeInteger(id) && id >= 0);
}

export function readLlamaConfig(folder: string): LlamaConfig {
  const path = join(folder, "config.json");
  const json = readRequiredJson(path, hubRemedy);
  checkArchitecture(path, json);
  checkFeatures(path, json);
  const fields = new Fields(path, json);
  const hiddenSize = fields.positiveInteger("hidden_size");
  const heads = fields.positiveInteger("num_attention_heads");
  const kvHeads = fields.positiveInteger("num_key_value_heads", heads);
  const headDim = fields.positiveInteger("head_dim", hiddenSize / heads);
  if (heads % kvHeads !== 0)
    throw unsupported(
      path,
      `num_attention_heads ${heads} with num_key_value_heads ${kvHeads} (not a multiple)`,
    );
  if (headDim % 2 !== 0) throw unsupported(path, `an odd head_dim (${headDim})`);
  const rope = isJsonObject(json.rope_parameters) ? json.rope_parameters : {};
  const generation = readOptionalJson(join(folder, "generation_config.json")) ?? {};
  const generationEos = tokenIds(generation.eos_token_id);
  const [bosTokenId = null] = tokenIds(json.bos_token_id ?? generation.bos_token_id);
  return {
    hiddenSize,
    intermediateSize: fields.positiveInteger("intermediate_size"),
    layers: fields.positiveInteger("num_hidden_layers"),
    heads,
    kvHeads,
    headDim,
    vocabSize: fields.positiveInteger("vocab_size"),
    rmsNormEps: fields.positiveNumber("rms_norm_eps", json.rms_norm_eps ?? 1e-6),
    ropeTheta: fields.positiveNumber("rope_theta", json.rope_theta ?? rope.rope_theta ?? 10_000),
    tieWordEmbeddings: json.tie_word_embeddings === true,
    maxPositions: fields.positiveInteger("max_position_embeddings", 2048),
    bosTokenId,
    eosTokenIds: generationEos.length > 0 ? generationEos : tokenIds(json.eos_token_id),
  };
}

/** The part that decides what is computed, in the graph's words. */
export function decoderConfig(config: LlamaConfig): DecoderConfig {
  return {
    vocabularySize: config.vocabSize,
    hiddenSize: config.hiddenSize,
    intermediateSize: config.intermediateSize,
    layers: config.layers,
    heads: config.heads,
    kvHeads: config.kvHeads,
    headSize: config.headDim,
    rmsNormEpsilon: config.rmsNormEps,
    ropeTheta: config.ropeTheta,
    tiedEmbeddings: config.tieWordEmbeddings,
  };
}
