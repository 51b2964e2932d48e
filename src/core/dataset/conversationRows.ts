// Rows of Multi-IF: conversations of several turns. The first turn is read as a row of its own.

import type { JsonObject } from "../../common/json.ts";
import { parseJson } from "./parseJson.ts";
import type { RowFaults } from "./rowFaults.ts";

/**
 * Returns the first turn in IFEval's layout; any other row is returned unchanged. Later
 * turns need the model's own answers before them, which an evaluation of single prompts
 * doesn't have: the number of such rows is reported.
 */
export function firstTurn(row: JsonObject, faults: RowFaults): JsonObject {
  if (!("turn_1_prompt" in row) || "prompt" in row) return row;
  if (hasPrompt(row.turn_2_prompt))
    faults.warnOnce(
      "later-turns",
      rows =>
        `Only the first turn of ${rows} ${rows === 1 ? "conversation" : "conversations"} is evaluated: instructions of later turns are not scored.`,
      "Compare the scores with those of Multi-IF's first turn only, not with its means over turns.",
    );
  const { key, language, turn_1_prompt, turn_1_instruction_id_list, turn_1_kwargs } = row;
  return {
    key,
    ...(language === undefined ? {} : { language }),
    prompt: contentOf(turn_1_prompt),
    instruction_id_list: turn_1_instruction_id_list,
    kwargs: turn_1_kwargs,
  };
}

/** Returns true if the turn exists; the published file writes absent turns as the word None. */
function hasPrompt(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && value !== "None";
}

/**
 * Returns the text of a turn: the content of `{"role": "user", "content": "…"}`, as
 * published, or the text itself.
 */
function contentOf(value: unknown): unknown {
  if (typeof value !== "string" || !value.trimStart().startsWith("{")) return value;
  try {
    const message: unknown = parseJson(value);
    const isMessage = typeof message === "object" && message !== null && "content" in message;
    return isMessage ? message.content : value;
  } catch {
    return value;
  }
}
