// Tokenizer and chat template of a model: converts text to token ids and back, and marks the loss boundary.
import { HumanError } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import type { AnswersWithLoss } from "../../core/mixture/mixtureFile.ts";
import { type Asked, plainChatTemplate } from "../../core/prompt/chat.ts";
import type { AddedToken } from "../tokenization/addedTokens.ts";
import { ChatRenderer, type Span } from "./chatRenderer.ts";
import { ChatTemplate } from "./chatTemplate.ts";
import { CheckedTokenizer } from "./checkedTokenizer.ts";
import { ControlText } from "./controlText.ts";
import { encodeSpans } from "./encodeSpans.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { decodeWithTags, reasoningTags } from "./reasoningTokens.ts";
import { SegmentedEncoder } from "./segmentedEncoder.ts";

export interface FormattedExample {
  readonly ids: readonly number[];
  /** Index of the first token of the response (the first of several): tokens from here on carry the loss. */
  readonly responseStart: number;
  /** Exceptions: the prompts between responses. */
  readonly asked?: readonly Span[];
}

export interface ChatTokenizer {
  readonly template: "own" | "plain";
  /** Jinja source of the template in use. */
  readonly templateSource: string;
  /** Token ids that end generation, ascending. */
  readonly stopIds: readonly number[];
  /** Remarks for the user about the model's template, such as that there is none; usually empty. */
  readonly notes: readonly string[];
  /** Encodes a text without adding special tokens; those written in the text are recognised. */
  encode(text: string): number[];
  /** Decodes tokens, except special ones. Those that enclose reasoning become `<think>` and `</think>`. */
  decode(ids: readonly number[]): string;
  /** Tokens that are recognised literally in a text, including special ones. */
  addedTokens(): readonly AddedToken[];
  /** False if the tokenizer can represent every text. */
  readonly canLose: boolean;
  /** Number of parts of a text that have no token: they are unknown to the model, or left out. */
  lostIn(text: string): number;
  /** Returns the special tokens written in a text of the data. */
  specialIn(text: string): readonly string[];
  /**
   * Encodes the rendered prompt, up to where the response begins. @throws HumanError if the template fails
   */
  formatPrompt(asked: Asked): readonly number[];
  /**
   * Encodes the conversation as rendered by `apply_chat_template`, up to the token that ends the response's
   * turn.
   * @param loss Answers that carry the loss; by default all.
   * @throws HumanError if the template fails or hides the positions of answers.
   */
  formatExample(example: Asked & { readonly response: string }, loss?: AnswersWithLoss): FormattedExample;
}

/** Subset of a model needed by its tokenizer. */
export type TokenizedModel = Pick<ModelFolder, "path" | "config" | "tokenizerFiles" | "chat">;

const specialKeys = [
  "bos_token",
  "eos_token",
  "unk_token",
  "sep_token",
  "pad_token",
  "cls_token",
  "mask_token",
] as const;

/** Special token in tokenizer_config.json: either its text or an object that contains it. */
function specialTokens(config: JsonObject): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const key of specialKeys) {
    const value = config[key];
    const text = isObject(value) ? value.content : value;
    if (typeof text === "string") tokens[key] = text;
  }
  return tokens;
}

class HuggingFaceTokenizer implements ChatTokenizer {
  readonly template: "own" | "plain";
  readonly templateSource: string;
  readonly stopIds: readonly number[];
  readonly notes: readonly string[];
  readonly #path: string;
  readonly #tokenizer: CheckedTokenizer;
  readonly #renderer: ChatRenderer;
  readonly #control: ControlText;
  readonly #keepsControl: boolean;
  /** Appended to a response if the template writes no end. */
  readonly #eosId: number;
  readonly #segments: SegmentedEncoder | null;
  readonly #reasoning: ReadonlyMap<number, string>;
  /** Encodes special tokens as ordinary text; null if this tokenizer can't, undefined if not yet tested. */
  #unmarked: ((text: string) => number[]) | null | undefined;

