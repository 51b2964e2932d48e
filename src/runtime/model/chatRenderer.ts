// Renders conversations with a model's chat template: the prompt that generation continues, and the positions
// of answers.
import { HumanError } from "../../common/errors.ts";
import { type Asked, type ChatMessage, messagesOf } from "../../core/prompt/chat.ts";
import { type ChatTemplate, generationMarks } from "./chatTemplate.ts";
import { firstOf, upTo } from "./turnEnds.ts";

/** Half-open range: first position, and the one after the last. */
export type Span = readonly [from: number, to: number];

export interface RenderedExample {
  /** Rendered conversation, which ends with its last answer. */
  readonly text: string;
  /**
   * Ranges of the answers in UTF-16 units, each including the end of its turn; ascending, the last one up to
   * the end of the text.
   */
  readonly answers: readonly Span[];
  /** True if an end token follows that the template does not write itself. */
  readonly ends: boolean;
}

/** Properties of the tokenizer that the renderer depends on. */
export interface TurnTokens {
  /** Tokens recognised literally in text. The first of them after an answer ends its turn. */
  readonly ends: readonly string[];
  /** Reports whether the tokens of `head` are a prefix of the tokens of the concatenated text. */
  readonly parts: (head: string, tail: string) => boolean;
}

/** Has no white space at either end, so that templates that trim keep it intact. */
const probe = "Pinch0probe";
const askedProbe = "Pinch1probe";
const systemProbe = "Pinch2probe";
/** Answers begin with letters, digits and ideographs of any script. */
const beginnings = [probe, "1", "我", "é", "ש", "न"];

/** Names of template variables that decide whether an answer begins with a reasoning block. */
const thinkingVariables = ["enable_thinking", "thinking"];

/** Wraps a message for the template, which expects its text either as a string or as a list of parts. */
type Written = (message: ChatMessage) => object;
const asText: Written = message => message;
const asParts: Written = ({ role, content }) => ({ role, content: [{ type: "text", text: content }] });

export class ChatRenderer {
  readonly takesSystem: boolean;
  /** Remarks for the user about how the template is used. */
  readonly notes: readonly string[];
  /** The one of `ends` with which this template ends answers; null if it writes none. */
  readonly end: string | null;
  readonly #template: ChatTemplate;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #written: Written;
  readonly #tokens: TurnTokens;
  /** True if generation continues the template's open prompt, not the text before an answer. */
  readonly #open: boolean;
  /** True if the template renders no answers, so that they follow the open prompt. */
  readonly #unanswered: boolean;
  /**
   * White space before an answer that may become part of the answer's first token, and so counts as part of
   * the answer.
   */
  readonly #lead: string;
  /** End of the turn of the last answer, and of an earlier one. */
  readonly #lastEnd: string;
  readonly #earlierEnd: string;

  /**
   * @param path Path of the model, for error messages.
   * @param variables Variables of the template.
   * @throws HumanError for a template that drops the user's message
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
      ? ["The chat template renders no answers: a response follows the open prompt."]
      : this.end === null
        ? ["The chat template has no special token after a response."]
        : [];
  }

  /** Renders the prompt, up to where the response begins. */
  prompt(asked: Asked): string {
    const messages = messagesOf(asked, this.takesSystem);
    if (this.#open) return this.#withoutLead(this.#render(messages, true));
    const { head } = this.#around([...messages, answer("")], messages.length);
    return this.#withoutLead(head);
  }

  /**
   * Renders the whole conversation, up to the end of the last answer's turn.
   * @throws HumanError if the positions of the answers can't be determined
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

  /** Finds answers by the template's `{% generation %}` blocks; null if the blocks contain none here. */
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
          "renders other turns differently depending on an answer: the positions of a conversation's answers can't be determined",
          "Split conversations into rows of one exchange, or choose a model with another template.",
        )
      : this.#refusal(
          "begins answers differently if they have a reasoning block: prompts would not end as in training",
          "Remove such blocks from the responses, or set enable_thinking: true under template of the model, so that answers begin with their reasoning.",
        );
  }

  /**
   * Length of the open prompt, after which the last answer may begin; null if the text does not begin with
   * it.
   */
  #openLength(all: readonly ChatMessage[], text: string): number | null {
    const open = this.#withoutLead(this.#render(all.slice(0, -1), true));
    return text.startsWith(open) ? open.length : null;
  }

  /** Returns the text before and after the answer at a position, independent of the answer. */
  #around(all: readonly ChatMessage[], place: number): { readonly head: string; readonly rest: string } {
    const text = this.#render(all.with(place, answer(probe)), false);
    const at = text.lastIndexOf(probe);
    if (at < 0)
      throw this.#refusal(
        "omits an answer of a conversation",
        "Split conversations into rows of one exchange, or choose a model with another template.",
      );
    return { head: text.slice(0, at), rest: text.slice(at + probe.length) };
  }

  #withoutLead(head: string): string {
    return this.#lead !== "" && head.endsWith(this.#lead) ? head.slice(0, -this.#lead.length) : head;
  }

  /**
   * Determines the end of an earlier answer's turn: that of the last answer, or, failing that, the part
   * between an answer and the next question that does not belong to the beginning of a question.
   */
  #findEarlierEnd(question: ChatMessage): string {
    let text: string;
    try {
      text = this.#render([question, answer(probe), question, answer("")], false);
    } catch (error) {
      if (error instanceof HumanError) return ""; // accepts only one exchange
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

  /**
   * Determines the lead: spaces that the template writes after its open prompt, otherwise trailing white
   * space that tokens may join to an answer.
   */
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

  /** Finds the form of messages that the template accepts. @throws HumanError if there is none */
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
      "omits what the user says",
      "Choose another template of the model under templateName, or put a working one into chat_template.jinja next to config.json.",
    );
  }

  /**
   * Reports whether the template has a separate system turn. If it renders a system message as a user turn,
   * it has none.
   */
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

/** Renders a system message as a user turn; null if consecutive user turns are not allowed. */
function asUser(render: () => string): string | null {
  try {
    return render();
  } catch (error) {
    if (error instanceof HumanError) return null;
    throw error;
  }
}
