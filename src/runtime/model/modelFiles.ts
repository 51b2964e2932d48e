// Everything of a model folder but its weights: configuration, generation settings, tokenizer, chat template.
import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExportDtype } from "../../protocol/runtime.ts";
import { readOptionalJson } from "./jsonFile.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { loadTokenizer } from "./tokenizer.ts";

/** Written and read by transformers beside tokenizer.json; copied as they are. */
const tokenizerExtras = ["special_tokens_map.json", "added_tokens.json", "chat_template.jinja"] as const;
const generationFile = "generation_config.json";

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Tokenizer files, and the plain template where the model has none, so that
 * `apply_chat_template` gives what Pinch trained on.
 */
export function writeTokenizerFiles(folder: string, base: ModelFolder): void {
  const own = join(base.path, "tokenizer.json");
  if (existsSync(own)) {
    copyFileSync(own, join(folder, "tokenizer.json"));
    for (const name of ["tokenizer_config.json", ...tokenizerExtras])
      if (existsSync(join(base.path, name))) copyFileSync(join(base.path, name), join(folder, name));
  }
  const files = base.tokenizerFiles();
  if (!existsSync(own)) {
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(files.tokenizer));
    // Else transformers takes the class of the architecture, which may build another tokenizer than the file's.
    const config = { tokenizer_class: "PreTrainedTokenizerFast", ...files.config };
    writeJson(join(folder, "tokenizer_config.json"), config);
  }
  const { chatTemplate } = files;
  if (chatTemplate === null || !existsSync(own))
    writeFileSync(join(folder, "chat_template.jinja"), chatTemplate ?? loadTokenizer(base).templateSource);
}

/** config.json with the weights' dtype, and generation_config.json that ends where Pinch's generation ends. */
export function writeConfigFiles(folder: string, base: ModelFolder, dtype: ExportDtype): void {
  // A path on this machine, another name of `torch_dtype`, and a form of weights that these are not in.
  const { _name_or_path: _, dtype: _dtype, quantization_config: _form, ...config } = base.configJson;
  writeJson(join(folder, "config.json"), { ...config, torch_dtype: dtype });
  const path = join(base.path, generationFile);
  const own = (existsSync(path) ? readOptionalJson(path) : null) ?? {
    ...(base.config.bosTokenId === null ? {} : { bos_token_id: base.config.bosTokenId }),
    ...(typeof config.pad_token_id === "number" ? { pad_token_id: config.pad_token_id } : {}),
  };
  const { stopIds } = loadTokenizer(base);
  const eos = stopIds.length === 1 ? stopIds[0] : stopIds;
  writeJson(join(folder, generationFile), { ...own, eos_token_id: eos });
}
