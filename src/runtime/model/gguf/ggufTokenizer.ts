// Converts the tokenizer in a GGUF file's metadata to tokenizer.json and tokenizer_config.json.
import { HumanError } from "../../../common/errors.ts";
import type { JsonObject } from "../../../common/json.ts";
import type { TokenizerFiles } from "../modelFolder.ts";
import { type GgufFile, readNumbers, readStrings } from "./ggufFile.ts";
import { damaged } from "./ggufReader.ts";
import { mergesFromPieces } from "./pieces.ts";
import { preTokenizerNames, preTokenizerOf } from "./preTokenizers.ts";

/** Values of `tokenizer.ggml.token_type` in llama.cpp. */
export const tokenTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** Mark that SentencePiece writes for a space. */
export const spaceMark = "\u2581";

const otherFile =
  "Choose the Hugging Face folder of the same model (config.json, tokenizer.json, .safetensors).";

interface Vocabulary {
  readonly tokens: readonly string[];
  /** Type of each token; if empty, all are ordinary tokens. */
  readonly types: Float64Array;
}

function readVocabulary(file: GgufFile): Vocabulary {
  const tokens = readStrings(file, "tokenizer.ggml.tokens");
  if (tokens === null || tokens.length === 0)
    throw new HumanError(`${file.path} has no tokenizer (tokenizer.ggml.tokens is missing).`, {
      remedy: otherFile,
    });
  const types = readNumbers(file, "tokenizer.ggml.token_type") ?? new Float64Array();
  if (types.length !== 0 && types.length !== tokens.length)
    throw new HumanError(
      `${file.path}: ${tokens.length} tokens with ${types.length} token types can't belong together.`,
      { remedy: damaged },
    );
  return { tokens, types };
}

function flag(file: GgufFile, key: string, missing: boolean): boolean {
  const value = file.metadata.get(`tokenizer.ggml.${key}`);
  return typeof value === "boolean" ? value : missing;
}

function text(file: GgufFile, key: string): string | null {
  const value = file.metadata.get(key);
  return typeof value === "string" ? value : null;
}

/** Returns the text of a token whose id the metadata gives. */
function tokenText(file: GgufFile, { tokens }: Vocabulary, key: string): string | null {
  const id = file.metadata.get(`tokenizer.ggml.${key}`);
  if (id === undefined) return null;
  const token = typeof id === "number" ? tokens[id] : undefined;
  if (token !== undefined) return token;
  throw new HumanError(`${file.path}: tokenizer.ggml.${key} is ${String(id)}, beyond the vocabulary.`, {
    remedy: damaged,
  });
}

/** Returns the tokens that are recognised in a text before it is split into words. */
function addedTokens({ tokens, types }: Vocabulary): JsonObject[] {
  const added: JsonObject[] = [];
  for (const [id, content] of tokens.entries()) {
    const type = types[id];
    const special = type === tokenTypes.control || type === tokenTypes.unknown;
    if ((!special && type !== tokenTypes.userDefined) || content === "") continue;
    added.push({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special });
  }
  return added;
}

function idsByToken(tokens: readonly string[]): JsonObject {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** Merges as written, `left right`; neither side contains a space. */
function writtenMerges(file: GgufFile): [string, string][] | null {
  const merges = readStrings(file, "tokenizer.ggml.merges");
  if (merges === null) return null;
  return merges.map(merge => {
    const at = merge.indexOf(" ", 1);
    if (at < 0)
      throw new HumanError(`${file.path}: the merge ${JSON.stringify(merge)} is not a pair.`, {
        remedy: damaged,
      });
    return [merge.slice(0, at), merge.slice(at + 1)];
  });
}

const bytePairs = { type: "BPE", dropout: null, continuing_subword_prefix: null, end_of_word_suffix: null };

function byteLevelTokenizer(file: GgufFile, vocabulary: Vocabulary): JsonObject {
  const name = text(file, "tokenizer.ggml.pre") ?? "default";
  const words = preTokenizerOf(name);
  if (words === null)
    throw new HumanError(`${file.path}: the pre-tokenizer ${name} is not supported.`, {
      remedy: `${otherFile} Supported in GGUF files: ${preTokenizerNames.join(", ")}.`,
    });
  const merges = writtenMerges(file);
  if (merges === null)
    throw new HumanError(`${file.path} has no merges (tokenizer.ggml.merges is missing).`, {
      remedy: otherFile,
    });
  return {
    version: "1.0",
    added_tokens: addedTokens(vocabulary),
    normalizer: words.normalizer,
    pre_tokenizer: words.preTokenizer,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      ...bytePairs,
      unk_token: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: words.wholeWords,
      vocab: idsByToken(vocabulary.tokens),
      merges,
    },
  };
}

/**
 * Writes user-defined runs of spaces as marks. Files store them as spaces, although text is looked up after
 * its spaces have become marks. As ordinary pieces they are merged from marks, and remain the longest runs.
 */
function withMarks({ tokens, types }: Vocabulary): Vocabulary {
  const isSpaces = (token: string): boolean => /^ +$/.test(token);
  return {
    tokens: tokens.map(token => (isSpaces(token) ? spaceMark.repeat(token.length) : token)),
    types: types.map((type, id) => (isSpaces(tokens[id] ?? "") ? tokenTypes.normal : type)),
  };
}

