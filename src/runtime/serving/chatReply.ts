// Replies of OpenAI's chat completions API.
import { randomUUID } from "node:crypto";
import { HumanError, messageOf } from "../../common/errors.ts";
import { messageAndRemedy } from "../../common/systemErrors.ts";
import { RefusedRequest } from "./chatRequest.ts";
import type { Answer } from "./servedModels.ts";

export interface Completion {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
}

export function newCompletion(model: string): Completion {
  return { id: `chatcmpl-${randomUUID()}`, model, created: Math.floor(Date.now() / 1000) };
}

function usageOf({ promptTokens, newTokens }: Answer) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: newTokens,
    total_tokens: promptTokens + newTokens,
  };
}

export function wholeReply(completion: Completion, answer: Answer): unknown {
  const message = { role: "assistant", content: answer.text, refusal: null };
  return {
    ...completion,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: answer.finish }],
    usage: usageOf(answer),
  };
}

/** @param delta What is new of the message. */
export function chunk(
  completion: Completion,
  delta: { readonly role?: "assistant"; readonly content?: string },
  finish: Answer["finish"] | null = null,
): unknown {
  return {
    ...completion,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  };
}

export function usageChunk(completion: Completion, answer: Answer): unknown {
  return { ...completion, object: "chat.completion.chunk", choices: [], usage: usageOf(answer) };
}

export function modelList(ids: readonly string[]): unknown {
  const data = ids.map(id => ({ id, object: "model", created: 0, owned_by: "pinch" }));
  return { object: "list", data };
}

export function errorReply(error: unknown): { readonly status: number; readonly body: unknown } {
  const [status, param] = error instanceof RefusedRequest ? [error.status, error.parameter] : [500, null];
  const message = error instanceof HumanError ? messageAndRemedy(error) : messageOf(error);
  const type = status < 500 ? "invalid_request_error" : "server_error";
  return { status, body: { error: { message, type, param, code: null } } };
}
