// Files of trained weights: adapters in PEFT's format, and whole model folders.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { writeJsonAtomically } from "../../node/atomicWrite.ts";
import { readRequiredJson } from "../model/jsonFile.ts";
import { writeConfigFiles, writeTokenizerFiles } from "../model/modelFiles.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openSafetensors, readTensorFloat32, writeSafetensors } from "../model/safetensors.ts";
import { adapterNameIn, adapterOfTower } from "../model/textTower.ts";
import type { Parameters } from "./parameters.ts";

const weightsFile = "adapter_model.safetensors";
const configFile = "adapter_config.json";
const targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;
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

/** Writes adapter_config.json and adapter_model.safetensors (float32). Equal runs give equal bytes. */
export function writeAdapter(
  folder: string,
  parameters: Parameters,
  lora: TrainingSpec["lora"],
  baseModel: string,
  isTower: boolean,
): void {
  mkdirSync(folder, { recursive: true });
  writeSafetensors(join(folder, weightsFile), tensorsOf(parameters, "F32", isTower), { format: "pt" });
  writeJsonAtomically(join(folder, configFile), {
    base_model_name_or_path: baseModel,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r: lora.rank,
    target_modules: isTower ? `.*\\.language_model\\..*\\.(?:${targets.join("|")})` : targets,
    task_type: "CAUSAL_LM",
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

/** Reads the rank and alpha of an adapter that a run wrote. */
export function readAdapterConfig(folder: string): { readonly rank: number; readonly alpha: number } {
  const json = readRequiredJson(join(folder, configFile), "Run the mixture again: its adapter is missing.");
  if (typeof json.r !== "number" || typeof json.lora_alpha !== "number") {
    throw new HumanError(`${join(folder, configFile)} names no rank and alpha.`, {
      remedy: "Run the mixture again.",
    });
  }
  return { rank: json.r, alpha: json.lora_alpha };
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
