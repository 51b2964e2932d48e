// Renders a model's chat template, which is an untrusted program.
import { Environment, Template } from "@huggingface/jinja";
import { HumanError, messageOf } from "../../common/errors.ts";
import { quoted } from "../../common/visibleText.ts";
import { BoundedInterpreter, type Node } from "./jinjaInterpreter.ts";
import { methodName, textMethods } from "./jinjaText.ts";
import { formatFixedDate } from "./strftime.ts";

/** Maximum number of characters shown of an error that a template raises. */
const raisedLength = 200;
/** Maximum number of elements of one `range`. */
const maxRange = 100_000;

/** Python's `range`. */
function range(first: unknown, second?: unknown, third: unknown = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const step = third;
  if (typeof start !== "number" || typeof stop !== "number" || typeof step !== "number" || step === 0)
    throw new Error("range() takes numbers, and a step other than 0");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= maxRange)) throw new Error(`range() of ${length} elements; ${maxRange} are allowed`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** Replaces a definition of the library. */
function define(environment: Environment, name: string, value: unknown): void {
  environment.variables.delete(name);
  environment.set(name, value);
}

/** Definitions that transformers provides to every template. */
const constants: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  tools: null,
  documents: null,
  range,
  strftime_now: formatFixedDate,
  ...Object.fromEntries(Object.entries(textMethods).map(([name, method]) => [methodName(name), method])),
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
};

const remedy =
  "Put a working template into chat_template.jinja next to the model's config.json: it must render one user message and one assistant message with the features of Hugging Face's JavaScript library for Jinja.";

/**
 * Marks in rendered text for the beginning and end of a `{% generation %}` block. They are noncharacters,
 * which texts do not contain.
 */
export const generationMarks = { start: "\ufdd1", end: "\ufdd2" } as const;

const generationTag = /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g;

/**
 * Replaces `{% generation %}` and its end with marks. The blocks enclose the assistant's turns, but the
 * library drops them.
 */
function withMarks(source: string): string {
  return source.replace(generationTag, (_, before: string, end: string | undefined, after: string) => {
    const mark = end === undefined ? generationMarks.start : generationMarks.end;
    return `{%${before} if true %}{{ '${mark}' }}{% endif ${after}%}`;
  });
}

/**
 * Maximum length of a template in characters. The longest published ones, with tools of every kind, have
 * about twenty thousand.
 */
const longestTemplate = 200_000;
/** Maximum run of white space: the library's time for one grows with the square of its length. */
const longestGap = 1_000;
/**
 * Maximum number of lines of an unreadable template for which every prefix is tried; longer ones are searched
 * by bisection.
 */
const maxTriedLines = 300;

/**
 * Checks a template before it is passed to the library, which has no limits of its own. @throws HumanError
 */
function refuseUnbounded(path: string, source: string): void {
  const refuse = (what: string): never => {
    throw new HumanError(`The chat template of ${path} ${what}.`, { remedy });
  };
  if (source.length > longestTemplate)
    refuse(
      `has ${source.length.toLocaleString("en")} characters; at most ${longestTemplate.toLocaleString("en")} are read`,
    );
  const gap = source.split(/\S+/).find(({ length }) => length > longestGap);
  if (gap !== undefined) refuse(`has ${gap.length.toLocaleString("en")} spaces or line breaks in one place`);
}

export class ChatTemplate {
  /** True if the template itself marks the assistant's parts. */
  readonly marksAnswers: boolean;
  readonly #path: string;
  readonly #source: string;
  readonly #program: Template["parsed"];

  /** @param path Path of the model, for error messages. */
  constructor(path: string, source: string) {
    refuseUnbounded(path, source);
    this.#path = path;
    this.#source = source;
    this.marksAnswers = source.search(generationTag) >= 0;
    try {
      this.#program = new Template(withMarks(source)).parsed;
    } catch (cause) {
      const line = lineOfFault(source, messageOf(cause));
      throw new HumanError(
        `The chat template of ${path} can't be read: line ${line} (${quoted(messageOf(cause), raisedLength)}).`,
        { remedy, cause },
      );
    }
  }

  /**
   * Renders the template.
   * @throws HumanError for errors that the template raises, for unsupported features, and for a template that
   * does not end.
   */
  render(variables: Readonly<Record<string, unknown>>): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...constants, ...variables }))
      define(environment, name, value);
    const length = this.#source.length + JSON.stringify(variables).length;
    const { messages } = variables;
    const count = Array.isArray(messages) ? messages.length : 0;
    const interpreter = new BoundedInterpreter(environment, length, count);
    try {
      const { value } = interpreter.run(this.#program);
      return String(value);
    } catch (cause) {
      const place = interpreter.failed === null ? "" : placeOf(interpreter.failed, this.#source);
      throw new HumanError(
        `The chat template of ${this.#path} failed${place} (${quoted(messageOf(cause), raisedLength)}).`,
        { remedy, cause },
      );
    }
  }
}

/**
 * Finds the line of a syntax error, which the library does not report: the first after which the same error
 * occurs; by bisection if there are many lines.
 */
function lineOfFault(source: string, fault: string): number {
  const lines = source.split("\n");
  const failsSo = (count: number): boolean => {
    try {
      new Template(lines.slice(0, count).join("\n"));
      return false;
    } catch (error) {
      return messageOf(error) === fault;
    }
  };
  if (lines.length <= maxTriedLines) {
    const found = lines.findIndex((_, i) => failsSo(i + 1));
    return found < 0 ? lines.length : found + 1;
  }
  let [sound, faulty] = [0, lines.length];
  while (faulty - sound > 1) {
    const middle = Math.floor((sound + faulty) / 2);
    if (failsSo(middle)) faulty = middle;
    else sound = middle;
  }
  return faulty;
}

/**
 * Describes a location, such as ` at line 3, {{ message.content }}`. It is found by searching for the text,
 * because the library keeps no positions.
 */
function placeOf(node: Node, source: string): string {
  const written = writtenAs(node);
  if (written === null) return "";
  const bare = (text: string): string => text.replace(/[\s()]/g, "").replaceAll("'", '"');
  const wanted = bare(written);
  const lines = source.split("\n");
  const matching = lines.flatMap((line, i) => (bare(line).includes(wanted) ? [i + 1] : []));
  const shown = quoted(written);
  return matching.length === 1 ? ` at line ${matching[0]}, ${shown}` : ` at ${shown}`;
}

/** Formats a node as source text; null if it is not a printable expression. */
function writtenAs(node: Node): string | null {
  try {
    const shown = Object.assign(Object.create(Template.prototype) as Template, {
      parsed: { type: "Program", body: [node] },
    });
    return shown
      .format()
      .replace(/^\{\{-?\s*|\s*-?\}\}$/g, "")
      .split("\n")[0] as string;
  } catch {
    return null;
  }
}
