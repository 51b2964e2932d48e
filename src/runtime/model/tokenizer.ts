// A model's tokenizer and chat template: text to token ids and back, with the loss boundary marked.
import { join } from "node:path";
import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import { HumanError, messageOf } from "../../common/errors.ts";
import { type ChatMessage, plainChatTemplate, promptMessages } from "../../core/prompt/chat.ts";
import { isJsonObject, type JsonObject, readOptionalJson, readRequiredJson } from "./jsonFile.ts";
import { readLlamaConfig } from "./llamaConfig.ts";
import { readChatTemplate } from "./templateSource.ts";

export interface FormattedExample {
  readonly ids: readonly number[];
  /** Index of the first token of the response: from here on, tokens carry the loss. */
  readonly responseStart: number;
}

export interface ChatTokenizer {
  readonly template: "own" | "plain";
  /** Generation ends at any of these; ascending. */
  readonly stopIds: readonly number[];
  /** What a person should know about how this model's template is used; usually empty. */
  readonly notes: readonly string[];
  /** No special tokens are added; those written in the text are recognised. */
  encode(text: string): number[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** The rendered prompt, ready for the response to follow. */
  formatPrompt(prompt: string): readonly number[];
  /** The prompt as `formatPrompt` gives it, then the response, then the token that ends the turn. */
  formatExample(prompt: string, response: string): FormattedExample;
}

/** What a template puts around a response. */
interface Turn {
  readonly before: string;
  readonly after: string;
  /** Token that ends the turn. */
  readonly endId: number;
}

/** Templates that print a date get this one: today's would make equal runs differ. */
const fixedDate = "26 Jul 2024";

/** No white space at either end, so that a template that trims leaves it whole. */
const probe = "Pinch0probe";

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

function createTokenizer(folder: string, config: JsonObject): Tokenizer {
  const path = join(folder, "tokenizer.json");
  const json = readRequiredJson(path, "Download the model's tokenizer.json.");
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    throw new HumanError(`${path} can't be used (${messageOf(cause)}).`, {
      remedy: "Download the file again; if it is whole, this kind of tokenizer is not supported.",
      cause,
    });
  }
}

function parseTemplate(folder: string, source: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    throw new HumanError(`The chat template in ${folder} can't be read (${messageOf(cause)}).`, {
      remedy: "Correct chat_template in tokenizer_config.json or chat_template.jinja.",
      cause,
    });
  }
}

class HuggingFaceTokenizer implements ChatTokenizer {
  readonly template: "own" | "plain";
  readonly stopIds: readonly number[];
  readonly notes: readonly string[];
  readonly #folder: string;
  readonly #tokenizer: Tokenizer;
  readonly #template: Template;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #turn: Turn;
  readonly #prompts = new Map<string, { readonly text: string; readonly ids: readonly number[] }>();

  constructor(folder: string) {
    this.#folder = folder;
    const config = readOptionalJson(join(folder, "tokenizer_config.json")) ?? {};
    const { eosTokenIds, bosTokenId } = readLlamaConfig(folder);
    this.#tokenizer = createTokenizer(folder, config);
    const own = readChatTemplate(folder);
    this.template = own === null ? "plain" : "own";
    this.#template = parseTemplate(folder, own ?? plainChatTemplate);
    const special = specialTokens(config);
    const eosText = special.eos_token ?? this.#textOf(eosTokenIds[0]);
    const bosText = special.bos_token ?? this.#textOf(bosTokenId ?? undefined) ?? "";
    const eosId = eosText === undefined ? undefined : this.#tokenizer.token_to_id(eosText);
    if (eosText === undefined || eosId === undefined)
      throw new HumanError(`The model in ${folder} names no token that ends a response.`, {
        remedy: "Set eos_token_id in config.json, or eos_token in tokenizer_config.json.",
      });
    this.#variables = { ...special, bos_token: bosText, eos_token: eosText, date_string: fixedDate };
    const stops = new Set([...eosTokenIds, eosId]);
    const { turn, notes } = this.#findTurn(stops, eosText, eosId);
    this.#turn = turn;
    this.notes = notes;
    this.stopIds = [...stops.add(turn.endId)].sort((a, b) => a - b);
  }

  encode(text: string): number[] {
    if (text === "") return [];
    const { ids } = this.#tokenizer.encode(text, { add_special_tokens: false });
    const bad = ids.findIndex(id => !Number.isInteger(id));
    if (bad >= 0)
      throw new HumanError(
        `The tokenizer in ${this.#folder} has no token for a part of ${JSON.stringify(text)}.`,
        {
          remedy: "Use a model whose tokenizer covers the text, for example one with byte fallback.",
        },
      );
    return ids;
  }

  decode(ids: readonly number[]): string {
    const known = ids.filter(id => this.#tokenizer.id_to_token(id) !== undefined);
    if (known.length === 0) return "";
    return this.#tokenizer.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  }

  formatPrompt(prompt: string): readonly number[] {
    return this.#prompt(prompt).ids;
  }

  formatExample(prompt: string, response: string): FormattedExample {
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

  #prompt(prompt: string): { readonly text: string; readonly ids: readonly number[] } {
    const cached = this.#prompts.get(prompt);
    if (cached !== undefined) return cached;
    const text = this.#render(promptMessages(prompt), true);
    const result = { text, ids: this.encode(text) };
    this.#prompts.set(prompt, result);
    return result;
  }

  #textOf(id: number | undefined): string | undefined {
    return id === undefined ? undefined : this.#tokenizer.id_to_token(id);
  }

  #render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    try {
      return this.#template.render({
        ...this.#variables,
        messages,
        add_generation_prompt: addGenerationPrompt,
      });
    } catch (cause) {
      throw new HumanError(`The chat template in ${this.#folder} failed (${messageOf(cause)}).`, {
        remedy: "It must accept one user message and one assistant message; use a chat template that does.",
        cause,
      });
    }
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
    const added = [...this.#tokenizer.get_added_tokens_decoder().values()].filter(token => token.special);
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

/** @param folder A model folder: tokenizer.json, config.json, and a chat template if the model has one. */
export function loadTokenizer(folder: string): ChatTokenizer {
  return new HuggingFaceTokenizer(folder);
}
