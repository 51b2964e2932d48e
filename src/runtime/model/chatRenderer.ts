// A conversation as a model's chat template writes it: the prompt that generation goes on from, and where answers stand.
import { HumanError } from "../../common/errors.ts";
import { type Asked, type ChatMessage, messagesOf } from "../../core/prompt/chat.ts";
import { type ChatTemplate, generationMarks } from "./chatTemplate.ts";
import { firstOf, upTo } from "./turnEnds.ts";

/** From the first place to the one after the last. */
export type Span = readonly [from: number, to: number];

export interface RenderedExample {
  /** Ends with its last answer. */
  readonly text: string;
  /** The answers, each with what ends its turn, in UTF-16 units; ascending, the last to the end of the text. */
  readonly answers: readonly Span[];
  /** A token of its own follows, which the template does not write. */
  readonly ends: boolean;
}

/** What the renderer has to know of the tokenizer. */
export interface TurnTokens {
  /** Tokens found in a text as they are; the first of them after an answer ends its turn. */
  readonly ends: readonly string[];
  /** Whether the tokens of `head` are the first of those of both texts together. */
  readonly parts: (head: string, tail: string) => boolean;
}

/** No white space at either end, so that a template that trims leaves it whole. */
const probe = "Pinch0probe";
const askedProbe = "Pinch1probe";
const systemProbe = "Pinch2probe";
/** Answers begin with letters, digits and ideographs of any script. */
const beginnings = [probe, "1", "我", "é", "ש", "न"];

/** Names that templates have for whether an answer begins with a reasoning. */
const thinkingVariables = ["enable_thinking", "thinking"];

/** Templates take a message's text as it is, or as a list of parts. */
type Written = (message: ChatMessage) => object;
const asText: Written = message => message;
const asParts: Written = ({ role, content }) => ({ role, content: [{ type: "text", text: content }] });

export class ChatRenderer {
  readonly takesSystem: boolean;
  /** What a person should know about the template's use. */
  readonly notes: readonly string[];
  /** Of `ends`, the one that this template ends answers with; null: it writes none. */
  readonly end: string | null;
  readonly #template: ChatTemplate;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #written: Written;
  readonly #tokens: TurnTokens;
  /** Generation goes on from the template's open prompt, not from where it writes an answer. */
  readonly #open: boolean;
  /** The template writes no answers: they follow the open prompt. */
  readonly #unanswered: boolean;
  /** White space before an answer that a token may join to it: it belongs to the answer. */
  readonly #lead: string;
  /** What ends the turn of the last answer, and of an earlier one. */
  readonly #lastEnd: string;
  readonly #earlierEnd: string;

  /**
   * @param path Of the model, for messages.
   * @param variables Those of the template.
   * @throws HumanError for a template that leaves out what is asked
   */
  constructor(
    path: string,
    template: ChatTemplate,
    variables: Readonly<Record<string, unknown>>,
    tokens: TurnTokens,
  ) {
    this.#path = path;
    this.#template = template;
    this.#variables = variables;
    this.#tokens = tokens;
    this.#written = this.#findForm();
    const question: ChatMessage = { role: "user", content: askedProbe };
    this.takesSystem = this.#hasSystemTurn(question);
    const open = this.#render([question], true);
    const whole = this.#render([question, answer(probe)], false);
    const at = whole.indexOf(probe);
    this.#unanswered = at < 0 || !whole.slice(0, at).includes(askedProbe);
    const rest = this.#unanswered ? "" : whole.slice(at + probe.length);
    this.end = firstOf(tokens.ends, rest);
    this.#lastEnd = upTo(this.end, rest);
    this.#earlierEnd = this.#unanswered ? "" : this.#findEarlierEnd(question);
    this.#open = this.#unanswered || thinkingVariables.some(name => variables[name] === true);
    const head = this.#open ? open : whole.slice(0, at);
    this.#lead = this.#findLead(open, head);
    this.notes = this.#unanswered
      ? ["The chat template shows no answers: a response follows the open prompt."]
      : this.end === null
        ? ["The chat template has no special token after a response."]
        : [];
  }

