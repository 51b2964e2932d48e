// Writes a tokenizer.json as metadata of a GGUF file: the reverse of ggufTokenizer.ts. What llama.cpp would read
// otherwise is refused by name, since a wrong tokenizer in a file shows in nothing but worse answers.
import { HumanError } from "../../../common/errors.ts";
import { isObject, type JsonObject } from "../../../common/json.ts";
import type { ModelFolder } from "../modelFolder.ts";
import { spaceMark, tokenTypes } from "./ggufTokenizer.ts";
import type { MetadataEntry } from "./ggufWriter.ts";
import { mergesFromPieces } from "./pieces.ts";
import { preTokenizerNameOf } from "./preTokenizers.ts";

/** @param what Continues a sentence that begins with the tokenizer. */
function refuse({ name }: Pick<ModelFolder, "name">, what: string): never {
  throw new HumanError(`The tokenizer of ${name} can't be written as GGUF: it ${what}.`, {
    remedy:
      "llama.cpp would tokenize texts otherwise, and answer worse for no visible reason. Export with --format merged, and use the folder with transformers or vLLM.",
  });
}

function isByte(token: string | undefined): boolean {
  return token !== undefined && /^<0x[0-9A-F]{2}>$/.test(token);
}

interface Vocabulary {
  readonly tokens: string[];
  readonly types: number[];
}

interface Added {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** True if it takes effect only between certain characters, or removes white space next to it. */
  readonly conditional: boolean;
}

function addedTokens({ added_tokens: added }: JsonObject, count: number): Added[] {
  return (Array.isArray(added) ? added : []).filter(isObject).flatMap(token => {
    const { id, content, special } = token;
    if (typeof id !== "number" || typeof content !== "string" || id >= count) return [];
    const conditional = [token.lstrip, token.rstrip, token.single_word].includes(true);
    return [{ id, content, special: special === true, conditional }];
  });
}

function ordinaryTokens(model: JsonObject, count: number): [token: string, id: number][] {
  return Object.entries(isObject(model.vocab) ? model.vocab : {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] < count,
  );
}

/** Tokens by id, as many as the model has embeddings; ids without a token are marked as unused. */
function vocabularyOf(tokenizer: JsonObject, model: JsonObject, count: number): Vocabulary {
  const tokens = Array.from({ length: count }, (_, id) => `[PAD${id}]`);
  const types = tokens.map((): number => tokenTypes.unused);
  for (const [token, id] of ordinaryTokens(model, count)) {
    if (types[id] === tokenTypes.normal && isByte(tokens[id])) continue; // Gemma's "\t" has the id of its byte
    tokens[id] = token;
    types[id] = tokenTypes.normal;
  }
  for (const { id, content, special } of addedTokens(tokenizer, count)) {
    tokens[id] = content;
    types[id] = special ? tokenTypes.control : tokenTypes.userDefined;
  }
  return { tokens, types };
}

