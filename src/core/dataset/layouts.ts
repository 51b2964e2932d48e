// The two sides of a row in each layout that people's data come in: Pinch's own, Alpaca, prompt and completion, chat.
import { closest } from "../../common/didYouMean.ts";
import { countOf } from "../../common/words.ts";
import { type Conversation, conversationChanges, gap, isFault, readConversation } from "./conversation.ts";
import type { JsonObject } from "./jsonRows.ts";
import type { RowFaults } from "./rowFaults.ts";
import { isAbsent, kindOf } from "./values.ts";

/** `undefined`: not written, or faulty with the fault noted. */
export interface Sides {
  readonly prompt: string | undefined;
  readonly response: string | undefined;
}

/** `training`: the response is required. `development`: rows as for evaluation, whose reference is required. */
export type Purpose = "training" | "evaluation" | "development";

/** Fields that hold a chat, as OpenAI, ShareGPT and WildChat call them. */
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
      'The row has one "text" only, in which no answer can be told from its question.',
      'Write them as "prompt" and "response".',
    );
    return { prompt: undefined, response: undefined };
  }
  const prompt = inContext(row, requiredText(row, "prompt", faults), faults);
  const answer = isAbsent(row.response) && !isAbsent(row.completion) ? "completion" : "response";
  if (purpose === "training") return { prompt, response: requiredText(row, answer, faults) };
  // A training file may serve for evaluation: its responses are the references.
  const key = isAbsent(row.reference) && !isAbsent(row[answer]) ? answer : "reference";
  return { prompt, response: optionalText(row, key, faults) };
}

/** The input follows the instruction after a blank line, as in most people's Alpaca prompts. */
function alpacaSides(row: JsonObject, purpose: Purpose, faults: RowFaults): Sides {
  const instruction = requiredText(row, "instruction", faults);
  const input = optionalText(row, "input", faults);
  const asked = input === undefined ? instruction : instruction && `${instruction}${gap}${input}`;
  const prompt = inContext(row, asked, faults);
  if (purpose === "training") return { prompt, response: requiredText(row, "output", faults) };
  const key = isAbsent(row.reference) ? "output" : "reference";
  return { prompt, response: optionalText(row, key, faults) };
}

/** A system message stands before the prompt; earlier exchanges are counted. */
function inContext(row: JsonObject, prompt: string | undefined, faults: RowFaults): string | undefined {
  if (Array.isArray(row.history) && row.history.length > 0)
    faults.warnOnce(
      "history",
      (rows, turns) =>
        `${countOf(rows, "row has", "rows have")} a history of ${countOf(turns, "exchange")} in all, which ${turns === 1 ? "is" : "are"} not used.`,
      "Write what the answer needs into the instruction.",
      row.history.length,
    );
  const system = optionalText(row, "system", faults);
  return system === undefined || prompt === undefined ? prompt : `${system}${gap}${prompt}`;
}

/** Turns that the completion goes on with, as TRL writes them; a completion may be a text all the same. */
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

/** The first exchange; the system's message stands before the prompt. */
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
  const [first, ...others] = read.exchanges;
  if (first === undefined && purpose === "training") {
    faults.error(
      "missing-field",
      "The conversation has no turn of the assistant after the user's.",
      `Add {"role": "assistant", "content": …}.`,
    );
    return none;
  }
  warnOfChanges(read, others.length, purpose, faults);
  const reference = purpose === "training" ? undefined : optionalText(row, "reference", faults);
  const asked = first?.prompt ?? read.open ?? undefined;
  const system = read.system ?? optionalText(row, "system", faults);
  return {
    prompt: asked === undefined || system === undefined ? asked : `${system}${gap}${asked}`,
    response: reference ?? first?.response,
  };
}

function warnOfChanges(
  { changes, exchanges, open }: Conversation,
  unused: number,
  purpose: Purpose,
  faults: RowFaults,
): void {
  for (const change of changes) {
    const [one, several] = conversationChanges[change];
    faults.warnOnce(
      change,
      rows => `There ${rows === 1 ? "is" : "are"} ${countOf(rows, one, several)}.`,
      "Nothing needs to be done where that is right.",
    );
  }
  const turns = unused + (open !== null && exchanges.length > 0 && purpose !== "training" ? 1 : 0);
  if (turns > 0)
    faults.warnOnce(
      "more-turns",
      (rows, exchanges) =>
        `${countOf(rows, "row has", "rows have")} more than one exchange: the first one is used, ${countOf(exchanges, "other is", "others are")} not.`,
      "Split longer conversations into rows if all of them should count.",
      turns,
    );
  if (open !== null && exchanges.length > 0 && purpose === "training")
    faults.warnOnce(
      "unanswered-turn",
      rows =>
        `${countOf(rows, "row ends", "rows end")} with a turn of the user that nothing answers: it is not used.`,
      "Add the answer, or remove the turn.",
    );
}

/** Names that other tools use for the two sides. */
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