/** Converters write it for a folder that lacks tokenizer.model. */
function withoutScores(file: GgufFile): HumanError {
  return new HumanError(
    `${file.path}: all pieces of its tokenizer have the same score, and there are no merges, so texts can't be split as the model learned it.`,
    {
      remedy: `${otherFile} Or convert that folder again with its tokenizer.model in it.`,
    },
  );
}

function scoresOf(file: GgufFile, isGemma: boolean, count: number): Float64Array {
  // The scores of Gemma's user-defined pieces are meaningless; its merges are ordered like its vocabulary.
  if (isGemma) return Float64Array.from({ length: count }, (_, id) => -id);
  const scores = readNumbers(file, "tokenizer.ggml.scores");
  if (scores?.length === count) {
    if (scores.every(score => score === scores[0])) throw withoutScores(file);
    return scores;
  }
  throw new HumanError(`${file.path}: ${count} tokens with ${scores?.length ?? 0} scores.`, {
    remedy: damaged,
  });
}

function sentencePieceTokenizer(file: GgufFile, read: Vocabulary, unknown: string | null): JsonObject {
  const isGemma = (text(file, "general.architecture") ?? "").startsWith("gemma");
  const vocabulary = withMarks(read);
  const { tokens } = vocabulary;
  const prefixed = flag(file, "add_space_prefix", !isGemma);
  const marked = { type: "Replace", pattern: { String: " " }, content: spaceMark };
  const decoders = [
    { type: "Replace", pattern: { String: spaceMark }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
  ];
  const prefix = { type: "Prepend", prepend: spaceMark };
  const withoutPrefix = { type: "Strip", content: " ", start: 1, stop: 0 };
  return {
    version: "1.0",
    added_tokens: addedTokens(vocabulary),
    normalizer: prefixed ? { type: "Sequence", normalizers: [prefix, marked] } : marked,
    pre_tokenizer: null,
    decoder: { type: "Sequence", decoders: prefixed ? [...decoders, withoutPrefix] : decoders },
    model: {
      ...bytePairs,
      unk_token: unknown,
      fuse_unk: true,
      byte_fallback: tokens.includes("<0x00>"),
      ignore_merges: false,
      vocab: idsByToken(tokens),
      merges: writtenMerges(file) ?? mergesFromPieces(tokens, scoresOf(file, isGemma, tokens.length)),
    },
  };
}

/** Adds the beginning-of-sequence token if the file says so. */
function postProcessor(bos: string | null, bosId: number, add: boolean): JsonObject | null {
  if (!add || bos === null) return null;
  const first = { SpecialToken: { id: bos, type_id: 0 } };
  const a = { Sequence: { id: "A", type_id: 0 } };
  const b = { Sequence: { id: "B", type_id: 1 } };
  return {
    type: "TemplateProcessing",
    single: [first, a],
    pair: [first, a, b],
    special_tokens: { [bos]: { id: bos, ids: [bosId], tokens: [bos] } },
  };
}

/**
 * Returns a chat template; null if the file has none.
 * @param name Name of the template; by default the file's default template.
 * @throws HumanError if the file has templates but none of this name
 */
export function chatTemplateOf(file: GgufFile, name?: string): string | null {
  const key = "tokenizer.chat_template";
  const template = text(file, name === undefined || name === "default" ? key : `${key}.${name}`);
  if (template !== null && template.trim() !== "") return template;
  if (name === undefined) return null;
  throw new HumanError(`${file.path} has no chat template of the name ${name}.`, {
    remedy: "Leave templateName out, or choose the file of another conversion.",
  });
}

export function ggufTokenizer(file: GgufFile, templateName?: string): TokenizerFiles {
  const vocabulary = readVocabulary(file);
  const model = text(file, "tokenizer.ggml.model");
  const bos = tokenText(file, vocabulary, "bos_token_id");
  const unknown = tokenText(file, vocabulary, "unknown_token_id");
  const special = {
    bos_token: bos,
    eos_token: tokenText(file, vocabulary, "eos_token_id"),
    unk_token: unknown,
    pad_token: tokenText(file, vocabulary, "padding_token_id"),
  };
  if (model !== "gpt2" && model !== "llama")
    throw new HumanError(`${file.path}: a tokenizer of kind ${model ?? "(none)"} is not supported.`, {
      remedy: `${otherFile} Supported in GGUF files: gpt2 (byte-level BPE) and llama (SentencePiece BPE).`,
    });
  const tokenizer =
    model === "gpt2"
      ? byteLevelTokenizer(file, vocabulary)
      : sentencePieceTokenizer(file, vocabulary, unknown);
  const addBos = flag(file, "add_bos_token", model === "llama");
  return {
    tokenizer: {
      ...tokenizer,
      post_processor: postProcessor(bos, vocabulary.tokens.indexOf(bos ?? ""), addBos),
    },
    config: { ...special, add_bos_token: addBos, clean_up_tokenization_spaces: false },
    ...(model === "llama" && { fromPieces: true }),
    chatTemplate: chatTemplateOf(file, templateName),
  };
}
