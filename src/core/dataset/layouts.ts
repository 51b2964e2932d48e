// The two sides of a row in each layout that people's data come in: Pinch's own, Alpaca, chat.
import { closest } from "../../common/didYouMean.ts";
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

export function readSides(row: JsonObject, purpose: Purpose, faults: RowFaults): Sides {
  if ("messages" in row) return chatSides(row.messages, purpose, faults);
  if ("instruction" in row) return alpacaSides(row, purpose, faults);
  return ownSides(row, purpose, faults);
}

function ownSides(row: JsonObject, purpose: Purpose, faults: RowFaults): Sides {
  if ("conversations" in row && !("prompt" in row)) {
    faults.error(
      "missing-field",
      `"prompt" is missing; "conversations" is not read.`,
      `Write the turns as "messages" of {"role": "user" or "assistant", "content": …}.`,
    );
    return { prompt: undefined, response: undefined };
  }
  const prompt = requiredText(row, "prompt", faults);
  if (purpose === "training") return { prompt, response: requiredText(row, "response", faults) };
  // A training file may serve for evaluation: its responses are the references.
  const key = isAbsent(row.reference) && !isAbsent(row.response) ? "response" : "reference";
  return { prompt, response: optionalText(row, key, faults) };
}

/** The input follows the instruction after a blank line, as in most people's Alpaca prompts. */
function alpacaSides(row: JsonObject, purpose: Purpose, faults: RowFaults): Sides {
  const instruction = requiredText(row, "instruction", faults);
  const input = optionalText(row, "input", faults);
  const prompt = input === undefined ? instruction : instruction && `${instruction}\n\n${input}`;
  if (purpose === "training") return { prompt, response: requiredText(row, "output", faults) };
  const key = isAbsent(row.reference) ? "output" : "reference";
  return { prompt, response: optionalText(row, key, faults) };
}

interface Turn {
  readonly role: string;
  readonly content: string;
}

/** The first exchange; system messages stand before the prompt, with a blank line between. */
function chatSides(messages: unknown, purpose: Purpose, faults: RowFaults): Sides {
  const none: Sides = { prompt: undefined, response: undefined };
  const turns = readTurns(messages, faults);
  if (turns === null) return none;
  const asked = turns.findIndex(turn => turn.role === "user");
  const user = turns[asked];
  if (user === undefined) {
    faults.error(
      "missing-field",
      `"messages" has no turn of the user.`,
      `Add {"role": "user", "content": …}.`,
    );
    return none;
  }
  const answer = turns.slice(asked + 1).find(turn => turn.role === "assistant");
  if (answer === undefined && purpose === "training") {
    faults.error(
      "missing-field",
      `"messages" has no turn of the assistant after the user's.`,
      `Add {"role": "assistant", "content": …}.`,
    );
    return none;
  }
  const exchanges = turns.filter(turn => turn.role === "user").length;
  if (exchanges > 1) {
    faults.warnOnce(
      "more-turns",
      rows =>
        `${rows} ${rows === 1 ? "row has" : "rows have"} more than one exchange; the first one is used.`,
      "Split longer conversations into rows if all of them should count.",
    );
  }
  const system = turns.filter(turn => turn.role === "system" || turn.role === "developer");
  const prompt = [...system, user].map(turn => turn.content).join("\n\n");
  return {
    prompt: notEmpty(prompt, "content", faults),
    response: answer && notEmpty(answer.content, "content", faults),
  };
}

function readTurns(messages: unknown, faults: RowFaults): Turn[] | null {
  if (!Array.isArray(messages)) {
    faults.error(
      "wrong-type",
      `"messages" must be a list of turns, not ${kindOf(messages)}.`,
      `Write it like [{"role": "user", "content": …}, …].`,
    );
    return null;
  }
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const { role, content } = (typeof message === "object" && message !== null ? message : {}) as JsonObject;
    const text = contentText(content);
    if (typeof role !== "string" || text === null) {
      faults.error(
        "wrong-type",
        `Turn ${index + 1} of "messages" must have a "role" and a "content" of text.`,
        `Write it like {"role": "user", "content": …}.`,
      );
      return null;
    }
    turns.push({ role, content: text });
  }
  return turns;
}

/** A string, or a list of text parts as some APIs write it. */
function contentText(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part: unknown) => {
    const { type, text } = (typeof part === "object" && part !== null ? part : {}) as JsonObject;
    return type === "text" && typeof text === "string" ? text : null;
  });
  return parts.includes(null) ? null : parts.join("");
}

/** Names that other tools use for the two sides. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  prompt: ["question", "query", "text", "input", "inputs", "user"],
  response: ["answer", "answers", "completion", "output", "target", "targets", "chosen", "assistant"],
  output: ["response", "answer", "completion", "target"],
};

function requiredText(row: JsonObject, key: string, faults: RowFaults): string | undefined {
  if (key in row) return textField(row, key, faults);
  const keys = Object.keys(row);
  const near = closest(key, keys) ?? otherNames[key]?.find(name => keys.includes(name));
  const remedy =
    near !== undefined
      ? `Rename "${near}" to "${key}".`
      : `The row has ${keys.length === 0 ? "no fields" : keys.map(name => `"${name}"`).join(", ")}.`;
  faults.error("missing-field", `"${key}" is missing.`, remedy);
  return undefined;
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
  return notEmpty(value, key, faults);
}

function notEmpty(text: string, key: string, faults: RowFaults): string | undefined {
  if (text.trim() !== "") return text;
  faults.error("empty-text", `"${key}" is empty.`, "Write it, or remove the row.");
  return undefined;
}
