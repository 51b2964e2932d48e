// Reads a request of OpenAI's chat completions API. What would change the answer and can't be done is refused.
import { isObject, type JsonObject } from "../../common/json.ts";
import { listed } from "../../common/words.ts";
import type { Asked } from "../../core/prompt/chat.ts";

/** A request that is answered with an error in OpenAI's form. */
export class RefusedRequest extends Error {
  readonly status: number;
  /** Name of the parameter at fault, if it is one. */
  readonly parameter: string | null;

  constructor(
    message: string,
    { status = 400, parameter = null }: { status?: number; parameter?: string | null },
  ) {
    super(message);
    this.status = status;
    this.parameter = parameter;
  }
}

export interface ChatRequest {
  readonly model: string;
  readonly asked: Asked;
  /** Null for as many as fit. */
  readonly maxTokens: number | null;
  /** Null for the setting of the model's mixture file; likewise `topP` and `seed`. */
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly seed: number | null;
  /** Texts before which a response ends. */
  readonly stop: readonly string[];
  readonly stream: boolean;
  /** Whether a stream ends with the numbers of tokens. */
  readonly streamUsage: boolean;
}

/** Parameters without effect on the text of an answer. */
const harmless = new Set([
  "messages",
  "metadata",
  "model",
  "parallel_tool_calls",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
  "store",
  "stream",
  "stream_options",
  "user",
]);

/** Values that stand for the absence of a parameter, besides null and empty lists and objects. */
const neutral: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["n", [1]],
  ["frequency_penalty", [0]],
  ["presence_penalty", [0]],
  ["logprobs", [false]],
  ["tool_choice", ["none", "auto"]],
]);

function asksForNothing(name: string, value: unknown): boolean {
  if (name === "response_format" && isObject(value) && value.type === "text") return true;
  const isEmpty = typeof value === "object" && Object.keys(value ?? {}).length === 0;
  return isEmpty || neutral.get(name)?.includes(value) === true;
}

function refuse(parameter: string, message: string): never {
  throw new RefusedRequest(message, { parameter });
}

function numberOf(body: JsonObject, name: string, least: number, most: number): number | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  if (typeof value !== "number" || !(value >= least && value <= most))
    refuse(name, `${name} must be a number from ${least} to ${most}.`);
  return value;
}

function wholeNumberOf(body: JsonObject, name: string, least: number): number | null {
  const value = numberOf(body, name, least, Number.MAX_SAFE_INTEGER);
  if (value !== null && !Number.isInteger(value)) refuse(name, `${name} must be a whole number.`);
  return value;
}

function flagOf(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value !== "boolean") refuse(name, `${name} must be true or false.`);
  return value;
}

function stopsOf(body: JsonObject): readonly string[] {
  const stop = body.stop ?? [];
  const texts: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  if (texts.length > 4) refuse("stop", "stop takes at most 4 texts.");
  return texts.map(text => {
    if (typeof text !== "string" || text === "") refuse("stop", "stop takes texts that are not empty.");
    return text;
  });
}

function textOf(content: unknown, place: string): string {
  if (typeof content === "string") return content;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [null];
  return parts
    .map(part => {
      if (!isObject(part) || part.type !== "text" || typeof part.text !== "string")
        refuse(place, `${place} must be text: these models see nothing else.`);
      return part.text;
    })
    .join("");
}

/** Clients send back messages of assistants as they got them. */
const messageKeys = new Set(["role", "content", "annotations", "refusal"]);

/** A system message first if any, then turns of user and assistant, the last one the user's. */
function askedOf(messages: unknown): Asked {
  if (!Array.isArray(messages) || messages.length === 0)
    refuse("messages", "messages must be a list with at least one message.");
  const turns = messages.map((message: unknown, i) => {
    if (!isObject(message)) refuse(`messages[${i}]`, `messages[${i}] must be an object.`);
    const other = Object.keys(message).find(key => !messageKeys.has(key) && message[key] !== null);
    if (other !== undefined)
      refuse(
        `messages[${i}].${other}`,
        `messages[${i}].${other} is not supported: a message has role and content.`,
      );
    return { role: message.role, content: textOf(message.content, `messages[${i}].content`) };
  });
  const system = turns[0]?.role === "system" || turns[0]?.role === "developer" ? turns.shift() : undefined;
  const expected = (i: number): string => (i % 2 === 0 ? "user" : "assistant");
  const wrong = turns.findIndex(({ role }, i) => role !== expected(i));
  if (wrong >= 0 || turns.length % 2 === 0)
    refuse(
      "messages",
      "messages must be a system message if there is one, then user and assistant in turn, and user last.",
    );
  const earlier = Array.from({ length: (turns.length - 1) / 2 }, (_, i) => ({
    prompt: turns[2 * i]?.content ?? "",
    response: turns[2 * i + 1]?.content ?? "",
  }));
  return {
    prompt: turns.at(-1)?.content ?? "",
    ...(earlier.length > 0 && { earlier }),
    ...(system !== undefined && { system: system.content }),
  };
}

const known = [
  "max_completion_tokens",
  "max_tokens",
  "seed",
  "stop",
  "temperature",
  "top_p",
] as const satisfies readonly string[];

/** @throws RefusedRequest */
export function readChatRequest(body: unknown): ChatRequest {
  if (!isObject(body)) throw new RefusedRequest("The body must be a JSON object.", {});
  for (const [name, value] of Object.entries(body)) {
    const isKnown = harmless.has(name) || known.some(one => one === name);
    if (isKnown || asksForNothing(name, value)) continue;
    const values = neutral.get(name);
    if (values !== undefined) refuse(name, `${name} can only be ${values.join(" or ")}.`);
    refuse(name, `${name} is not supported. Supported are ${listed(known)}.`);
  }
  if (typeof body.model !== "string") refuse("model", "model must name one of the models of /v1/models.");
  const options = isObject(body.stream_options) ? body.stream_options : {};
  return {
    model: body.model,
    asked: askedOf(body.messages),
    maxTokens: wholeNumberOf(body, "max_completion_tokens", 1) ?? wholeNumberOf(body, "max_tokens", 1),
    temperature: numberOf(body, "temperature", 0, 2),
    topP: numberOf(body, "top_p", 0, 1),
    seed: wholeNumberOf(body, "seed", Number.MIN_SAFE_INTEGER),
    stop: stopsOf(body),
    stream: flagOf(body, "stream"),
    streamUsage: flagOf(options, "include_usage"),
  };
}
