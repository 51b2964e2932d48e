// Parses the response of an OpenAI-compatible endpoint: a text with its usage, or the reason why there is
// none.
import { HumanError } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { JudgeFailure } from "./judge.ts";
import { whereKeysGo } from "./secret.ts";

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  /** Complete body, with the key removed. */
  readonly body: string;
}

export interface CompletionText {
  readonly text: string;
  /** Model named in the response; null if there is none. */
  readonly model: string | null;
  /** Fingerprint of the system behind the model; null if there is none. */
  readonly fingerprint: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Maximum wait in milliseconds. A request for a longer one is an error. */
const longestPause = 15 * 60 * 1000;
const maxTokens = 100_000_000;
/** Number of characters shown of an endpoint's own message. */
const shownLength = 300;

export const wrongAddress =
  "Check the judge's address: it must be an API that speaks OpenAI's chat completions.";
const laterRemedy = "Look at the endpoint's own log, and compare again: what was answered is kept.";

/** @throws HumanError or JudgeFailure, see `Judge.ask`. */
export function readReply(reply: HttpReply, place: string, model: string): CompletionText {
  const { status, body } = reply;
  if (status !== 200) throw failureOf(reply, place, model);
  const value = parsed(body);
  if (value === null) {
    const html = /^\s*</.test(body) || reply.contentType.includes("html");
    throw new JudgeFailure(
      html
        ? `${place} answered with a web page instead of JSON.`
        : `${place} answered with invalid or incomplete JSON (${body.length} characters).`,
      { retry: true, remedy: html ? wrongAddress : laterRemedy },
    );
  }
  const content = contentOf(value);
  if (content === null) {
    const said = errorText(value);
    throw new JudgeFailure(`${place} answered without a choice${said === "" ? "." : `: ${said}`}`, {
      retry: true,
      remedy: laterRemedy,
    });
  }
  const usage = isObject(value.usage) ? value.usage : {};
  return {
    text: content,
    model: nameOf(value.model),
    fingerprint: nameOf(value.system_fingerprint),
    promptTokens: countOf(usage.prompt_tokens),
    completionTokens: countOf(usage.completion_tokens),
  };
}

function nameOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function parsed(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Text of the answer. An empty one is an answer that can't be parsed; null if there is no choice. */
function contentOf({ choices }: JsonObject): string | null {
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = isObject(first) ? first.message : undefined;
  if (!isObject(message)) return null;
  const { content } = message;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) => (isObject(part) && typeof part.text === "string" ? part.text : ""))
    .join("");
}

/** Tokens of one question; null if not reported, or more than any model processes. */
function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= maxTokens
    ? value
    : null;
}

/** The endpoint's own error message. */
function errorText(value: JsonObject | null): string {
  const error = value?.error;
  const message = isObject(error) ? error.message : (error ?? value?.message ?? value?.detail);
  return typeof message === "string" ? message.slice(0, shownLength) : "";
}

function failureOf(reply: HttpReply, place: string, model: string): HumanError | JudgeFailure {
  const { status, body } = reply;
  const value = parsed(body);
  const said = errorText(value);
  const words = said === "" ? "" : `: ${said}`;
  if (status === 401 || status === 403)
    // Not the endpoint's own message, which may repeat a part of the key.
    return new HumanError(`${place} refused the key (status ${status}).`, {
      remedy: `Give a key that is valid there (${whereKeysGo}), and check that it may use ${model}.`,
    });
  if (status >= 300 && status < 400)
    return new HumanError(`${place} redirects elsewhere (status ${status}).`, {
      remedy: "Use the address that it points to; a key is not sent on.",
    });
  if (status === 404)
    return new HumanError(`${place} has no model ${model}, or is not such an API (status 404)${words}`, {
      remedy: `${wrongAddress} Check the model's name too.`,
    });
  if (status === 429) return rateLimit(reply, place, value, words);
  const passing = status >= 500 || status === 408 || status === 409 || status === 425;
  const pause = pauseOf(reply.retryAfter);
  return new JudgeFailure(`${place} failed with status ${status}${words}`, {
    retry: passing,
    remedy: laterRemedy,
    pauseMs: passing && pause !== null ? Math.min(pause, longestPause) : null,
  });
}

function rateLimit(
  reply: HttpReply,
  place: string,
  value: JsonObject | null,
  words: string,
): HumanError | JudgeFailure {
  const error = isObject(value?.error) ? value.error : {};
  if (error.code === "insufficient_quota" || error.type === "insufficient_quota")
    return new HumanError(`${place} says that the quota is used up${words}`, {
      kind: "run",
      remedy: "Add credit there, then compare again: what was answered is kept.",
    });
  const pause = pauseOf(reply.retryAfter);
  if (pause !== null && pause > longestPause)
    return new HumanError(`${place} asks to wait ${Math.ceil(pause / 60_000)} minutes${words}`, {
      kind: "run",
      remedy: "Compare again then: what was answered is kept.",
    });
  return new JudgeFailure(`${place} limits the rate of questions (status 429)${words}`, {
    retry: true,
    pauseMs: pause ?? 0,
    remedy: "Lower the concurrency, or compare again later: what was answered is kept.",
  });
}

/** Parses Retry-After to milliseconds: a number of seconds, or a date; null if it is missing or invalid. */
export function pauseOf(retryAfter: string | null, now = Date.now()): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter);
  if (retryAfter.trim() !== "" && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
