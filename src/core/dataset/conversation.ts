// Reads chats of any tool's format into exchanges, and reports turns that are not used as written.
import { parseJson } from "./parseJson.ts";
import { isAbsent, kindOf } from "./values.ts";

export interface Exchange {
  readonly prompt: string;
  readonly response: string;
}

export interface Conversation {
  /** System message before the user's first turn; null if there is none. */
  readonly system: string | null;
  readonly exchanges: readonly Exchange[];
  /** The user's last turn if it has no answer; null otherwise. */
  readonly open: string | null;
  readonly changes: readonly ConversationChange[];
}

/** Turns that are not used as written: text for one row, and for several. */
export const conversationChanges = {
  joinedTurns: [
    "row with consecutive turns of one role, which are joined",
    "rows with consecutive turns of one role, which are joined",
  ],
  laterSystem: [
    "row with a later system message, moved before the user's next turn",
    "rows with later system messages, moved before the user's next turn",
  ],
  openingTurn: [
    "row that begins with the assistant, whose first turn is not used",
    "rows that begin with the assistant, whose first turns are not used",
  ],
  reasoning: ["row with reasoning, which is not used", "rows with reasoning, which is not used"],
} as const;

export type ConversationChange = keyof typeof conversationChanges;

export interface ConversationFault {
  readonly code: "wrong-type" | "empty-text" | "tool-turns" | "missing-field";
  readonly message: string;
  readonly remedy: string;
}

type Role = "system" | "user" | "assistant" | "tool";

/** Role names of OpenAI, ShareGPT, OASST and LLaMA-Factory. */
const roles: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  assistant: "assistant",
  gpt: "assistant",
  chatgpt: "assistant",
  bot: "assistant",
  model: "assistant",
  tool: "tool",
  function: "tool",
  ipython: "tool",
  observation: "tool",
  tool_call: "tool",
  tool_response: "tool",
  function_call: "tool",
  function_response: "tool",
};

interface Turn {
  readonly role: Role;
  readonly text: string;
  readonly reasons: boolean;
}

/**
 * Reads a conversation.
 * @param written a list of turns, or its JSON text as found in tables
 * @param name name of the field, for faults
 */
export function readConversation(written: unknown, name: string): Conversation | ConversationFault {
  const list =
    typeof written === "string" && written.trimStart().startsWith("[") ? fromText(written) : written;
  if (!Array.isArray(list))
    return {
      code: "wrong-type",
      message: `"${name}" must be a list of turns, not ${kindOf(list)}.`,
      remedy: `Write, for example, [{"role": "user", "content": …}, …].`,
    };
  const turns: Turn[] = [];
  for (const [index, item] of list.entries()) {
    const turn = readTurn(item, `Turn ${index + 1} of "${name}"`);
    if ("code" in turn) return turn;
    turns.push(turn);
  }
  return arrange(turns);
}

export function isFault(read: Conversation | ConversationFault): read is ConversationFault {
  return "code" in read;
}

function fromText(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function readTurn(item: unknown, name: string): Turn | ConversationFault {
  const fields = (typeof item === "object" && item !== null ? item : {}) as Readonly<Record<string, unknown>>;
  const written = fields.role ?? fields.from ?? fields.speaker;
  if (typeof written !== "string") return noTurn(name);
  const role = Object.hasOwn(roles, written.toLowerCase()) ? roles[written.toLowerCase()] : undefined;
  if (role === undefined)
    return {
      code: "wrong-type",
      message: `${name} has the unknown role ${JSON.stringify(written)}.`,
      remedy: `Roles are "system", "user" and "assistant".`,
    };
  const calls = [fields.tool_calls, fields.function_call].some(
    call => !isAbsent(call) && !(Array.isArray(call) && call.length === 0),
  );
  if (role === "tool" || calls) return { role: "tool", text: "", reasons: false };
  const content = readContent(fields.content ?? fields.value ?? fields.text);
  if (content === null) return noTurn(name);
  if ("type" in content)
    return {
      code: "wrong-type",
      message: `${name} has a part of type ${JSON.stringify(content.type)}, which is not text.`,
      remedy: "Remove the row: only text can be used.",
    };
  if (content.text.trim() === "" && role !== "system")
    return { code: "empty-text", message: `${name} is empty.`, remedy: "Write it, or remove the row." };
  const fieldsOfReasoning = [fields.reasoning_content, fields.reasoning, fields.thinking];
  return { role, text: content.text, reasons: content.reasons || !fieldsOfReasoning.every(isAbsent) };
}

function noTurn(name: string): ConversationFault {
  return {
    code: "wrong-type",
    message: `${name} must have a "role" and a "content" that is text.`,
    remedy: `Write, for example, {"role": "user", "content": …}.`,
  };
}

type Content = { readonly text: string; readonly reasons: boolean } | { readonly type: unknown } | null;

/** Reads the content of a turn: a text, or a list of parts as used by some APIs. */
function readContent(content: unknown): Content {
  if (typeof content === "string") return { text: content, reasons: false };
  if (!Array.isArray(content)) return null;
  const texts: string[] = [];
  let reasons = false;
  for (const part of content as readonly unknown[]) {
    const fields = typeof part === "string" ? { type: "text", text: part } : part;
    if (typeof fields !== "object" || fields === null) return null;
    const { type, text } = fields as Readonly<Record<string, unknown>>;
    if (type === "reasoning" || type === "thinking") reasons = true;
    else if (typeof text === "string") texts.push(text);
    else return { type };
  }
  return { text: texts.join(""), reasons };
}

/** Pairs turns; those in between are joined to the turn they belong to. */
function arrange(turns: readonly Turn[]): Conversation | ConversationFault {
  const changes = new Set<ConversationChange>();
  const system: string[] = [];
  const exchanges: Exchange[] = [];
  let asked: string[] = [];
  let users = 0;
  let answers: string[] = [];
  let tool = -1;
  const close = (): void => {
    if (answers.length > 0) exchanges.push({ prompt: asked.join(gap), response: answers.join(gap) });
    if (answers.length > 1 || users > 1) changes.add("joinedTurns");
    [asked, answers, users] = [[], [], 0];
  };
  for (const [index, { role, text, reasons }] of turns.entries()) {
    if (reasons) changes.add("reasoning");
    if (role === "tool") tool = index;
    else if (role === "assistant") {
      if (tool >= 0) return restsOnTool(tool + 1);
      if (users === 0 && exchanges.length === 0) changes.add("openingTurn");
      else answers.push(text);
    } else {
      if (answers.length > 0) close();
      if (role === "user") {
        users++;
        asked.push(text);
      } else if (text.trim() === "") continue;
      else if (users === 0 && exchanges.length === 0) system.push(text);
      else {
        changes.add("laterSystem");
        asked.push(text);
      }
    }
  }
  const open = answers.length === 0 && users > 0 ? asked.join(gap) : null;
  close();
  if (exchanges.length === 0 && open === null)
    return {
      code: "missing-field",
      message: "The conversation has no user turn.",
      remedy: `Add {"role": "user", "content": …}.`,
    };
  return { system: system.length === 0 ? null : system.join(gap), exchanges, open, changes: [...changes] };
}

/** Separator between texts that are joined. */
export const gap = "\n\n";

function restsOnTool(turn: number): ConversationFault {
  return {
    code: "tool-turns",
    message: `The answer depends on a tool (turn ${turn}), which not every model's chat template supports.`,
    remedy: "Remove the row, or put the tool's output into the user's turn.",
  };
}
