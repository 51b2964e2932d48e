// A model's tokenizer and chat template: text to token ids and back, with the loss boundary marked.
import { HumanError } from "../../common/errors.ts";
import type { Exchange } from "../../core/dataset/conversation.ts";
import { type ChatMessage, plainChatTemplate, promptMessages } from "../../core/prompt/chat.ts";
import { answerSpans, encodeWithCuts, probe, type Span } from "./answerSpans.ts";
import { ChatTemplate } from "./chatTemplate.ts";
import { type AddedToken, CheckedTokenizer } from "./checkedTokenizer.ts";
import { isJsonObject, type JsonObject } from "./jsonFile.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { SegmentedEncoder } from "./segmentedEncoder.ts";

export interface FormattedExample {
  readonly ids: readonly number[];
  /** Index of the first token of the response, or of the first of several: from here on, tokens carry the loss. */
  readonly responseStart: number;
  /** But for these: prompts between responses. */
  readonly asked?: readonly Span[];
}

export interface ChatTokenizer {
  readonly template: "own" | "plain";
  /** The Jinja text of either. */
  readonly templateSource: string;
  /** Generation ends at any of these; ascending. */
  readonly stopIds: readonly number[];
  /** What a person should know about how this model's template is used, such as that it has none; usually empty. */
  readonly notes: readonly string[];
  /** No special tokens are added; those written in the text are recognised. */
  encode(text: string): number[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** Tokens that are found in a text as they are, special ones among them. */
  addedTokens(): readonly AddedToken[];
  /** The rendered prompt, ready for the response to follow. */
  formatPrompt(prompt: string): readonly number[];
  /**
   * The prompt as `formatPrompt` gives it, then the response, then the token that ends the turn; before them what was
   * said earlier. @throws HumanError where the template hides where earlier answers stand.
   */
  formatExample(prompt: string, response: string, earlier?: readonly Exchange[]): FormattedExample;
}

/** What a tokenizer needs of a model. */
export type TokenizedModel = Pick<ModelFolder, "path" | "config" | "tokenizerFiles">;

/** What a template puts around a response. */
interface Turn {
  readonly before: string;
  readonly after: string;
  /** Token that ends the turn. */
  readonly endId: number;
}

/** Templates that print a date get this one: today's would make equal runs differ. */
const fixedDate = "26 Jul 2024";

const specialKeys = ["bos_token", "eos_token", "unk_token", "pad_token"] as const;

/** In tokenizer_config.json a special token is its text, or an object that holds it. */
function specialTokens(config: JsonObject): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const key of specialKeys) {
    const value = config[key];
    const text = isJsonObject(value) ? value.content : value;
    if (typeof text === "string") tokens[key] = text;
  }
  return tokens;
}

class HuggingFaceTokenizer implements ChatTokenizer {
  readonly template: "own" | "plain";
  readonly templateSource: string;
  readonly stopIds: readonly number[];
  readonly notes: readonly string[];
  readonly #tokenizer: CheckedTokenizer;
  readonly #template: ChatTemplate;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #path: string;
  readonly #turn: Turn;
  readonly #segments: SegmentedEncoder | null;
  readonly #prompts = new Map<string, { readonly text: string; readonly ids: readonly number[] }>();

  constructor(model: TokenizedModel) {
    const { tokenizer, config, chatTemplate: own } = model.tokenizerFiles();
    const { eosTokenIds, bosTokenId, decoder } = model.config;
    this.#tokenizer = new CheckedTokenizer(model.path, tokenizer, config, decoder.vocabularySize);
    this.#path = model.path;
    this.template = own === null ? "plain" : "own";
    const special = specialTokens(config);
    const eosText = special.eos_token ?? this.#tokenizer.textOf(eosTokenIds[0]);
    const bosText = special.bos_token ?? this.#tokenizer.textOf(bosTokenId ?? undefined) ?? "";
    const eosId = eosText === undefined ? undefined : this.#tokenizer.idOf(eosText);
    if (eosText === undefined || eosId === undefined)
      throw new HumanError(`The model ${model.path} names no token that ends a response.`, {
        remedy: "Set eos_token_id in config.json, or eos_token in tokenizer_config.json.",
      });
    this.#variables = { ...special, bos_token: bosText, eos_token: eosText, date_string: fixedDate };
    // Models whose tokenizer begins texts with a token have hardly seen a text without it.
    const plain = this.#tokenizer.beginsWith(bosText)
      ? `{{- bos_token -}}${plainChatTemplate}`
      : plainChatTemplate;
    this.templateSource = own ?? plain;
    this.#template = new ChatTemplate(model.path, this.templateSource);
    const stops = new Set([...eosTokenIds, eosId]);
    const { turn, notes } = this.#findTurn(stops, eosText, eosId);
    this.#turn = turn;
    this.notes = own === null ? [this.#plainNote(eosText), ...notes] : notes;
    this.stopIds = [...stops.add(turn.endId)].sort((a, b) => a - b);
    this.#segments = this.#segmentedIfEqual();
  }

  encode(text: string): number[] {
    return this.#segments === null ? this.#tokenizer.encode(text) : this.#segments.encode(text);
  }

  /** null: this tokenizer looks beyond its special tokens. */
  #segmentedIfEqual(): SegmentedEncoder | null {
    const whole = (text: string): number[] => this.#tokenizer.encode(text);
    const special = this.#tokenizer.addedTokens().filter(token => token.special);
    const segments = new SegmentedEncoder(whole, special);
    const prompt = this.#render(promptMessages(" 1 question "), true);
    return [prompt, `${prompt} ${this.#turn.before} an answer ${this.#turn.after}`].every(
      text => segments.encode(text).join() === whole(text).join(),
    )
      ? segments
      : null;
  }

