// Determines which files of a repository a model needs.
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { type HubRepository, isRepositoryId, type ListedFile } from "./repository.ts";

/** Files of a vocabulary that other tools read instead of tokenizer.json; llama.cpp needs tokenizer.model. */
export const vocabularyFiles: readonly string[] = [
  "tokenizer.model",
  "spiece.model",
  "sentencepiece.bpe.model",
  "tekken.json",
  "vocab.json",
  "vocab.txt",
  "merges.txt",
];
/** Files that transformers and llama.cpp read along with tokenizer.json. */
export const tokenizerExtras: readonly string[] = [
  ...vocabularyFiles,
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.json",
  "chat_template.jinja",
];
const besideWeights = ["config.json", "generation_config.json", "tokenizer.json", ...tokenizerExtras];
const singleWeights = "model.safetensors";
const weightIndex = "model.safetensors.index.json";

/** Parses `org/name`, or `org/name/file.gguf`. */
export function parseModelId(id: string): { readonly repository: string; readonly file: string | null } {
  const trimmed = id
    .trim()
    .replace(/^https?:\/\/[^/]+\//, "")
    .replace(/\/+$/, "");
  const [organisation = "", name = "", ...rest] = trimmed.split("/");
  const repository = `${organisation}/${name}`;
  const file = rest.length === 0 ? null : rest.join("/");
  const sound = isRepositoryId(repository);
  if (sound && (file === null || (rest.length === 1 && /^[\w.-]+\.gguf$/i.test(file))))
    return { repository, file };
  throw new HumanError(`${id} is not the id of a model on the Hub.`, {
    remedy: "Write it as shown on its page: org/name, or org/name/file.gguf for one file of a repository.",
  });
}

/** Index of weights in several files; null if they are in one file or missing. */
export function weightIndexOf({ files }: HubRepository): ListedFile | null {
  if (files.some(({ name }) => name === singleWeights)) return null;
  return files.find(({ name }) => name === weightIndex) ?? null;
}

/**
 * Weights, configuration and tokenizer, and nothing else of the repository.
 * @param file A GGUF file; null for the safetensors weights.
 * @param index Contents of the weights' index; null if there is none.
 * @throws HumanError if the repository has no such model, with the ones that it has.
 */
export function neededFiles(
  { id, files }: Pick<HubRepository, "files" | "id">,
  file: string | null,
  index: unknown,
): ListedFile[] {
  const ggufs = files.filter(({ name }) => /^[^/]*\.gguf$/i.test(name)).map(({ name }) => name);
  if (file !== null) {
    const found = files.find(({ name }) => name === file);
    if (found !== undefined) return [found];
    throw new HumanError(`${id} has no file ${file}.`, {
      remedy: ggufs.length === 0 ? "It has no GGUF file at all." : `It has ${ggufs.join(", ")}.`,
    });
  }
  const weights = index === null ? [singleWeights] : [weightIndex, ...shardsOf(index, id)];
  const needed = files.filter(({ name }) => besideWeights.includes(name) || weights.includes(name));
  const lacking = (names: readonly string[]): string[] =>
    names.filter(name => !needed.some(one => one.name === name));
  if (index === null && lacking(weights).length > 0) {
    const remedy =
      ggufs.length > 0
        ? `Name one of its GGUF files: ${ggufs.map(name => `${id}/${name}`).join(", ")}.`
        : "Choose a model with .safetensors or .gguf weights; others are converted by save_pretrained(..., safe_serialization=True).";
    throw new HumanError(`${id} has no safetensors weights.`, { remedy });
  }
  const [missing] = lacking([...weights, "config.json", "tokenizer.json"]);
  if (missing === undefined) return needed;
  throw new HumanError(`${id} has no ${missing}, which Pinch needs.`, {
    remedy:
      "Choose a model that has it; AutoTokenizer.save_pretrained and save_pretrained write these files.",
  });
}

/** Files of any name that the index lists. */
function shardsOf(index: unknown, id: string): string[] {
  const map = isObject(index) ? index.weight_map : undefined;
  if (!isObject(map))
    throw new HumanError(`${weightIndex} of ${id} has no weight_map.`, {
      remedy: "Choose another revision: this one was not saved whole.",
    });
  const names = [...new Set(Object.values(map).map(String))];
  const elsewhere = names.find(name => name.includes("/") || name.includes("\\"));
  if (elsewhere === undefined) return names;
  throw new HumanError(`${weightIndex} of ${id} names ${elsewhere}, which is not a file next to it.`, {
    remedy: "Choose a model whose weights are all in one folder.",
  });
}
