// Opens a model in a Hugging Face folder: config.json, tokenizer.json and safetensors weights.
import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { sha256OfFile, sha256OfText } from "../../node/sha256.ts";
import { readOptionalJson, readRequiredJson, requireModest } from "./jsonFile.ts";
import { parseModelConfig } from "./modelConfig.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { renamedTensors } from "./renamedTensors.ts";
import { openSafetensors, readTensorFloat32, readTensorParts, type SafetensorsFile } from "./safetensors.ts";
import { furtherTemplate, readChatTemplate } from "./templateSource.ts";
import { textTower, towerFiles } from "./textTower.ts";
import { checkedTensors, hasOwnHead, weightFileNames } from "./weightFiles.ts";

/** Template file of processors for images and text. */
const processorTemplate = "chat_template.json";
/** File in which older tools store the special tokens, read if tokenizer_config.json lacks them. */
const olderTokens = "special_tokens_map.json";
const tokenizerFile = "tokenizer.json";
const folderRemedy =
  "Choose the folder of a Hugging Face model: config.json, tokenizer.json and .safetensors weights, all in one folder.";
const tokenizerRemedy = "Download the model's tokenizer.json into the folder.";
/** Other forms of a tokenizer, which transformers converts. */
const convertible = [
  "tokenizer.model",
  "spiece.model",
  "sentencepiece.bpe.model",
  "tekken.json",
  "vocab.json",
];

function missingTokenizer(folder: string): HumanError {
  const other = convertible.find(name => existsSync(join(folder, name)));
  const quoted = JSON.stringify(folder);
  if (other === undefined)
    return new HumanError(`${join(folder, tokenizerFile)} is missing.`, { remedy: tokenizerRemedy });
  return new HumanError(`${folder} has ${other}, but no ${tokenizerFile}.`, {
    remedy: `Convert it: pip install transformers sentencepiece protobuf tiktoken, then python -c 'from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(${quoted}).save_pretrained(${quoted})'.`,
  });
}

const ownHeadNote =
  "config.json ties the output projection to the embeddings, but the weights hold another one (lm_head.weight or embed_out.weight). " +
  "It is used, as in transformers 5; transformers 4 ignores it.";

const hashedBesideWeights = [
  "config.json",
  "generation_config.json",
  tokenizerFile,
  "tokenizer_config.json",
  "chat_template.jinja",
];

/** @param folder Absolute path. */
export function openHuggingFaceFolder(folder: string, chat: ChatOptions): ModelFolder {
  const configPath = join(folder, "config.json");
  const written = readRequiredJson(configPath, folderRemedy);
  const generation = readOptionalJson(join(folder, "generation_config.json")) ?? {};
  const tower = textTower(configPath, written);
  const read = tower ?? written;
  const parsed = parseModelConfig(configPath, read, generation);
  const names = weightFileNames(folder);
  const tokenizer = join(folder, tokenizerFile);
  if (!existsSync(tokenizer)) throw missingTokenizer(folder);
  const stored = names.map(name => openSafetensors(join(folder, name)));
  const own = tower === null ? stored : towerFiles(stored);
  const files = own.map(file => renamedTensors(file, parsed.otherNames));
  const untied = parsed.decoder.tiedEmbeddings && hasOwnHead(files, parsed.decoder);
  const configJson = untied ? { ...read, tie_word_embeddings: false } : read;
  const config = untied ? { ...parsed, decoder: { ...parsed.decoder, tiedEmbeddings: false } } : parsed;
  const tensors = checkedTensors(folder, files, config);
  let parameterCount = 0;
  for (const { shape } of tensors.values())
    parameterCount += shape.reduce((product, size) => product * size, 1);
  const chatTemplate = readChatTemplate(folder, chat.templateName);
  let hash: string | null = null;
  const fileOf = (name: string): SafetensorsFile => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`The model has no tensor ${name}.`);
    return tensor.file;
  };
  return {
    path: folder,
    name: basename(folder),
    config,
    configJson,
    isTower: tower !== null,
    notes: untied ? [ownHeadNote] : [],
    tensors,
    parameterCount,
    template: chatTemplate === null ? "plain" : "own",
    chat,
    readTensor: name => readTensorFloat32(fileOf(name), name),
    readParts: name => readTensorParts(fileOf(name), name),
    tokenizerFiles: () => ({
      tokenizer: readRequiredJson(tokenizer, tokenizerRemedy, true),
      config: {
        ...readOptionalJson(join(folder, olderTokens)),
        ...readOptionalJson(join(folder, "tokenizer_config.json")),
      },
      chatTemplate,
      ...(chatTemplate === null &&
        existsSync(join(folder, processorTemplate)) && { unreadTemplate: processorTemplate }),
    }),
    // Hash of the lines `<sha256>  <file name>\n`, in the format of `sha256sum`, sorted by name.
    sha256() {
      const besideWeights = [
        ...hashedBesideWeights.filter(name => existsSync(join(folder, name))),
        ...(chat.templateName === undefined ? [] : furtherTemplate(folder, chat.templateName)),
      ];
      for (const name of besideWeights) requireModest(join(folder, name), statSync(join(folder, name)));
      const present = [...names, ...besideWeights].sort();
      hash ??= sha256OfText(present.map(name => `${sha256OfFile(join(folder, name))}  ${name}\n`).join(""));
      return hash;
    },
  };
}
