// Renders a model's chat template within bounds: a template is a program, and comes from a file of someone else's.
import { Environment, Interpreter, Template } from "@huggingface/jinja";
import { HumanError, messageOf } from "../../common/errors.ts";

/** Expressions and statements of one rendering; real templates take some hundreds for a chat of two messages. */
const maxSteps = 50_000;
/** Expressions and calls within each other; real templates have a dozen. */
const maxDepth = 200;
/** Characters and list elements that all steps together may give: so many, and so many for each character of input. */
const maxSize = 2_000_000;
const maxSizePerCharacter = 200;
/** Larger numbers have no use in a template, and as a width or an indent they fill the memory. */
const largestNumber = 1_000_000;
/** Elements of one `range`. */
const maxRange = 100_000;

/** Templates that print a date get this one: today's would make equal runs differ. */
const fixedDate: Readonly<Record<string, string>> = {
  "%d": "26",
  "%b": "Jul",
  "%B": "July",
  "%m": "07",
  "%Y": "2024",
  "%H": "12",
  "%M": "00",
};

function formatFixedDate(format: unknown): string {
  return String(format).replace(/%[a-zA-Z]/g, part => fixedDate[part] ?? "");
}

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

type Evaluated = ReturnType<Interpreter["evaluate"]>;

function sizeOf({ value }: Evaluated): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

/** Ends a template that would run on, or fill the memory, with an error. */
class BoundedInterpreter extends Interpreter {
  #steps = 0;
  #size = 0;
  #depth = 0;
  readonly #maxSize: number;

  constructor(environment: Environment, inputLength: number) {
    super(environment);
    this.#maxSize = maxSize + maxSizePerCharacter * inputLength;
  }

  override evaluate(...[statement, environment]: Parameters<Interpreter["evaluate"]>): Evaluated {
    if (++this.#steps > maxSteps) throw new Error(`it takes more than ${maxSteps} steps`);
    const result = this.#nested(() => super.evaluate(statement, environment));
    this.#size += sizeOf(result);
    if (this.#size > this.#maxSize) throw new Error("it makes far more text than a chat needs");
    const { value } = result;
    if (typeof value === "number" && Math.abs(value) > largestNumber)
      throw new Error(`the number ${value} is too large`);
    return result;
  }

  #nested(evaluate: () => Evaluated): Evaluated {
    if (++this.#depth > maxDepth) throw new Error(`it is nested more than ${maxDepth} deep`);
    try {
      return evaluate();
    } finally {
      this.#depth--; // `break` and `continue` leave by an exception
    }
  }
}

/** Replaces what the library defines by functions of its own. */
function define(environment: Environment, name: string, value: unknown): void {
  environment.variables.delete(name);
  environment.set(name, value);
}

const constants: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range,
  strftime_now: formatFixedDate,
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
};

const remedy =
  "Put a template that works into chat_template.jinja beside the model's config.json: it must render one user message and one assistant message with what the Jinja of Hugging Face's JavaScript library has.";

export class ChatTemplate {
  readonly #path: string;
  readonly #length: number;
  readonly #program: Template["parsed"];

  /** @param path Of the model, for messages. */
  constructor(path: string, source: string) {
    this.#path = path;
    this.#length = source.length;
    try {
      this.#program = new Template(source).parsed;
    } catch (cause) {
      throw new HumanError(
        `The chat template of ${path} can't be read (${messageOf(cause).slice(0, 500)}).`,
        {
          remedy,
          cause,
        },
      );
    }
  }

  /** @throws HumanError for what the template itself raises, for unknown features, and for one that does not end. */
  render(variables: Readonly<Record<string, unknown>>): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...constants, ...variables }))
      define(environment, name, value);
    const length = this.#length + JSON.stringify(variables).length;
    try {
      const { value } = new BoundedInterpreter(environment, length).run(this.#program);
      return String(value);
    } catch (cause) {
      throw new HumanError(`The chat template of ${this.#path} failed (${messageOf(cause).slice(0, 500)}).`, {
        remedy,
        cause,
      });
    }
  }
}
