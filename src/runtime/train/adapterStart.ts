// Adapter that a training starts from (`train.lora.from`): read, or refused by name where it does not fit.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { JsonObject } from "../../common/json.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { type DecoderConfig, headName } from "../../graph/nn/decoderConfig.ts";
import { headCopies, savedName, savedWeights, trainables } from "../../graph/nn/weights.ts";
import { recordOrNull } from "../files/runFolder.ts";
import { adapterShapeOf } from "../model/adapterShape.ts";
import { readRequiredJson } from "../model/jsonFile.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openSafetensors, readTensorFloat32, type SafetensorsFile } from "../model/safetensors.ts";
import { adapterOfTower } from "../model/textTower.ts";
import { adapterFiles } from "./adapterFiles.ts";
import type { Parameters } from "./parameters.ts";

type StartSpec = Pick<TrainingSpec, "method" | "lora" | "embeddings">;
type Base = Pick<ModelFolder, "name" | "config">;

/** Absolute path of the adapter's folder; null for a new adapter. */
export function startFolder({ method, lora }: StartSpec, mixtureFile: string): string | null {
  return method === "full" || lora.from === undefined ? null : resolve(dirname(mixtureFile), lora.from);
}

/** Absolute paths of the files that the start is read from; none for a new adapter. */
export function startFiles(spec: StartSpec, mixtureFile: string): string[] {
  const folder = startFolder(spec, mixtureFile);
  return folder === null ? [] : adapterFiles.map(name => join(folder, name)).filter(existsSync);
}

const remedy =
  "Write the path of a folder that PEFT or Pinch saved an adapter in, from the mixture file's folder.";
/** Values of init_lora_weights that leave the weights of the base as they are. */
const plainStarts: readonly unknown[] = [undefined, null, true, false, "gaussian", "orthogonal", "eva"];
/** Settings of PEFT that change what an adapter with these tensors computes. */
const unread = ["alpha_pattern", "layer_replication", "alora_invocation_tokens", "use_qalora"];

/** @throws HumanError if the folder holds no adapter, or one with another shape or for another base */
export function openStart(folder: string, spec: StartSpec, base: Base): SafetensorsFile {
  const json = readRequiredJson(join(folder, "adapter_config.json"), remedy);
  requireSame(folder, json, spec.lora);
  const path = join(folder, "adapter_model.safetensors");
  if (!existsSync(path)) throw new HumanError(`${folder} has no adapter_model.safetensors.`, { remedy });
  const { decoder } = base.config;
  const file = withOneHead(folder, adapterOfTower(openSafetensors(path)), decoder);
  const shape = adapterShapeOf(spec);
  const wanted = trainables(decoder, { kind: "frozen", stored: new Map(), ...shape });
  for (const { name, shape } of wanted) {
    const own = file.entries.get(name)?.shape;
    if (own !== undefined && own.join() !== shape.join())
      throw new HumanError(
        `${folder} was trained on another model: ${name} is [${own.join(", ")}], and ${base.name} needs [${shape.join(", ")}].`,
        { remedy: "Start from an adapter of this model." },
      );
  }
  const saved = savedWeights(decoder, { ...shape, embeddings: true }).map(({ name }) => savedName(name));
  requireLayers(
    folder,
    file,
    wanted.map(({ name }) => name),
    saved,
  );
  return file;
}

/**
 * Returns the file with the output projection under its own name alone: that of the embedding if the two are one weight,
 * which PEFT saves under both names.
 * @throws HumanError if the two were trained apart
 */
function withOneHead(folder: string, file: SafetensorsFile, config: DecoderConfig): SafetensorsFile {
  const own = savedName(headName(config));
  const entries = new Map(file.entries);
  const copies = headCopies(config).filter(name => entries.delete(name));
  const [copy] = copies;
  const stored = copy === undefined ? undefined : file.entries.get(copy);
  if (!config.tiedEmbeddings && stored !== undefined && !entries.has(own)) entries.set(own, stored);
  const kept = { ...file, entries };
  const isApart = (): boolean => {
    const values = readTensorFloat32(kept, own);
    return copies.some(name => readTensorFloat32(file, name).some((value, i) => value !== values[i]));
  };
  const isWhole = entries.has(own) ? copy !== undefined || !config.tiedEmbeddings : copy === undefined;
  if (!isWhole || (entries.has(own) && isApart()))
    throw new HumanError(
      `The adapter in ${folder} has another embedding than output projection, or only one of them, but both are one weight in this model.`,
      { remedy: "Start from an adapter that was trained with ensure_weight_tying." },
    );
  return kept;
}

