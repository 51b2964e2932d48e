// Renders a model's chat template: a program, and from a file of someone else's.
import { Environment, Template } from "@huggingface/jinja";
import { HumanError, messageOf } from "../../common/errors.ts";
import { quoted } from "../../common/visibleText.ts";
import { BoundedInterpreter, type Node } from "./jinjaInterpreter.ts";
import { methodName, textMethods } from "./jinjaText.ts";
import { formatFixedDate } from "./strftime.ts";

/** Characters that are shown of what a template raises. */
const raisedLength = 200;
/** Elements of one `range`. */
const maxRange = 100_000;

/** As Python's. */
function range(first: unknown, second?: unknown, third: unknown = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const step = third;
  if (typeof start !== "number" || typeof stop !== "number" || typeof step !== "number" || step === 0)
    throw new Error("range() takes numbers, and a step other than 0");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= maxRange)) throw new Error(`range() of ${length} elements; ${maxRange} are allowed`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** Replaces what the library defines by functions of its own. */
function define(environment: Environment, name: string, value: unknown): void {
  environment.variables.delete(name);
  environment.set(name, value);
}

/** What transformers gives every template. */
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
  "Put a template that works into chat_template.jinja beside the model's config.json: it must render one user message and one assistant message with what the Jinja of Hugging Face's JavaScript library has.";

/** Stand in rendered text where a `{% generation %}` block begins and ends: no text has these. */
export const generationMarks = { start: "\ufdd1", end: "\ufdd2" } as const;

const generationTag = /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g;

/** The library drops these blocks, which say what an assistant's turn is: each end writes a mark instead. */
function withMarks(source: string): string {
  return source.replace(generationTag, (_, before: string, end: string | undefined, after: string) => {
    const mark = end === undefined ? generationMarks.start : generationMarks.end;
    return `{%${before} if true %}{{ '${mark}' }}{% endif ${after}%}`;
  });
}

/** Characters. The longest of published models, with tools of every kind, have some twenty thousand. */
const longestTemplate = 200_000;
/** White space in one place, of which the library takes the square. */
const longestGap = 1_000;
/** Lines of a template that can't be read whose beginnings are all tried. */
const mostTriedLines = 300;

/** Before the library reads it, which has no bounds of its own. @throws HumanError */
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
  /** Whether the template says itself what is the assistant's. */
  readonly marksAnswers: boolean;
  readonly #path: string;
  readonly #source: string;
  readonly #program: Template["parsed"];

  /** @param path Of the model, for messages. */
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

  /** @throws HumanError for what the template itself raises, for unknown features, and for one that does not end. */
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

/** The library names no line: the first after which it finds the same fault; halved where there are many. */
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
  if (lines.length <= mostTriedLines) {
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

/** ` at line 3, {{ message.content }}`: found again by its text, which the library keeps without its place. */
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

/** null: no expression that can be written. */
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
