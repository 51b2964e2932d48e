// A tokenizer as tokenizer.json describes it, with the same tokens as Hugging Face's library in Rust.
import { isObject, type JsonObject } from "../../common/json.ts";
import { type AddedToken, addedTokensOf, finders, type TokenFinder } from "./addedTokens.ts";
import { isInUtf8, utf8Letters } from "./byteLetters.ts";
import { bytePairs } from "./bytePairs.ts";
import { type Decoder, decoderOf } from "./decoders.ts";
import { partOf, unsupported } from "./fields.ts";
import { byteToken, type Model, missing } from "./model.ts";
import { type Normalizer, normalizerOf } from "./normalizers.ts";
import type { Piece } from "./piece.ts";
import { firstTokenOf } from "./postProcessor.ts";
import { type PreTokenizer, preTokenizerOf } from "./preTokenizers.ts";
import { unigram } from "./unigram.ts";
import { wordLevel, wordPiece } from "./words.ts";

/** Files of older libraries name no type. */
function typeOf(model: JsonObject): unknown {
  if (model.type !== undefined) return model.type;
  if (Array.isArray(model.vocab)) return "Unigram";
  if ("merges" in model) return "BPE";
  return "continuing_subword_prefix" in model ? "WordPiece" : "WordLevel";
}

function modelOf(model: JsonObject): Model {
  switch (typeOf(model)) {
    case "BPE":
      return bytePairs(model);
    case "Unigram":
      return unigram(model);
    case "WordPiece":
      return wordPiece(model);
    case "WordLevel":
      return wordLevel(model);
    default:
      return unsupported("model", model);
  }
}

/** Reports whether a model has tokens for all bytes, so that it can write every text. */
function coversAllText({ ids, spells, fallsBack }: Model, json: JsonObject): boolean {
  const inLetters = [json.normalizer, json.pre_tokenizer].some(isByteLevel);
  const alphabet = inLetters ? utf8Letters : fallsBack ? utf8Bytes.map(byteToken) : null;
  return alphabet !== null && spells && alphabet.every(token => ids.has(token));
}

const utf8Bytes = Array.from({ length: 256 }, (_, byte) => byte).filter(isInUtf8);

/** Reports whether a normalizer or pre-tokenizer ends by writing bytes as letters. */
function isByteLevel(part: unknown): boolean {
  if (!isObject(part)) return false;
  const steps = part.normalizers ?? part.pretokenizers;
  return part.type === "ByteLevel" || (Array.isArray(steps) && steps.some(isByteLevel));
}

export class JsonTokenizer {
  readonly addedTokens: readonly AddedToken[];
  /** Token that stands for what the tokenizer can't represent; undefined if it has none. */
  readonly unknownId: number | undefined;
  /** False if every text has tokens of its own. */
  readonly canLose: boolean;
  /** Token with which texts begin when special tokens are added; null if they begin without. */
  readonly firstToken: string | null;
  readonly #normalizer: Normalizer;
  readonly #preTokenizer: PreTokenizer;
  readonly #model: Model;
  readonly #decoder: Decoder;
  readonly #finders: readonly [asWritten: TokenFinder, normalized: TokenFinder];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #texts = new Map<number, string>();
  /** As what tokens are decoded that are recognised after normalization. */
  readonly #normalized = new Map<number, string>();
  readonly #special: ReadonlySet<number>;

  /** @throws Error for a part that is not supported or not valid */
  constructor(json: JsonObject) {
    this.#normalizer = normalizerOf(partOf(json, "normalizer"));
    this.#preTokenizer = preTokenizerOf(partOf(json, "pre_tokenizer"));
    this.#decoder = decoderOf(partOf(json, "decoder"));
    const model = partOf(json, "model");
    if (model === null) throw new Error("there is no model");
    this.#model = modelOf(model);
    this.unknownId = this.#model.unknown;
    this.canLose = !coversAllText(this.#model, json);
    this.firstToken = firstTokenOf(partOf(json, "post_processor"));
    this.addedTokens = addedTokensOf(json);
    this.#finders = finders(this.addedTokens, this.#normalizer);
    this.#special = new Set(this.addedTokens.filter(({ special }) => special).map(({ id }) => id));
    const ids = new Map(this.#model.ids);
    for (const { content, id } of this.addedTokens) ids.set(content, id);
    this.#ids = ids;
    for (const [text, id] of this.#model.ids) this.#texts.set(id, text);
    for (const { content, id, normalized } of this.addedTokens) {
      this.#texts.set(id, content);
      if (normalized) this.#normalized.set(id, this.#normalizer({ text: content, isFirst: true }).text);
    }
  }

  /**
   * Encodes a text; -1 stands for what has no token.
   * @param marked False to encode special tokens in it as ordinary text.
   */
  encode(text: string, marked = true): number[] {
    return this.#parts(text, marked).flatMap(part =>
      typeof part === "number" ? [part] : this.#model.encode(part),
    );
  }

  /** Counts the parts of a text that become the unknown token, or nothing. */
  lostIn(text: string): number {
    if (!this.canLose) return 0;
    const { unknown, dropped } = this.#model;
    const lost =
      dropped ??
      ((word: string) => this.#model.encode(word).filter(id => id === unknown || id === missing).length);
    return this.#parts(text, true).reduce<number>(
      (sum, part) => sum + (typeof part === "number" ? 0 : lost(part)),
      0,
    );
  }

  /** Divides a text into added tokens and words. */
  #parts(text: string, marked: boolean): (number | string)[] {
    const ignores = (token: AddedToken): boolean => !marked && token.special;
    const [asWritten, normalized] = this.#finders;
    return asWritten.split({ text, isFirst: true }, ignores).flatMap((part): (number | string)[] => {
      if ("id" in part) return [part.id];
      return normalized
        .split(this.#normalizer(part), ignores)
        .flatMap((inner): (number | string)[] => ("id" in inner ? [inner.id] : this.#words(inner)));
    });
  }

  #words(piece: Piece): string[] {
    return this.#preTokenizer(piece).flatMap(({ text }) => (text === "" ? [] : [text]));
  }

  /** Decodes tokens, except special tokens and unknown ids. */
  decode(ids: readonly number[]): string {
    const tokens = ids
      .filter(id => !this.#special.has(id))
      .map(id => this.#normalized.get(id) ?? this.#texts.get(id))
      .filter(text => text !== undefined);
    return tokens.length === 0 ? "" : this.#decoder(tokens).join("");
  }

  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  textOf(id: number): string | undefined {
    return this.#texts.get(id);
  }
}
