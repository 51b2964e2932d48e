// Files of trained weights: adapters in PEFT's format, and whole model folders.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { targetModules } from "../../graph/nn/adapterLayers.ts";
import { type DecoderConfig, headName } from "../../graph/nn/decoderConfig.ts";
import { type AdapterShape, headCopies, savedName } from "../../graph/nn/weights.ts";
import { writeJsonAtomically } from "../../node/atomicWrite.ts";
import { readRequiredJson } from "../model/jsonFile.ts";
import { writeConfigFiles, writeTokenizerFiles } from "../model/modelFiles.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openSafetensors, readTensorFloat32, writeSafetensors } from "../model/safetensors.ts";
import { adapterNameIn, adapterOfTower } from "../model/textTower.ts";
import type { Parameters } from "./parameters.ts";

const weightsFile = "adapter_model.safetensors";
const configFile = "adapter_config.json";
/** Files of an adapter, weights first. */
export const adapterFiles = [weightsFile, configFile] as const;

function tensorsOf(parameters: Parameters, dtype: "F32" | "F16", isTower = false) {
  return parameters.slots.map(({ name, shape }) => ({
    name: adapterNameIn(isTower, name),
    dtype,
    shape,
    data: parameters.view(parameters.values, name),
  }));
}

/** Returns the output projection again under its other names, of which versions of PEFT read one or the other. */
function copiesOfHead(parameters: Parameters, config: DecoderConfig): ReturnType<typeof tensorsOf> {
  const name = savedName(headName(config));
  const slot = parameters.slots.find(each => each.name === name);
  if (slot === undefined) return [];
  const data = parameters.view(parameters.values, name);
  return headCopies(config).map(copy => ({ name: copy, dtype: "F32", shape: slot.shape, data }));
}

/** Modules of the weights that are trained as a whole, by the ends of their names. */
function modulesToSave(
  config: DecoderConfig,
  shape: Pick<AdapterShape, "embeddings">,
  isTower: boolean,
): string[] | null {
  if (shape.embeddings !== true) return null;
  const { embeddings, head } = config.names;
  // Other towers may have an embedding of the same name
  const found = isTower ? embeddings.replace(/^model\./, "language_model.") : lastOf(embeddings);
  return [...new Set([found, lastOf(head), "lm_head"])];
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Writes adapter_config.json and adapter_model.safetensors (float32). Equal runs give equal bytes. */
export function writeAdapter(
  folder: string,
  parameters: Parameters,
  config: DecoderConfig,
  spec: Pick<TrainingSpec, "lora" | "embeddings">,
  baseModel: string,
  isTower: boolean,
): void {
  const { lora } = spec;
  mkdirSync(folder, { recursive: true });
  const tensors = [...tensorsOf(parameters, "F32", isTower), ...copiesOfHead(parameters, config)];
  writeSafetensors(join(folder, weightsFile), tensors, { format: "pt" });
  writeJsonAtomically(join(folder, configFile), {
    base_model_name_or_path: baseModel,
    bias: "none",
    ...(spec.embeddings === true && { ensure_weight_tying: config.tiedEmbeddings }),
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout ?? 0,
    modules_to_save: modulesToSave(config, spec, isTower),
    peft_type: "LORA",
    r: lora.rank,
    target_modules: isTower
      ? towerPattern(targetModules(config, lora.targets))
      : targetModules(config, lora.targets),
    task_type: "CAUSAL_LM",
    use_dora: lora.dora === true,
    use_rslora: lora.scaling === "rslora",
  });
}

/**
 * Sets the base model's location in the adapter's configuration, where PEFT looks for it. Only a Hub id is
 * written, because a path of this machine is useless elsewhere.
 * @param hubId Null to have the user name the base when loading the adapter.
 */
export function nameBase(folder: string, hubId: string | null): void {
  const path = join(folder, configFile);
  const json = readRequiredJson(path, "Run the mixture again: its adapter is missing.");
  writeJsonAtomically(path, { ...json, base_model_name_or_path: hubId });
}

/** Reads the shape of an adapter that a run wrote. */
export function readAdapterConfig(folder: string): AdapterShape {
  const json = readRequiredJson(join(folder, configFile), "Run the mixture again: its adapter is missing.");
  const { r: rank, lora_alpha: alpha, target_modules: targets } = json;
  const names = typeof targets === "string" ? namesInTower(targets) : targets;
  if (typeof rank !== "number" || typeof alpha !== "number" || !isTexts(names))
    throw new HumanError(`${join(folder, configFile)} does not give rank, alpha and target modules.`, {
      remedy: "Run the mixture again.",
    });
  return {
    rank,
    alpha,
    targets: names,
    scaling: json.use_rslora === true ? "rslora" : "standard",
    ...(json.use_dora === true && { dora: true }),
    ...(Array.isArray(json.modules_to_save) && { embeddings: true }),
  };
}

const towerStart = ".*\\.language_model\\.(?:.*\\.)?(?:";

/** Returns the pattern by which PEFT finds these layers in the text tower, and none of the other towers. */
function towerPattern(names: readonly string[]): string {
  const inside = names.map(name => name.replace(/^model\./, "").replaceAll(".", "\\."));
  return `${towerStart}${inside.join("|")})`;
}

/** Returns the names in a pattern of `towerPattern`; null for another pattern. */
function namesInTower(pattern: string): string[] | null {
  if (!pattern.startsWith(towerStart) || !pattern.endsWith(")")) return null;
  return pattern.slice(towerStart.length, -1).replaceAll("\\.", ".").split("|");
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === "string");
}

/** Reads the values of all parameters from an adapter or from the weights of a model folder. */
export function readParameters(folder: string, parameters: Parameters): void {
  const path = [weightsFile, "model.safetensors"].map(name => join(folder, name)).find(existsSync);
  if (path === undefined)
    throw new HumanError(`${folder} holds no weights.`, { remedy: "Run the mixture again." });
  const file = adapterOfTower(openSafetensors(path));
  for (const { name } of parameters.slots)
    parameters.view(parameters.values, name).set(readTensorFloat32(file, name));
}

/**
 * Writes a tuned model as a Hugging Face folder (float32), with the configuration and tokenizer of its base.
 */
export function writeModelFolder(folder: string, parameters: Parameters, base: ModelFolder): void {
  mkdirSync(folder, { recursive: true });
  writeConfigFiles(folder, base, "float32");
  writeTokenizerFiles(folder, base);
  writeSafetensors(join(folder, "model.safetensors"), tensorsOf(parameters, "F32"), { format: "pt" });
}
