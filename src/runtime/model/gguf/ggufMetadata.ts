// Describes an exported model in the header of a GGUF file: its base, its tokenizer, and the template of its prompts.
import { isObject } from "../../../common/json.ts";
import { exportedTemplate } from "../modelFiles.ts";
import type { ModelFolder, TokenizerFiles } from "../modelFolder.ts";
import { type ChatTokenizer, loadTokenizer } from "../tokenizer.ts";
import { endKeys } from "./ggufConfig.ts";
import { openGguf, readStoredValue } from "./ggufFile.ts";
import { decoderMetadata } from "./ggufKeys.ts";
import { isGgufName } from "./ggufModel.ts";
import { vocabularyMetadata } from "./ggufVocabulary.ts";
import type { MetadataEntry } from "./ggufWriter.ts";
import type { WrittenType } from "./quantizeBlocks.ts";

/** Values of `general.file_type` in llama.cpp. */
export const fileTypes: Readonly<Record<WrittenType, number>> = { F32: 0, F16: 1, Q8_0: 7, BF16: 32 };
/** Version of the block formats, which llama.cpp asks for in files with quantised tensors. */
const blockVersion = 2;

/** Keys that describe the file and not the model in it. */
const ofTheFile =
  /^(?:general\.(?:architecture|type|name|file_type|quantization_version|alignment)|split\.|quantize\.)/;

/** Everything that the header of a base says about the model, byte for byte. */
function headerOf(path: string): MetadataEntry[] {
  const file = openGguf(path);
  return [...file.metadata.keys()]
    .filter(key => !ofTheFile.test(key))
    .map(key => [key, "stored", readStoredValue(file, key)]);
}

/** Reports whether a tokenizer puts this token before a text. */
function addsFirst({ tokenizer }: TokenizerFiles, token: string): boolean {
  const processor = tokenizer.post_processor;
  if (!isObject(processor)) return false;
  const parts = processor.type === "Sequence" ? processor.processors : [processor];
  return (Array.isArray(parts) ? parts : []).filter(isObject).some(({ single }) => {
    const first: unknown = Array.isArray(single) ? single[0] : undefined;
    return isObject(first) && isObject(first.SpecialToken) && first.SpecialToken.id === token;
  });
}

/** Texts of the special tokens that templates may name. */
export function specialTexts(base: ModelFolder): Partial<Record<string, string>> {
  const { config } = base.tokenizerFiles();
  const named = ["bos_token", "eos_token", "unk_token", "pad_token"].flatMap(key => {
    const value = config[key];
    const text = isObject(value) ? value.content : value;
    return typeof text === "string" ? [[key, text] as const] : [];
  });
  const { bosTokenId, eosTokenIds } = base.config;
  const tokens = loadTokenizer(base).addedTokens();
  const textOf = (id: number | null | undefined): string | undefined =>
    tokens.find(token => token.id === id)?.content;
  return {
    eos_token: textOf(eosTokenIds[0]),
    ...("bos_token" in config ? {} : { bos_token: textOf(bosTokenId) }),
    ...Object.fromEntries(named),
  };
}

/** Returns the id of a token by its text; undefined if the model has none. */
function idOf(base: ModelFolder, text: string | undefined): number | undefined {
  const { tokenizer } = base.tokenizerFiles();
  const { model, added_tokens: added } = tokenizer;
  const special = (Array.isArray(added) ? added : []).filter(isObject).find(token => token.content === text);
  const vocabulary = isObject(model) && isObject(model.vocab) ? model.vocab : {};
  const id = text === undefined ? undefined : (special?.id ?? vocabulary[text]);
  return typeof id === "number" && id < base.config.decoder.vocabularySize ? id : undefined;
}

/** Reports whether llama.cpp is to put the beginning-of-sequence token before a prompt, as Pinch has trained. */
export function beginsWithBos(base: ModelFolder, tokenizer: ChatTokenizer): boolean {
  const { bos_token: text } = specialTexts(base);
  if (text === undefined || !addsFirst(base.tokenizerFiles(), text)) return false;
  return tokenizer.formatPrompt({ prompt: "1" })[0] === idOf(base, text);
}

function specialKeys(base: ModelFolder, tokenizer: ChatTokenizer): MetadataEntry[] {
  const texts = specialTexts(base);
  const eos = idOf(base, texts.eos_token);
  const ends = [eos, ...tokenizer.stopIds.filter(id => id !== eos)];
  const ids: [string, number | undefined][] = [
    ["bos_token_id", idOf(base, texts.bos_token)],
    ...endKeys.map((key, at): [string, number | undefined] => [key, ends[at]]),
    ["unknown_token_id", idOf(base, texts.unk_token)],
    ["padding_token_id", idOf(base, texts.pad_token)],
  ];
  return [
    ...ids.flatMap(([key, id]): MetadataEntry[] =>
      id === undefined ? [] : [[`tokenizer.ggml.${key}`, "uint32", id]],
    ),
    ["tokenizer.ggml.add_bos_token", "bool", beginsWithBos(base, tokenizer)],
    ["tokenizer.ggml.add_eos_token", "bool", false],
    ["tokenizer.chat_template", "string", exportedTemplate(base)],
  ];
}

function opensWithSpecial(tokenizer: ChatTokenizer): boolean {
  const [first] = tokenizer.formatPrompt({ prompt: "1" });
  return tokenizer.addedTokens().some(({ id, special }) => special && id === first);
}

/** Later entries replace earlier ones of the same key. */
function combined(...groups: readonly MetadataEntry[][]): MetadataEntry[] {
  return [...new Map(groups.flat().map(entry => [entry[0], entry])).values()];
}

/**
 * Returns the metadata of a whole model. A base that is a GGUF file passes on its own.
 * @throws HumanError if llama.cpp would tokenize texts otherwise
 */
export function modelMetadata(
  base: ModelFolder,
  architecture: string,
  name: string,
  type: WrittenType,
): MetadataEntry[] {
  const tokenizer = loadTokenizer(base);
  const model = isGgufName(base.path)
    ? headerOf(base.path)
    : [
        ...decoderMetadata(architecture, base.config.decoder, base.config.maxPositions),
        ...vocabularyMetadata(base, tokenizer.templateSource, opensWithSpecial(tokenizer)),
      ];
  const file: MetadataEntry[] = [
    ["general.architecture", "string", architecture],
    ["general.type", "string", "model"],
    ["general.name", "string", name],
    ["general.file_type", "uint32", fileTypes[type]],
    ["general.quantization_version", "uint32", blockVersion],
  ];
  return combined(file, model, specialKeys(base, tokenizer));
}
