// The tokenizer of a model's files. Its failures are reported as problems of the model.
import { HumanError, messageOf } from "../../common/errors.ts";
import type { JsonObject } from "../../common/json.ts";
import type { AddedToken } from "../tokenization/addedTokens.ts";
import { JsonTokenizer } from "../tokenization/jsonTokenizer.ts";
import { missing } from "../tokenization/model.ts";
import { checkTokenizerPatterns } from "./tokenizerPatterns.ts";

/** Has letters, spaces and punctuation, to exercise most parts of a tokenizer. */
const trial = "A trial, of 2 words…";

export class CheckedTokenizer {
  readonly #path: string;
  readonly #tokenizer: JsonTokenizer;
  readonly #vocabularySize: number;

  /**
   * @param path Path of the model, for error messages.
   * @param tokenizer Contents of tokenizer.json.
   * @param vocabularySize Number of tokens for which the model has an embedding; a tokenizer may know others.
   */
  constructor(path: string, tokenizer: JsonObject, vocabularySize: number) {
    this.#path = path;
    this.#vocabularySize = vocabularySize;
    checkTokenizerPatterns(path, tokenizer);
    this.#tokenizer = this.#guard(() => new JsonTokenizer(tokenizer));
    this.#guard(() => this.#tokenizer.decode(this.#tokenizer.encode(trial)));
  }

  encode(text: string): number[] {
    return this.#checked(text, this.#tokenizer.encode(text));
  }

  /** Encodes a text. A special token in it is encoded as ordinary text. */
  encodeUnmarked(text: string): number[] {
    return this.#checked(text, this.#tokenizer.encode(text, false));
  }

  /** Number of parts of a text that the tokenizer can't represent. */
  lostIn(text: string): number {
    return this.#tokenizer.lostIn(text);
  }

  get canLose(): boolean {
    return this.#tokenizer.canLose;
  }

  #checked(text: string, ids: number[]): number[] {
    const bad = ids.findIndex(id => !this.#isToken(id));
    if (bad < 0) return ids;
    throw new HumanError(
      ids[bad] !== missing
        ? `The tokenizer of ${this.#path} gives token ${ids[bad]} for a part of ${JSON.stringify(text)}; the model has ${this.#vocabularySize}.`
        : `The tokenizer of ${this.#path} has no token for a part of ${JSON.stringify(text)}.`,
      {
        remedy: "Use a model whose tokenizer covers the text, for example one with byte fallback.",
      },
    );
  }

  /** Decodes tokens, except special tokens and unknown ids. */
  decode(ids: readonly number[]): string {
    return this.#guard(() => this.#tokenizer.decode(ids));
  }

  /** Reports whether texts begin with this token when special tokens are added. */
  beginsWith(token: string): boolean {
    return token !== "" && this.#tokenizer.firstToken === token && this.idOf(token) !== undefined;
  }

  /** Returns the id of a token; undefined if the model has none. */
  idOf(token: string): number | undefined {
    const id = this.#tokenizer.idOf(token);
    return this.#isToken(id) ? id : undefined;
  }

  #isToken(id: number | undefined): id is number {
    return Number.isInteger(id) && id !== undefined && id >= 0 && id < this.#vocabularySize;
  }

  textOf(id: number | undefined): string | undefined {
    return id === undefined ? undefined : this.#tokenizer.textOf(id);
  }

  addedTokens(): readonly AddedToken[] {
    return this.#tokenizer.addedTokens.filter(({ id, content }) => this.#isToken(id) && content !== "");
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
