// Reads prompt and response of a row in all supported layouts: Pinch's own, Alpaca, TRL, Aya, chat.
import { closest } from "../../common/didYouMean.ts";
import type { JsonObject } from "../../common/json.ts";
import { countOf } from "../../common/words.ts";
import {
  type Conversation,
  conversationChanges,
  type Exchange,
  gap,
  isFault,
  readConversation,
} from "./conversation.ts";
import type { RowFaults } from "./rowFaults.ts";
import { isAbsent, kindOf } from "./values.ts";

/** The sides of a row; undefined if absent, or if invalid, which is reported as a fault. */
export interface Sides {
  readonly prompt: string | undefined;
  readonly response: string | undefined;
  /** Earlier exchanges, oldest first. */
  readonly earlier?: readonly Exchange[];
  /** System message of the conversation. */
  readonly system?: string;
}

/**
 * Use of a row. `training` requires a response; `development` rows are evaluation rows with
 * a required reference.
 */
export type Purpose = "training" | "evaluation" | "development";

/** Fields that hold a chat in the formats of OpenAI, ShareGPT and WildChat. */
const chatFields = ["messages", "conversations", "conversation"] as const;

export function isChatField(name: string): boolean {
  return chatFields.some(field => field === name);
}

export function readSides(row: JsonObject, purpose: Purpose, faults: RowFaults): Sides {
  const chat = chatFields.find(field => !isAbsent(row[field]));
  if (chat !== undefined) return chatSides(readConversation(row[chat], chat), row, purpose, faults);
  if ("instruction" in row) return alpacaSides(row, purpose, faults);
  if (Array.isArray(row.prompt)) return chatSides(promptAndCompletion(row), row, purpose, faults);
  return ownSides(row, purpose, faults);
}

function ownSides(row: JsonObject, purpose: Purpose, faults: RowFaults): Sides {
  const onlyText = "text" in row && Object.keys(row).every(field => field === "text" || field === "id");
  if (onlyText && purpose === "training") {
    faults.error(
      "missing-field",
      'The row has only a "text", in which question and answer are not separated.',
      'Split it into "prompt" and "response".',
    );
    return { prompt: undefined, response: undefined };
  }
  const prompt = requiredText(row, written(row, "prompt", ["inputs"]), faults);
  const answer = written(row, "response", ["completion", "targets"]);
  if (purpose === "training") return inContext(row, prompt, requiredText(row, answer, faults), faults);
  // A training file may be used for evaluation: its responses are the references.
  const key = isAbsent(row.reference) && !isAbsent(row[answer]) ? answer : "reference";
  return inContext(row, prompt, optionalText(row, key, faults), faults);
}

/** Returns the field of a side in this row: Pinch's own name, or that of TRL or Aya if absent. */
function written(row: JsonObject, own: string, others: readonly string[]): string {
  return isAbsent(row[own]) ? (others.find(name => !isAbsent(row[name])) ?? own) : own;
}

/** Reads an Alpaca row. The input follows the instruction after a blank line, as in most Alpaca prompts. */
function alpacaSides(row: JsonObject, purpose: Purpose, faults: RowFaults): Sides {
  const instruction = requiredText(row, "instruction", faults);
  const input = inputOf(row, faults);
  const prompt = input === undefined ? instruction : instruction && `${instruction}${gap}${input}`;
  if (purpose === "training") return inContext(row, prompt, requiredText(row, "output", faults), faults);
  const key = isAbsent(row.reference) ? "output" : "reference";
  return inContext(row, prompt, optionalText(row, key, faults), faults);
}

/** Returns the input. Datasets generated from Alpaca's examples write `<noinput>` if there is none. */
function inputOf(row: JsonObject, faults: RowFaults): string | undefined {
  const input = optionalText(row, "input", faults);
  if (input === undefined || !/^\s*<\s*no[\s_-]?input\s*>\s*$/i.test(input)) return input;
  faults.warnOnce(
    "no-input",
    rows => `${countOf(rows, "row has", "rows have")} <noinput> as input, which is read as no input.`,
    "If that is right, there is nothing to do.",
  );
  return undefined;
}

/** Adds the row's earlier exchanges and its system message. */
function inContext(
  row: JsonObject,
  prompt: string | undefined,
  response: string | undefined,
  faults: RowFaults,
): Sides {
  const earlier = readHistory(row, faults);
  const system = optionalText(row, "system", faults);
  if (prompt === undefined || earlier === null) return { prompt, response };
  return { prompt, response, ...contextOf(earlier, system) };
}

function contextOf(
  earlier: readonly Exchange[],
  system: string | undefined,
): Omit<Sides, "prompt" | "response"> {
  return { ...(earlier.length > 0 && { earlier }), ...(system !== undefined && { system }) };
}