function requireSame(folder: string, json: JsonObject, lora: TrainingSpec["lora"]): void {
  if (json.peft_type !== undefined && json.peft_type !== "LORA")
    throw new HumanError(`${folder} holds an adapter of the type ${String(json.peft_type)}, not LoRA.`, {
      remedy,
    });
  const scaling = json.use_rslora === true ? "rslora" : "standard";
  for (const [key, theirs, ours] of [
    ["rank", json.r, lora.rank],
    ["alpha", json.lora_alpha, lora.alpha],
    ["scaling", scaling, lora.scaling ?? "standard"],
    ["dora", json.use_dora === true, lora.dora ?? false],
  ] as const)
    if (theirs !== ours)
      throw new HumanError(`The adapter in ${folder} has ${key} ${String(theirs)}, not ${ours}.`, {
        remedy: `Set "${key}: ${String(theirs)}" under train.lora, or start from another adapter.`,
      });
  const other = unread.find(key => isSet(json[key]));
  const named = plainStarts.includes(json.init_lora_weights) ? other : "init_lora_weights";
  if (named !== undefined)
    throw new HumanError(
      `The adapter in ${folder} has ${named}: ${JSON.stringify(json[named])}, which Pinch does not compute.`,
      { remedy: "Start from a plain LoRA adapter." },
    );
}

/** False for what PEFT writes where a setting is not used. */
function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** @param saved Embedding and output projection, which start from the model's if the adapter has none. */
function requireLayers(
  folder: string,
  file: SafetensorsFile,
  wanted: readonly string[],
  saved: readonly string[],
): void {
  const hasSaved = saved.some(name => file.entries.has(name));
  const missing = wanted.filter(name => !file.entries.has(name) && (hasSaved || !saved.includes(name)));
  const more = [...file.entries.keys()].filter(name => !wanted.includes(name));
  const [first] = missing.length > 0 ? missing : more;
  if (first === undefined) return;
  const others = (missing.length > 0 ? missing : more).length - 1;
  const named = `${first}${others > 0 ? ` and ${others} more` : ""}`;
  throw new HumanError(
    missing.length > 0
      ? `The adapter in ${folder} lacks ${named}.`
      : `The adapter in ${folder} also has ${named}, which would not be trained here.`,
    {
      remedy: saved.includes(first)
        ? `${missing.length > 0 ? "Remove" : "Write"} "embeddings: true" under train, or start from another adapter.`
        : "Name the layers that it adapts under train.lora.targets, or start from another adapter.",
    },
  );
}

/**
 * Compares the base of the adapter with the model, as far as it is recorded: in the run that wrote the adapter, or
 * by ids of the Hub.
 * @param model As written in the mixture file.
 * @throws HumanError if it is another
 */
export function requireSameBase(
  folder: string,
  base: Pick<ModelFolder, "sha256">,
  model: string,
  mixtureFile: string,
): void {
  const locked = recordOrNull(dirname(folder))?.lock?.model;
  const { base_model_name_or_path: name } = readRequiredJson(join(folder, "adapter_config.json"), remedy);
  const isOther =
    locked !== undefined ? locked !== base.sha256() : isOtherId(name, model, dirname(mixtureFile));
  if (isOther)
    throw new HumanError(
      `The adapter in ${folder} was trained on ${typeof name === "string" && name !== "" ? name : "another model"}, whose files are not those of ${model}.`,
      { remedy: "Start from an adapter of this model." },
    );
}

const hubId = /^\w[\w.-]*\/\w[\w.-]*$/;

function isOtherId(name: unknown, model: string, folder: string): boolean {
  if (typeof name !== "string" || name === model) return false;
  return [name, model].every(each => hubId.test(each) && !existsSync(resolve(folder, each)));
}

/** Replaces the initial values of a new adapter. */
export function readStart(folder: string, file: SafetensorsFile, parameters: Parameters): void {
  for (const { name } of parameters.slots) {
    if (!file.entries.has(name)) continue; // embeddings of the model
    const values = readTensorFloat32(file, name);
    if (!values.every(Number.isFinite))
      throw new HumanError(`The adapter in ${folder} has values in ${name} that are not finite.`, {
        remedy: "Start from another adapter.",
      });
    parameters.view(parameters.values, name).set(values);
  }
}