  constructor(model: TokenizedModel) {
    const { tokenizer, config, chatTemplate: own, unreadTemplate } = model.tokenizerFiles();
    const { eosTokenIds, bosTokenId, decoder } = model.config;
    this.#path = model.path;
    this.#tokenizer = new CheckedTokenizer(model.path, tokenizer, decoder.vocabularySize);
    this.template = own === null ? "plain" : "own";
    const special = specialTokens(config);
    const eosText = special.eos_token ?? this.#tokenizer.textOf(eosTokenIds[0]);
    // A tokenizer that declares that it has none writes none, even if config.json names a
    // beginning-of-sequence token.
    const named = "bos_token" in config ? undefined : this.#tokenizer.textOf(bosTokenId ?? undefined);
    const bosText = special.bos_token ?? named ?? "";
    const eosId = eosText === undefined ? undefined : this.#tokenizer.idOf(eosText);
    if (eosText === undefined || eosId === undefined)
      throw new HumanError(`The model ${model.path} names no token that ends a response.`, {
        remedy: "Set eos_token_id in config.json, or eos_token in tokenizer_config.json.",
      });
    // Models whose tokenizer begins texts with a token have hardly ever seen a text without it.
    const plain = this.#tokenizer.beginsWith(bosText)
      ? `{{- bos_token -}}${plainChatTemplate}`
      : plainChatTemplate;
    this.templateSource = own ?? plain;
    this.#eosId = eosId;
    const added = this.#tokenizer.addedTokens().filter(token => token.special);
    this.#control = new ControlText(added);
    this.#reasoning = reasoningTags(added);
    this.#keepsControl = model.chat.specialTokens === "control";
    const variables = { ...special, bos_token: bosText, eos_token: eosText, ...model.chat.template };
    this.#renderer = new ChatRenderer(
      model.path,
      new ChatTemplate(model.path, this.templateSource),
      variables,
      {
        ends: [...added.map(({ content }) => content), eosText],
        parts: (head, tail) => {
          const [first, both] = [this.#tokenizer.encode(head), this.#tokenizer.encode(head + tail)];
          return both.length > first.length && first.every((id, at) => both[at] === id);
        },
      },
    );
    const { end, notes } = this.#renderer;
    const endId = end === null ? eosId : (this.#tokenizer.idOf(end) ?? eosId);
    this.stopIds = [...new Set([...eosTokenIds, eosId, endId])].sort((a, b) => a - b);
    const said = end === null ? notes.map(note => `${note} ${eosText} is added.`) : notes;
    this.notes = own === null ? [this.#plainNote(eosText, unreadTemplate), ...said] : said;
    this.#segments = this.#segmentedIfEqual();
  }

  encode(text: string): number[] {
    if (this.#control.isApart(text)) return this.#encodeApart(text);
    return this.#segments === null ? this.#tokenizer.encode(text) : this.#segments.encode(text);
  }

  /** Returns a segmented encoder; null if this tokenizer looks beyond its special tokens. */
  #segmentedIfEqual(): SegmentedEncoder | null {
    const whole = (text: string): number[] => this.#tokenizer.encode(text);
    const special = this.#tokenizer.addedTokens().filter(token => token.special);
    const segments = new SegmentedEncoder(whole, special);
    const asked = { prompt: " 1 question " };
    const texts = [this.#renderer.prompt(asked), this.#renderer.example(asked, " an answer ").text];
    return texts.every(text => segments.encode(text).join() === whole(text).join()) ? segments : null;
  }

  decode(ids: readonly number[]): string {
    return decodeWithTags(ids, this.#reasoning, part => this.#tokenizer.decode(part));
  }

  addedTokens(): readonly AddedToken[] {
    return this.#tokenizer.addedTokens();
  }

  get canLose(): boolean {
    return this.#tokenizer.canLose;
  }

  lostIn(text: string): number {
    return this.#tokenizer.lostIn(text);
  }

  specialIn(text: string): readonly string[] {
    return this.#control.in(text);
  }

  formatPrompt(asked: Asked): readonly number[] {
    return this.encode(this.#renderer.prompt(this.#asText(asked)));
  }

  formatExample(
    example: Asked & { readonly response: string },
    loss: AnswersWithLoss = "responses",
  ): FormattedExample {
    const asked = this.#asText(example);
    const response = this.#answer(example.response);
    const { text, answers, ends } = this.#renderer.example(asked, response);
    const { ids, places } = encodeSpans(text, answers, {
      encode: part => this.encode(part),
      decode: part => this.#tokenizer.decode(part),
    });
    const all = ends ? [...ids, this.#eosId] : ids;
    const chosen = loss === "last" ? places.slice(-1) : places.filter(([from, to]) => to > from);
    const [first, ...later] = chosen;
    const responseStart = first?.[0] ?? all.length;
    if (later.length === 0) return { ids: all, responseStart };
    return { ids: all, responseStart, asked: later.map(([from], i): Span => [chosen[i]?.[1] ?? 0, from]) };
  }

  /** Replaces the special tokens in data, so that none of them takes effect. */
  #asText({ prompt, earlier, system }: Asked): Asked {
    const plain = (text: string): string => (this.#keepsControl ? text : this.#control.apart(text));
    return {
      prompt: plain(prompt),
      ...(earlier && {
        earlier: earlier.map(turn => ({ prompt: plain(turn.prompt), response: this.#answer(turn.response) })),
      }),
      ...(system !== undefined && { system: plain(system) }),
    };
  }

  /** Removes the end of the turn if the data contain it, since the template writes it. */
  #answer(response: string): string {
    const { end } = this.#renderer;
    const trimmed = response.trimEnd();
    const own = end !== null && trimmed.endsWith(end) ? trimmed.slice(0, -end.length) : response;
    return this.#keepsControl ? own : this.#control.apart(own);
  }

  #encodeApart(text: string): number[] {
    if (this.#unmarked === undefined) this.#unmarked = this.#findUnmarked();
    const unmarked = this.#unmarked;
    if (this.#segments === null || unmarked === null)
      throw new HumanError(
        `The tokenizer of ${this.#path} can't read ${this.specialIn(this.#control.undo(text))[0] ?? "a special token"} in data as plain text.`,
        {
          remedy:
            "Remove such tokens from the data, or set specialTokens: control under model to let them take effect.",
        },
      );
    return this.#segments.pieces(text).flatMap(piece => {
      if (!this.#control.isApart(piece)) return this.encode(piece);
      const [token = ""] = this.#control.in(piece);
      const rest = piece.startsWith(token) ? piece.slice(token.length) : piece;
      const before = rest === piece ? [] : this.encode(token);
      return [...before, ...unmarked(this.#control.undo(rest))];
    });
  }

  /**
   * Returns an encoder of ordinary text; null if text after a special token is encoded differently than by
   * itself.
   */
  #findUnmarked(): ((text: string) => number[]) | null {
    const unmarked = (text: string): number[] => this.#tokenizer.encodeUnmarked(text);
    const token = this.#tokenizer.addedTokens().find(({ special }) => special)?.content ?? "";
    const texts = ["a", " a trial", "\n1"];
    const same = texts.every(text => {
      const whole = this.#tokenizer.encode(token + text);
      return whole.join() === [...this.#tokenizer.encode(token), ...unmarked(text)].join();
    });
    return same ? unmarked : null;
  }

  #plainNote(eosText: string, unread: string | undefined): string {
    const prompt = JSON.stringify(this.#renderer.prompt({ prompt: "…" }));
    const why =
      unread === undefined
        ? "has no chat template"
        : `has ${unread}, which tokenizers don't read, and no chat_template.jinja`;
    return `The model ${why}: prompts are written plainly as ${prompt}, and ${eosText} follows a response.`;
  }
}

const loaded = new WeakMap<TokenizedModel, ChatTokenizer>();

/** Loads the tokenizer of an opened model, only once: large vocabularies take seconds. */
export function loadTokenizer(model: TokenizedModel): ChatTokenizer {
  const known = loaded.get(model) ?? new HuggingFaceTokenizer(model);
  loaded.set(model, known);
  return known;
}