  /** The prompt, ready for the response to follow. */
  prompt(asked: Asked): string {
    const messages = messagesOf(asked, this.takesSystem);
    if (this.#open) return this.#withoutLead(this.#render(messages, true));
    const { head } = this.#around([...messages, answer("")], messages.length);
    return this.#withoutLead(head);
  }

  /**
   * The whole conversation as the template writes it, up to the end of the last answer's turn.
   * @throws HumanError where it can't be told what of it are answers
   */
  example(asked: Asked, response: string): RenderedExample {
    const messages = messagesOf(asked, this.takesSystem);
    if (this.#unanswered) return this.#afterOpen(messages, response);
    const all = [...messages, answer(response)];
    const marked = this.#template.marksAnswers ? this.#markedBy(all) : null;
    if (marked !== null) return marked;
    const text = this.#render(all, false);
    const spans = all.flatMap(({ role }, place): Span[] =>
      role === "assistant" ? [this.#spanOf(all, place, text)] : [],
    );
    const [, end = text.length] = spans.at(-1) ?? [];
    return { text: text.slice(0, end), answers: spans, ends: this.end === null };
  }

  #afterOpen(messages: readonly ChatMessage[], response: string): RenderedExample {
    if (messages.some(({ role }) => role === "assistant"))
      throw this.#refusal(
        "shows no answers",
        "Split conversations into rows of one exchange, or choose a model with another template.",
      );
    const open = this.#render(messages, true);
    const prompt = this.#withoutLead(open);
    const text = `${open}${response}`;
    return { text, answers: [[prompt.length, text.length]], ends: true };
  }

  /** null: its blocks hold no answers here. */
  #markedBy(all: readonly ChatMessage[]): RenderedExample | null {
    const written = this.#rendered(all, false);
    const spans: Span[] = [];
    let text = "";
    for (const [i, piece] of written.split(generationMarks.start).entries()) {
      const [inside = "", ...outside] = piece.split(generationMarks.end);
      if (i > 0 && inside !== "") spans.push([text.length, text.length + inside.length]);
      text += inside + outside.join("");
    }
    const end = spans.at(-1)?.[1];
    return end === undefined ? null : { text: text.slice(0, end), answers: spans, ends: false };
  }