/** Reads pairs in LLaMA-Factory's layout; null if invalid, which is reported. */
function readHistory({ history }: JsonObject, faults: RowFaults): readonly Exchange[] | null {
  if (isAbsent(history)) return [];
  const pairs = Array.isArray(history) ? history : [null];
  const exchanges = pairs.flatMap((pair: unknown): Exchange[] => {
    const [prompt, response] = (Array.isArray(pair) ? pair : []) as readonly unknown[];
    const isPair = typeof prompt === "string" && typeof response === "string";
    return isPair && !isAbsent(prompt) && !isAbsent(response) ? [{ prompt, response }] : [];
  });
  if (exchanges.length === pairs.length) return exchanges;
  faults.error(
    "wrong-type",
    `"history" must be a list of pairs of texts.`,
    `Write, for example, [["question", "answer"], …].`,
  );
  return null;
}

/** Joins the turns of a prompt and its completion, as in TRL's layout; the completion may be plain text. */
function promptAndCompletion({
  prompt,
  completion,
  response,
}: JsonObject): ReturnType<typeof readConversation> {
  const answer = isAbsent(completion) ? response : completion;
  const answers = Array.isArray(answer)
    ? answer
    : isAbsent(answer)
      ? []
      : [{ role: "assistant", content: answer }];
  return readConversation([...(prompt as readonly unknown[]), ...(answers as readonly unknown[])], "prompt");
}

/**
 * Returns the sides of a chat. Training uses all exchanges; an evaluation asks the last prompt, with
 * everything before it as context.
 */
function chatSides(
  read: ReturnType<typeof readConversation>,
  row: JsonObject,
  purpose: Purpose,
  faults: RowFaults,
): Sides {
  const none: Sides = { prompt: undefined, response: undefined };
  if (isFault(read)) {
    faults.error(read.code, read.message, read.remedy);
    return none;
  }
  const { exchanges, open } = read;
  if (exchanges.length === 0 && purpose === "training") {
    faults.error(
      "missing-field",
      "The conversation has no assistant turn after the user's.",
      `Add {"role": "assistant", "content": …}.`,
    );
    return none;
  }
  warnOfChanges(read, purpose, faults);
  const system = read.system ?? optionalText(row, "system", faults);
  const asked = purpose !== "training" && open !== null;
  const last = asked ? { prompt: open, response: undefined } : exchanges.at(-1);
  const earlier = asked ? exchanges : exchanges.slice(0, -1);
  const reference = purpose === "training" ? undefined : optionalText(row, "reference", faults);
  return { prompt: last?.prompt, response: reference ?? last?.response, ...contextOf(earlier, system) };
}

function warnOfChanges(
  { changes, exchanges, open }: Conversation,
  purpose: Purpose,
  faults: RowFaults,
): void {
  for (const change of changes) {
    const [one, several] = conversationChanges[change];
    faults.warnOnce(
      change,
      rows => `There ${rows === 1 ? "is" : "are"} ${countOf(rows, one, several)}.`,
      "If that is right, there is nothing to do.",
    );
  }
  if (open !== null && exchanges.length > 0 && purpose === "training")
    faults.warnOnce(
      "unanswered-turn",
      rows => `${countOf(rows, "row ends", "rows end")} with an unanswered user turn, which is not used.`,
      "Add the answer, or remove the turn.",
    );
}

/** Names of the sides in other tools. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  prompt: ["question", "query", "text", "input", "inputs", "user"],
  response: ["answer", "answers", "output", "target", "targets", "chosen", "assistant"],
  output: ["response", "answer", "completion", "target"],
};

function requiredText(row: JsonObject, key: string, faults: RowFaults): string | undefined {
  if (key in row) return textField(row, key, faults);
  faults.error("missing-field", `"${key}" is missing.`, remedyOfMissing(row, key));
  return undefined;
}

function remedyOfMissing(row: JsonObject, key: string): string {
  const keys = Object.keys(row);
  const near = closest(key, keys) ?? otherNames[key]?.find(name => keys.includes(name));
  if (near !== undefined) return `Rename "${near}" to "${key}".`;
  return `The row has ${keys.length === 0 ? "no fields" : keys.map(name => `"${name}"`).join(", ")}.`;
}

function optionalText(row: JsonObject, key: string, faults: RowFaults): string | undefined {
  return isAbsent(row[key]) ? undefined : textField(row, key, faults);
}

function textField(row: JsonObject, key: string, faults: RowFaults): string | undefined {
  const value = row[key];
  if (typeof value !== "string") {
    faults.error("wrong-type", `"${key}" must be text in quotes, not ${kindOf(value)}.`);
    return undefined;
  }
  if (value.trim() !== "") return value;
  faults.error("empty-text", `"${key}" is empty.`, "Write it, or remove the row.");
  return undefined;
}
