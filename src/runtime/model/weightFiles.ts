// Weight files of a Hugging Face folder: which there are, and the tensors that a configuration needs from them.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { type DecoderConfig, embeddingName, headName } from "../../graph/nn/decoderConfig.ts";
import { xIeluBeta } from "../../graph/nn/xIelu.ts";
import { equalTensors } from "./equalTensors.ts";
import { expectedTensors } from "./expectedTensors.ts";
import { readOptionalJson } from "./jsonFile.ts";
import type { ModelConfig } from "./modelConfig.ts";
import type { ModelTensor, StoredTensor } from "./modelFolder.ts";
import { readTensorFloat32, type SafetensorsDtype, type SafetensorsFile } from "./safetensors.ts";

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";

/** Names of the safetensors files in a folder. */
export function weightFileNames(folder: string): string[] {
  if (!existsSync(join(folder, singleFile))) return shardsOf(folder);
  const others = existsSync(join(folder, indexFile)) ? shardNames(folder) : [];
  if (others.some(name => name !== singleFile && existsSync(join(folder, name))))
    throw new HumanError(`${folder} holds two models: ${singleFile}, and the shards of ${indexFile}.`, {
      remedy: "Move the files of one of them to another folder.",
    });
  return [singleFile];
}

/**
 * Reports whether the weights hold an output projection with other values than the embeddings. Some tools
 * save one although config.json says that there is none.
 */
export function hasOwnHead(files: readonly SafetensorsFile[], decoder: DecoderConfig): boolean {
  const [head, embeddings] = [headName({ ...decoder, tiedEmbeddings: false }), embeddingName(decoder)];
  const holding = (name: string) => files.find(({ entries }) => entries.has(name));
  const [own, tied] = [holding(head), holding(embeddings)];
  return own !== undefined && tied !== undefined && !equalTensors(own, head, tied, embeddings);
}

/** Names of the shards in the index file, whether they are there or not. */
function shardNames(folder: string): string[] {
  const indexPath = join(folder, indexFile);
  const index = readOptionalJson(indexPath);
  if (index === null)
    throw new HumanError(`${folder} has neither ${singleFile} nor ${indexFile}.`, {
      remedy:
        "Choose a folder with safetensors weights; PyTorch .bin weights are converted by save_pretrained(..., safe_serialization=True).",
    });
  const map = index.weight_map;
  if (!isObject(map))
    throw new HumanError(`${indexPath} has no weight_map.`, { remedy: "Download or copy the file again." });
  return [...new Set(Object.values(map).map(String))].sort();
}

function shardsOf(folder: string): string[] {
  const indexPath = join(folder, indexFile);
  const names = shardNames(folder);
  for (const name of names) {
    if (name !== basename(name) || name === "..")
      throw new HumanError(`${indexPath} names ${name}, which is not a file next to it.`, {
        remedy: "Use the model's original index file.",
      });
    if (!existsSync(join(folder, name)))
      throw new HumanError(`${join(folder, name)} is missing; ${indexFile} names it.`, {
        remedy: "Download the model's remaining files.",
      });
  }
  return names;
}

const storedTypes: Partial<Record<SafetensorsDtype, StoredTensor["dtype"]>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

/**
 * Refuses weights with another value of a constant than the one that is computed with. Files of Apertus store
 * β of its activation.
 */
function requireConstants(files: readonly SafetensorsFile[]): void {
  for (const file of files)
    for (const name of file.entries.keys())
      if (name.endsWith(".act_fn.beta") && readTensorFloat32(file, name)[0] !== xIeluBeta)
        throw new HumanError(`${file.path}: ${name} is not ${xIeluBeta}, which is not supported.`, {
          remedy: "Choose another model, or ask for this one to be supported.",
        });
}

/** Returns every tensor that the configuration requires. @throws HumanError for the first that does not fit */
export function checkedTensors(folder: string, files: readonly SafetensorsFile[], config: ModelConfig) {
  requireConstants(files);
  const tensors = new Map<string, ModelTensor & { readonly file: SafetensorsFile }>();
  for (const [name, shape] of expectedTensors(config)) {
    const [file, other] = files.filter(candidate => candidate.entries.has(name));
    if (file !== undefined && other !== undefined)
      throw new HumanError(`${name} is in ${file.path} and in ${other.path}.`, {
        remedy: "Keep the files of one model in the folder.",
      });
    const entry = file?.entries.get(name);
    if (file === undefined || entry === undefined) {
      const why =
        !config.decoder.tiedEmbeddings && name === headName(config.decoder)
          ? " (config.json does not tie it to the embeddings)"
          : "";
      throw new HumanError(`${folder}: tensor ${name} is missing from the weights${why}.`, {
        remedy:
          "Check that config.json and the weights belong to the same model and that all shards are there.",
      });
    }
    if (entry.shape.join() !== shape.join())
      throw new HumanError(
        `${file.path}: tensor ${name} has shape [${entry.shape.join(", ")}], config.json asks for [${shape.join(", ")}].`,
        { remedy: "Check that config.json and the weights belong to the same model." },
      );
    const dtype = storedTypes[entry.dtype];
    if (dtype === undefined)
      throw new HumanError(
        `${file.path}: tensor ${name} is ${entry.dtype}; F32, F16 and BF16 are supported.`,
        {
          remedy: "Save the model in one of these formats.",
        },
      );
    const { offset, length } = entry;
    tensors.set(name, { name, shape, stored: { path: file.path, dtype, offset, length }, file });
  }
  return tensors;
}