function mergesOf({ merges }: JsonObject): [string, string][] {
  return (Array.isArray(merges) ? merges : []).map((merge: unknown): [string, string] => {
    if (Array.isArray(merge)) return [String(merge[0]), String(merge[1])];
    const text = String(merge);
    const at = text.indexOf(" ", 1);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

const list = (name: string, element: "string" | "int32" | "float32", values: readonly (string | number)[]) =>
  [`tokenizer.ggml.${name}`, "array", element, values] satisfies MetadataEntry;

function byteLevel(base: ModelFolder, tokenizer: JsonObject, model: JsonObject): MetadataEntry[] {
  const words = preTokenizerNameOf(tokenizer);
  if (words === null)
    refuse(base, "changes a text or splits it into words by rules that llama.cpp has no name for");
  const { tokens, types } = vocabularyOf(tokenizer, model, base.config.decoder.vocabularySize);
  return [
    ["tokenizer.ggml.model", "string", "gpt2"],
    ["tokenizer.ggml.pre", "string", words],
    list("tokens", "string", tokens),
    list("token_type", "int32", types),
    list(
      "merges",
      "string",
      mergesOf(model).map(([left, right]) => `${left} ${right}`),
    ),
  ];
}

/** Parts of a tokenizer.json in one list, whatever their nesting. */
function flat(part: unknown, inner: string): JsonObject[] {
  if (!isObject(part)) return [];
  const parts = part[inner];
  return part.type === "Sequence" && Array.isArray(parts) ? parts.flatMap(each => flat(each, inner)) : [part];
}

function isMarking({ type, pattern, content }: JsonObject): boolean {
  return type === "Replace" && isObject(pattern) && pattern.String === " " && content === spaceMark;
}

/** Gemma splits at spaces, of which none are left once they are marked. */
function splitsAtSpaces({ type, pattern }: JsonObject): boolean {
  return type === "Split" && isObject(pattern) && pattern.String === " ";
}

/**
 * Reports where SentencePiece's mark for a space is put before a text: before each part between special
 * tokens, only before the first, or never. Null for a tokenizer of another kind.
 */
function prefixOf({ normalizer, pre_tokenizer: words }: JsonObject): "each" | "first" | "never" | null {
  const before = flat(normalizer, "normalizers");
  const [scheme, ...others] = flat(words, "pretokenizers").filter(
    part => !(before.some(isMarking) && splitsAtSpaces(part)),
  );
  if (others.length > 0) return null;
  if (scheme === undefined) {
    const [first, second] = before;
    if (before.length === 1 && first && isMarking(first)) return "never";
    const prepends = first?.type === "Prepend" && first.prepend === spaceMark;
    return before.length === 2 && prepends && second && isMarking(second) ? "each" : null;
  }
  if (before.length > 0 || scheme.type !== "Metaspace" || scheme.replacement !== spaceMark) return null;
  if (scheme.split !== false) return null;
  if (scheme.prepend_scheme === "always" || scheme.prepend_scheme === undefined)
    return scheme.add_prefix_space === false ? "never" : "each";
  if (scheme.prepend_scheme === "first") return "first";
  return scheme.prepend_scheme === "never" ? "never" : null;
}

/**
 * Scores from the order of merges: llama.cpp joins the pair whose piece has the highest score.
 * @returns null if no scores give these merges: a pair that makes an ordinary piece is not among them, or those
 * of one piece are not next to each other
 */
function scoresOf({ tokens, types }: Vocabulary, merges: readonly [string, string][]): Float64Array | null {
  const ranks = new Map<string, number>();
  let last = "";
  for (const [left, right] of merges) {
    const piece = left + right;
    if (piece !== last && ranks.has(piece)) return null;
    if (piece !== last) ranks.set(piece, ranks.size + 1);
    last = piece;
  }
  const scores = Float64Array.from(tokens, token => -(ranks.get(token) ?? tokens.length + 1));
  const written = new Set(merges.map(pair => pair.join(" ")));
  const ordinary = new Set(tokens.filter((_, id) => types[id] === tokenTypes.normal));
  const left = mergesFromPieces(tokens, scores).filter(
    pair => ordinary.has(pair.join("")) && !written.has(pair.join(" ")),
  );
  return left.length === 0 ? scores : null;
}

function sentencePiece(
  base: ModelFolder,
  tokenizer: JsonObject,
  model: JsonObject,
  openedByToken: boolean,
): MetadataEntry[] {
  const prefix = prefixOf(tokenizer);
  if (prefix === null || (prefix === "first" && !openedByToken))
    refuse(base, "changes a text or marks its spaces by rules that llama.cpp's SentencePiece doesn't have");
  const vocabulary = vocabularyOf(tokenizer, model, base.config.decoder.vocabularySize);
  const { types } = vocabulary;
  const scores = scoresOf(vocabulary, mergesOf(model));
  if (scores === null) refuse(base, "has merges that no scores of its pieces give");
  const unknown = typeof model.unk_token === "string" ? vocabulary.tokens.indexOf(model.unk_token) : -1;
  if (unknown >= 0) types[unknown] = tokenTypes.unknown;
  const tokens = vocabulary.tokens.map((token, id) => {
    if (types[id] === tokenTypes.normal && isByte(token)) types[id] = tokenTypes.byte;
    // Files store the spaces of tokens that are looked up in the text itself.
    return types[id] === tokenTypes.userDefined ? token.replaceAll(spaceMark, " ") : token;
  });
  return [
    ["tokenizer.ggml.model", "string", "llama"],
    ["tokenizer.ggml.pre", "string", "default"],
    list("tokens", "string", tokens),
    list("scores", "float32", [...scores]),
    list("token_type", "int32", types),
    ["tokenizer.ggml.add_space_prefix", "bool", prefix === "each"],
  ];
}

/**
 * Returns the keys `tokenizer.ggml.…` of a vocabulary with its words, merges and scores.
 * @param template Jinja source, in which tokens may appear
 * @param openedByToken True if every prompt begins with a special token.
 * @throws HumanError that names what llama.cpp would do otherwise
 */
export function vocabularyMetadata(
  base: ModelFolder,
  template: string,
  openedByToken: boolean,
): MetadataEntry[] {
  const { tokenizer } = base.tokenizerFiles();
  const { model } = tokenizer;
  if (!isObject(model) || model.type !== "BPE")
    refuse(
      base,
      `is of type ${String(isObject(model) ? model.type : model)}, and only byte-pair encoding can be`,
    );
  const conditional = addedTokens(tokenizer, base.config.decoder.vocabularySize).find(
    token => token.conditional && (!token.special || template.includes(token.content)),
  );
  if (conditional !== undefined) refuse(base, `removes white space next to ${conditional.content}`);
  const isByteLevel = flat(tokenizer.pre_tokenizer, "pretokenizers").some(({ type }) => type === "ByteLevel");
  if (isByteLevel) return byteLevel(base, tokenizer, model);
  if (model.byte_fallback === true) return sentencePiece(base, tokenizer, model, openedByToken);
  return refuse(base, "has neither byte-level tokens nor byte fallback");
}
