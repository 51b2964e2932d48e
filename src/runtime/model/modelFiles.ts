// Copies everything of a model folder except its weights: configuration, generation settings, tokenizer, chat
// template.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { writeFileAtomically, writeJsonAtomically } from "../../node/atomicWrite.ts";
import { hubCacheFolder } from "../../node/hubFolders.ts";
import { ownModelFiles } from "../../node/plainFiles.ts";
import type { ExportDtype } from "../../protocol/runtime.ts";
import { ChatTemplate } from "./chatTemplate.ts";
import { parseModelJson, readOptionalJson, readOptionalText } from "./jsonFile.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { loadTokenizer } from "./tokenizer.ts";

const tokenizerFile = "tokenizer.json";
/**
 * Files that transformers writes and reads along with tokenizer.json. They are passed on only after they were
 * parsed as what their name says.
 */
const tokenizerExtras = [
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
] as const;
const generationFile = "generation_config.json";

/**
 * Files of a model folder that exist and are to be copied to exported models.
 * @throws HumanError for a link to some unrelated file of the user
 */
export function filesToPassOn({ path }: Pick<ModelFolder, "path">): readonly string[] {
  const names = ["config.json", generationFile, tokenizerFile, ...tokenizerExtras];
  return ownModelFiles(path, names, hubCacheFolder());
}

/**
 * Writes the tokenizer files, and the plain template if the model has none, so that `apply_chat_template`
 * gives what Pinch trained on.
 */
export function writeTokenizerFiles(folder: string, base: ModelFolder): void {
  const present = filesToPassOn(base);
  const own = present.includes(tokenizerFile);
  const copied = own ? [tokenizerFile, ...tokenizerExtras.filter(name => present.includes(name))] : [];
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
}

/** Returns the template that Pinch trained on, with what the mixture file sets of it. */
export function exportedTemplate(base: ModelFolder): string {
  return withVariables(loadTokenizer(base).templateSource, base.chat.template);
}

/**
 * Returns the text that was read and parsed, so that nothing else is passed on. @throws HumanError if it is
 * not valid
 */
function readToPassOn(folder: string, name: string): string {
  const path = join(folder, name);
  const text = readOptionalText(path) ?? "";
  if (name.endsWith(".json")) parseModelJson(text, path, name === tokenizerFile);
  else new ChatTemplate(folder, text);
  return text;
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
  filesToPassOn(base);
  // Drops a path of this machine, a synonym of `torch_dtype`, and a quantization that these weights do not
  // have.
  const { _name_or_path: _, dtype: _dtype, quantization_config: _form, ...config } = base.configJson;
  writeJsonAtomically(join(folder, "config.json"), { ...config, torch_dtype: dtype });
  const path = join(base.path, generationFile);
  const own = (existsSync(path) ? readOptionalJson(path) : null) ?? {
    ...(base.config.bosTokenId === null ? {} : { bos_token_id: base.config.bosTokenId }),
    ...(typeof config.pad_token_id === "number" ? { pad_token_id: config.pad_token_id } : {}),
  };
  const { stopIds } = loadTokenizer(base);
  const eos = stopIds.length === 1 ? stopIds[0] : stopIds;
  writeJsonAtomically(join(folder, generationFile), { ...own, eos_token_id: eos });
}