  #spanOf(all: readonly ChatMessage[], place: number, text: string): Span {
    const { head, rest } = this.#around(all, place);
    const to = text.length - rest.length;
    const end = place === all.length - 1 ? this.#lastEnd : this.#earlierEnd;
    const until = rest.startsWith(end) ? to + end.length : to;
    if (text.startsWith(head) && text.endsWith(rest) && to >= head.length)
      return [
        this.#open && place === all.length - 1
          ? (this.#openLength(all, text) ?? head.length)
          : this.#withoutLead(head).length,
        until,
      ];
    const from = place === all.length - 1 && text.endsWith(rest) ? this.#openLength(all, text) : null;
    if (this.#open && from !== null) return [from, until];
    throw from === null
      ? this.#refusal(
          "writes other turns otherwise where an answer is another: where the answers of a conversation stand can't be told",
          "Split conversations into rows of one exchange, or choose a model with another template.",
        )
      : this.#refusal(
          "begins an answer in its own way where the answer has a reasoning block: prompts would not end as in training",
          "Take such blocks out of the responses, or write enable_thinking: true under template of the model, so that answers begin with their reasoning.",
        );
  }

  /** Where the last answer may begin: behind the open prompt. null: the text begins otherwise. */
  #openLength(all: readonly ChatMessage[], text: string): number | null {
    const open = this.#withoutLead(this.#render(all.slice(0, -1), true));
    return text.startsWith(open) ? open.length : null;
  }

  /** What the template writes before and after the answer at a place, whatever the answer is. */
  #around(all: readonly ChatMessage[], place: number): { readonly head: string; readonly rest: string } {
    const text = this.#render(all.with(place, answer(probe)), false);
    const at = text.lastIndexOf(probe);
    if (at < 0)
      throw this.#refusal(
        "leaves out an answer of a conversation",
        "Split conversations into rows of one exchange, or choose a model with another template.",
      );
    return { head: text.slice(0, at), rest: text.slice(at + probe.length) };
  }

  #withoutLead(head: string): string {
    return this.#lead !== "" && head.endsWith(this.#lead) ? head.slice(0, -this.#lead.length) : head;
  }

  /** That of the last, or what stands between an earlier answer and the next question: what doesn't open a question there as it does at the beginning. */
  #findEarlierEnd(question: ChatMessage): string {
    let text: string;
    try {
      text = this.#render([question, answer(probe), question, answer("")], false);
    } catch (error) {
      if (error instanceof HumanError) return ""; // it takes one exchange only
      throw error;
    }
    const at = text.indexOf(probe) + probe.length;
    const between = text.slice(at, text.indexOf(askedProbe, at));
    if (between.startsWith(this.#lastEnd)) return this.#lastEnd;
    const opening = text.slice(0, text.indexOf(askedProbe));
    let shared = 0;
    while (shared < between.length && between.at(-1 - shared) === opening.at(-1 - shared)) shared++;
    const own = between.slice(0, between.length - shared);
    return upTo(firstOf(this.#tokens.ends, own), own);
  }

  /** A space that the template adds to its open prompt begins an answer's first word; so does what tokens join to it. */
  #findLead(open: string, head: string): string {
    const added = head.startsWith(open) ? head.slice(open.length) : null;
    if (added !== null && /^ +$/.test(added)) return added;
    const white = /\s*$/.exec(head)?.[0] ?? "";
    const cut = head.slice(0, head.length - white.length);
    for (let kept = white.length; kept > 0; kept--) {
      const lead = white.slice(kept);
      const before = cut + white.slice(0, kept);
      if (beginnings.every(beginning => this.#tokens.parts(before, lead + beginning))) return lead;
    }
    return white;
  }

  /** @throws HumanError */
  #findForm(): Written {
    const question: ChatMessage = { role: "user", content: askedProbe };
    let failure: unknown;
    for (const form of [asText, asParts])
      try {
        if (this.#template.render(this.#with([form(question)], true)).includes(askedProbe)) return form;
      } catch (error) {
        failure ??= error;
      }
    if (failure !== undefined) throw failure;
    throw this.#refusal(
      "leaves out what the user says",
      "Choose another template of the model under templateName, or put one that works into chat_template.jinja beside config.json.",
    );
  }

  /** A template that writes a system message as a turn of the user has none. */
  #hasSystemTurn(question: ChatMessage): boolean {
    const asked = (role: ChatMessage["role"]) =>
      this.#rendered([{ role, content: systemProbe }, question], true);
    try {
      const text = asked("system");
      if (!text.includes(systemProbe)) return false;
      return text !== asUser(() => asked("user"));
    } catch (error) {
      if (error instanceof HumanError) return false;
      throw error;
    }
  }

  #render(messages: readonly ChatMessage[], open: boolean): string {
    const text = this.#rendered(messages, open);
    const { start, end } = generationMarks;
    return this.#template.marksAnswers ? text.replaceAll(start, "").replaceAll(end, "") : text;
  }

  #rendered(messages: readonly ChatMessage[], open: boolean): string {
    return this.#template.render(this.#with(messages.map(this.#written), open));
  }

  #with(messages: readonly object[], open: boolean): Readonly<Record<string, unknown>> {
    return { ...this.#variables, messages, add_generation_prompt: open };
  }

  #refusal(what: string, remedy: string): HumanError {
    return new HumanError(`The chat template of ${this.#path} ${what}.`, { remedy });
  }
}

function answer(content: string): ChatMessage {
  return { role: "assistant", content };
}

/** null: turns of the user alone can't follow each other. */
function asUser(render: () => string): string | null {
  try {
    return render();
  } catch (error) {
    if (error instanceof HumanError) return null;
    throw error;
  }
}
