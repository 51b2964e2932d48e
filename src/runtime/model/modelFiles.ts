// Copies everything of a model folder except its weights: configuration, generation settings, tokenizer, chat
// template.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { writeFileAtomically, writeJsonAtomically } from "../../node/atomicWrite.ts";
import { hubCacheFolder } from "../../node/hubFolders.ts";
import { ownModelFiles } from "../../node/plainFiles.ts";
import type { ExportDtype } from "../../protocol/runtime.ts";
import { tokenizerExtras, vocabularyFiles } from "../hub/modelNeeds.ts";
import { ChatTemplate } from "./chatTemplate.ts";
import { jsonWithFloats } from "./floatSpelling.ts";
import { modelText, parseModelJson, readModelBytes, readOptionalJson, readOptionalText } from "./jsonFile.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { isSentencePiece } from "./sentencePieceFile.ts";
import { furtherTemplateFiles } from "./templateSource.ts";
import { loadTokenizer } from "./tokenizer.ts";

const configFile = "config.json";
const tokenizerFile = "tokenizer.json";
const generationFile = "generation_config.json";

/**
 * Files of a model folder that exist and are to be copied to exported models.
 * @throws HumanError for a link to some unrelated file of the user
 */
export function filesToPassOn({ path }: Pick<ModelFolder, "path">): readonly string[] {
  const names = [configFile, generationFile, tokenizerFile, ...extrasOf(path)];
  return ownModelFiles(path, names, hubCacheFolder());
}

/** They are passed on only after they were parsed as what their name says. */
function extrasOf(folder: string): readonly string[] {
  return [...tokenizerExtras, ...furtherTemplateFiles(folder)];
}

/**
 * Copies the tokenizer files, and writes the plain template if the model has none, so that
 * `apply_chat_template` gives what Pinch trained on.
 * @returns What the user should know about the files, if anything.
 */
export function writeTokenizerFiles(folder: string, base: ModelFolder): string | null {
  const present = filesToPassOn(base);
  const own = present.includes(tokenizerFile);
  const copied = own ? [tokenizerFile, ...extrasOf(base.path).filter(name => present.includes(name))] : [];
  for (const name of copied) writeFileAtomically(join(folder, name), readToPassOn(base.path, name));
  const files = base.tokenizerFiles();
  if (!own) {
    writeFileAtomically(join(folder, tokenizerFile), JSON.stringify(files.tokenizer));
    // Without it, transformers uses the architecture's class, which may construct a different tokenizer than
    // the file's.
    const config = { tokenizer_class: "PreTrainedTokenizerFast", ...files.config };
    writeJsonAtomically(join(folder, "tokenizer_config.json"), config);
  }
  const { chatTemplate } = files;
  const { template: variables, templateName } = base.chat;
  if (chatTemplate === null || !own || variables !== undefined || templateName !== undefined)
    writeFileAtomically(join(folder, "chat_template.jinja"), exportedTemplate(base));
  return files.fromPieces === true
    ? `${base.name} is a GGUF file with a SentencePiece vocabulary: its tokenizer.json was written from it, but not the tokenizer.model that llama.cpp's converter needs. Copy that from the original model before you convert the folder.`
    : null;
}

/** Returns the template that Pinch trained on, with what the mixture file sets of it. */
export function exportedTemplate(base: ModelFolder): string {
  return withVariables(loadTokenizer(base).templateSource, base.chat.template);
}

const invalidText = "\ufffd";

/**
 * Returns the bytes that were read and parsed, so that nothing else is passed on. @throws HumanError if they
 * are not what the name says
 */
function readToPassOn(folder: string, name: string): Buffer {
  const path = join(folder, name);
  const bytes = readModelBytes(path) ?? Buffer.alloc(0);
  const isBinary = name.endsWith(".model");
  const text = isBinary ? "" : modelText(bytes);
  if (name.endsWith(".json"))
    parseModelJson(text, path, name === tokenizerFile || vocabularyFiles.includes(name));
  else if (name.endsWith(".jinja")) new ChatTemplate(folder, text);
  else if (isBinary ? !isSentencePiece(bytes) : text.includes(invalidText))
    throw new HumanError(`${path} is not ${isBinary ? "a SentencePiece model" : "UTF-8 text"}.`, {
      remedy: "Download or copy the file again, or remove it: tokenizer.json is what Pinch reads.",
    });
  return bytes;
}

/**
 * Makes the variables set in the mixture file the defaults of the exported template, which its users can
 * override.
 */
function withVariables(template: string, variables: ChatOptions["template"] = {}): string {
  const set = Object.entries(variables).map(
    ([name, value]) =>
      `{%- if ${name} is not defined -%}{%- set ${name} = ${literal(value)} -%}{%- endif -%}`,
  );
  return set.join("") + template;
}

/** Formats a value as a Jinja literal. */
function literal(value: string | number | boolean): string {
  return typeof value === "string" ? `'${value.replace(/[\\']/g, "\\$&")}'` : String(value);
}

/**
 * Writes config.json with the dtype of the weights, and generation_config.json with the stop tokens that
 * Pinch uses.
 */
export function writeConfigFiles(folder: string, base: ModelFolder, dtype: ExportDtype): void {
  const present = filesToPassOn(base);
  // Drops a path of this machine, a synonym of `torch_dtype`, and a quantization that these weights do not
  // have.
  const { _name_or_path: _, dtype: _dtype, quantization_config: _form, ...config } = base.configJson;
  const written = present.includes(configFile) ? readOptionalText(join(base.path, configFile)) : null;
  const text = jsonWithFloats({ ...config, torch_dtype: dtype }, written ?? "");
  writeFileAtomically(join(folder, configFile), `${text}\n`);
  const path = join(base.path, generationFile);
  const own = (existsSync(path) ? readOptionalJson(path) : null) ?? {
    ...(base.config.bosTokenId === null ? {} : { bos_token_id: base.config.bosTokenId }),
    ...(typeof config.pad_token_id === "number" ? { pad_token_id: config.pad_token_id } : {}),
  };
  const { stopIds } = loadTokenizer(base);
  const eos = stopIds.length === 1 ? stopIds[0] : stopIds;
  writeJsonAtomically(join(folder, generationFile), { ...own, eos_token_id: eos });
}