  decode(ids: readonly number[]): string {
    return this.#tokenizer.decode(ids);
  }

  addedTokens(): readonly AddedToken[] {
    return this.#tokenizer.addedTokens();
  }

  formatPrompt(prompt: string): readonly number[] {
    return this.#prompt(prompt).ids;
  }

  formatExample(prompt: string, response: string, earlier: readonly Exchange[] = []): FormattedExample {
    if (earlier.length > 0) return this.#formatConversation(prompt, response, earlier);
    const { text, ids: promptIds } = this.#prompt(prompt);
    const answer = `${this.#turn.before}${response}${this.#turn.after}`;
    const ids = this.encode(text + answer);
    const responseStart = promptIds.length;
    // Where the response's first characters would merge with the prompt's last token, generation, which
    // continues from the prompt's own tokens, could never produce it: then the two are encoded apart.
    const joined = promptIds.every((id, index) => ids[index] === id) && ids.length > responseStart;
    const whole = joined ? ids : [...promptIds, ...this.encode(answer)];
    return { ids: [...whole, this.#turn.endId], responseStart };
  }

  #formatConversation(prompt: string, response: string, earlier: readonly Exchange[]): FormattedExample {
    const messages = promptMessages(prompt, earlier);
    const { before, after, endId } = this.#turn;
    const end = `${after}${this.#tokenizer.textOf(endId) ?? ""}`;
    const spans = answerSpans(messages, shown => this.#render(shown, true), { before, end });
    if (spans === null)
      throw new HumanError(
        `The chat template of ${this.#path} writes earlier turns of a conversation otherwise than later ones: where their answers stand can't be told.`,
        { remedy: "Split conversations into rows of one exchange, or choose a model with another template." },
      );
    const text = this.#render(messages, true);
    const cuts = [...spans.flat(), text.length];
    const whole = `${text}${before}${response}${after}`;
    const { ids, places } = encodeWithCuts(whole, cuts, part => this.encode(part));
    const [responseStart = 0, ...others] = places;
    const asked = earlier.map((_, i): Span => [others[2 * i] ?? 0, others[2 * i + 1] ?? 0]);
    return { ids: [...ids, endId], responseStart, asked };
  }

  #prompt(prompt: string): { readonly text: string; readonly ids: readonly number[] } {
    const cached = this.#prompts.get(prompt);
    if (cached !== undefined) return cached;
    const text = this.#render(promptMessages(prompt), true);
    const result = { text, ids: this.encode(text) };
    this.#prompts.set(prompt, result);
    return result;
  }

  #render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    return this.#template.render({
      ...this.#variables,
      messages,
      add_generation_prompt: addGenerationPrompt,
    });
  }

  #plainNote(eosText: string): string {
    const prompt = JSON.stringify(this.#render(promptMessages("…"), true));
    return `The model has no chat template: prompts are written plainly as ${prompt}, and ${eosText} follows a response.`;
  }

  /** Renders a turn with a response and without, and takes what differs. */
  #findTurn(
    stops: ReadonlySet<number>,
    eosText: string,
    eosId: number,
  ): { readonly turn: Turn; readonly notes: readonly string[] } {
    const fallback = { before: "", after: "", endId: eosId };
    const question = promptMessages("Question");
    const prompt = this.#render(question, true);
    const whole = this.#render([...question, { role: "assistant", content: probe }], false);
    const at = whole.indexOf(probe, prompt.length);
    if (!whole.startsWith(prompt) || at < 0)
      return {
        turn: fallback,
        notes: [
          `The chat template renders an answered prompt differently from an open one: the response and ${eosText} follow the open one.`,
        ],
      };
    const before = whole.slice(prompt.length, at);
    const rest = whole.slice(at + probe.length);
    // Up to the first token that ends a turn; what a template prints after it is never generated.
    const added = this.#tokenizer.addedTokens().filter(token => token.special);
    let end: { readonly id: number; readonly at: number } | null = null;
    for (const { id, content } of [...added, { id: eosId, content: eosText }]) {
      const found = rest.indexOf(content);
      if (found < 0 || (end !== null && (found > end.at || (found === end.at && !stops.has(id))))) continue;
      end = { id, at: found };
    }
    if (end !== null) return { turn: { before, after: rest.slice(0, end.at), endId: end.id }, notes: [] };
    return {
      turn: { before, after: "", endId: eosId },
      notes: [`The chat template has no special token after a response: ${eosText} is added.`],
    };
  }
}

export function loadTokenizer(model: TokenizedModel): ChatTokenizer {
  return new HuggingFaceTokenizer(model);
}
