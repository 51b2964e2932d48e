// Wraps the tokenizer library for a model's files. Its failures are reported as problems of the model.
import { Tokenizer } from "@huggingface/tokenizers";
import { HumanError, messageOf } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { checkTokenizerPatterns } from "./tokenizerPatterns.ts";

/** Token that is recognised literally in a text before the text is split into words. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** Has letters, spaces and punctuation, to exercise most parts of a tokenizer. */
const trial = "A trial, of 2 words…";

export class CheckedTokenizer {
  readonly #path: string;
  readonly #tokenizer: Tokenizer;
  readonly #vocabularySize: number;
  readonly #files: readonly [tokenizer: JsonObject, config: JsonObject];
  /** The same tokenizer without special tokens. */
  #unmarked: Tokenizer | null = null;

  /**
   * @param path Path of the model, for error messages.
   * @param vocabularySize Number of tokens for which the model has an embedding; a tokenizer may know others.
   */
  constructor(path: string, tokenizer: JsonObject, config: JsonObject, vocabularySize: number) {
    this.#path = path;
    this.#vocabularySize = vocabularySize;
    this.#files = [tokenizer, config];
    checkTokenizerPatterns(path, tokenizer);
    this.#tokenizer = this.#guard(() => new Tokenizer(tokenizer, config));
    this.#guard(() => this.#tokenizer.decode(this.#tokenizer.encode(trial).ids.filter(Number.isInteger)));
  }

  encode(text: string): number[] {
    return this.#encodeBy(this.#tokenizer, text);
  }

  /** Encodes a text. A special token in it is encoded as ordinary text. */
  encodeUnmarked(text: string): number[] {
    this.#unmarked ??= this.#guard(() => {
      const [tokenizer, config] = this.#files;
      const added = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens : [];
      const unmarked = added.filter(token => !(isObject(token) && token.special === true));
      return new Tokenizer({ ...tokenizer, added_tokens: unmarked }, config);
    });
    return this.#encodeBy(this.#unmarked, text);
  }

  #encodeBy(tokenizer: Tokenizer, text: string): number[] {
    if (text === "") return [];
    const { ids } = this.#guard(() => tokenizer.encode(text, { add_special_tokens: false }));
    const bad = ids.findIndex(id => !this.#isToken(id));
    if (bad < 0) return ids;
    throw new HumanError(
      Number.isInteger(ids[bad])
        ? `The tokenizer of ${this.#path} gives token ${ids[bad]} for a part of ${JSON.stringify(text)}; the model has ${this.#vocabularySize}.`
        : `The tokenizer of ${this.#path} has no token for a part of ${JSON.stringify(text)}.`,
      {
        remedy: "Use a model whose tokenizer covers the text, for example one with byte fallback.",
      },
    );
  }

  /** Decodes tokens, except special tokens and unknown ids. */
  decode(ids: readonly number[]): string {
    const known = ids.filter(id => this.textOf(id) !== undefined);
    if (known.length === 0) return "";
    return this.#guard(() =>
      this.#tokenizer.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    );
  }

  /** Reports whether texts begin with this token when special tokens are added. */
  beginsWith(token: string): boolean {
    const { ids } = this.#guard(() => this.#tokenizer.encode(trial, { add_special_tokens: true }));
    return token !== "" && ids[0] === this.idOf(token);
  }

  /** Returns the id of a token; undefined if the model has none. */
  idOf(token: string): number | undefined {
    const id = this.#tokenizer.token_to_id(token);
    return this.#isToken(id) ? id : undefined;
  }

  #isToken(id: number | undefined): id is number {
    return Number.isInteger(id) && id !== undefined && id >= 0 && id < this.#vocabularySize;
  }

  textOf(id: number | undefined): string | undefined {
    return id === undefined ? undefined : this.#tokenizer.id_to_token(id);
  }

  addedTokens(): AddedToken[] {
    const tokens = [...this.#tokenizer.get_added_tokens_decoder().values()];
    return tokens
      .filter(({ id, content }) => this.#isToken(id) && typeof content === "string" && content !== "")
      .map(({ id, content, special }) => ({ id, content, special }));
  }

  #guard<T>(use: () => T): T {
    try {
      return use();
    } catch (cause) {
      throw new HumanError(`The tokenizer of ${this.#path} can't be used (${messageOf(cause)}).`, {
        remedy: "Download the model again; if it is complete, this kind of tokenizer is not supported.",
        cause,
      });
    }
  }
}
