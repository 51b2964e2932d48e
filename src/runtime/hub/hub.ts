// The Hub's address, the token for it, and requests whose refusals are sentences.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { HumanError, messageOf } from "../../common/errors.ts";
import { throwIfCancelled } from "../recipes/cancelled.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Hub {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Sent to the endpoint's origin only; never logged or written. */
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  /** Milliseconds before the first new attempt, doubled each time. */
  readonly retryDelay: number;
}

/** Attempts that bring nothing new, one after another, until it gives up. */
export const attempts = 5;
export const usualRetryDelay = 1000;
/** Longest that a Hub's "come again later" is obeyed by waiting, in seconds; beyond that a person decides. */
const longestWait = 120;

/** `HF_ENDPOINT`, as huggingface_hub has it. */
export function hubEndpoint(environment: Environment = process.env): string {
  const endpoint = (environment.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, "");
  if (URL.canParse(endpoint) && /^https?:/.test(endpoint)) return endpoint;
  throw new HumanError(`HF_ENDPOINT is ${endpoint}, which is no web address.`, {
    remedy: "Set it to an address such as https://huggingface.co, or remove it.",
  });
}

/** The token that huggingface_hub would use: of the environment, or of its `login`; null: none. */
export function environmentToken(environment: Environment = process.env): string | null {
  const { HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = environment;
  const written = HF_TOKEN || HUGGING_FACE_HUB_TOKEN;
  if (written) return written.trim();
  const home = HF_HOME || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface");
  try {
    return readFileSync(HF_TOKEN_PATH || join(home, "token"), "utf8").trim() || null;
  } catch {
    return null;
  }
}

/** The server or the connection failed: another attempt may succeed. */
export class Broken extends Error {
  /** Milliseconds that the server asks to wait; null: it does not say. */
  readonly waitMs: number | null;

  constructor(message: string, options: { cause?: unknown; waitMs?: number | null } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.waitMs = options.waitMs ?? null;
  }
}

/**
 * One request. The answer's status is 2xx, or one of `accepted`.
 * @param what For people: `the model org/name`.
 * @throws Broken where another attempt may succeed, HumanError where none will.
 */
export async function request(
  hub: Hub,
  path: string,
  what: string,
  options: {
    readonly headers?: Record<string, string>;
    readonly signal?: AbortSignal;
    readonly accepted?: readonly number[];
  } = {},
): Promise<Response> {
  const url = `${hub.endpoint}${path}`;
  const headers: Record<string, string> = { ...options.headers, "user-agent": "pinch" };
  // fetch drops this header where a redirect leads to another origin.
  if (hub.token !== null) headers.authorization = `Bearer ${hub.token}`;
  const signal = options.signal === undefined ? hub.signal : AbortSignal.any([hub.signal, options.signal]);
  const response = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    throw new Broken(reasonOf(cause), { cause });
  });
  if (response.ok || options.accepted?.includes(response.status) === true) return response;
  await response.body?.cancel().catch(() => undefined);
  throw refusal(hub, response, what);
}

function refusal(hub: Hub, response: Response, what: string): Error {
  const { status, headers } = response;
  const code = headers.get("x-error-code");
  const host = new URL(hub.endpoint).host;
  const human = (message: string, remedy: string): HumanError =>
    new HumanError(message, { kind: "run", remedy });
  if (status === 401 && hub.token !== null && code !== "RepoNotFound" && code !== "GatedRepo")
    return human(
      `${host} does not accept the token (401).`,
      "Set a valid one with Pinch: Set Hugging Face Token…, or in HF_TOKEN; an empty one is removed.",
    );
  if (code === "GatedRepo" || status === 403)
    return human(
      `${what} is open only to people who accepted its terms (${status}).`,
      `Accept them on its page at ${hub.endpoint}, then set a token with Pinch: Set Hugging Face Token…, or in HF_TOKEN.`,
    );
  if (status === 401 && hub.token === null)
    return human(
      `${host} asks who you are (401): ${what} is private, or there is no such model.`,
      "Check the name, or set a token with Pinch: Set Hugging Face Token…, or in HF_TOKEN.",
    );
  if (status === 404 || status === 401 || status === 410)
    return human(
      `${host} knows nothing of ${what} (${status}).`,
      "Check its name as the model's page shows it (org/name), and the revision.",
    );
  if (status === 429 || status === 503) {
    const seconds = retryAfter(headers.get("retry-after"));
    if (seconds !== null && seconds > longestWait)
      return human(
        `${host} has had too many requests from here and asks to wait ${Math.ceil(seconds / 60)} minutes (${status}).`,
        "Download it again then: it goes on where it stopped. A token raises the limit.",
      );
    const waitMs = seconds === null ? null : 1000 * seconds;
    return new Broken(`it has had too many requests (${status})`, { waitMs });
  }
  if (status >= 500 || status === 408) return new Broken(`HTTP status ${status}`);
  return human(
    `${host} refuses ${what} (${status}).`,
    "Check the name and the revision, and try it in a browser.",
  );
}

/** Seconds, from a number or a date. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

/**
 * Tries again while the connection breaks or the server says so.
 * @param advanced Whether the last attempt brought something new, which then does not count.
 */
export async function persist<T>(
  hub: Hub,
  what: string,
  work: () => Promise<T>,
  advanced: () => boolean = () => false,
): Promise<T> {
  for (let fruitless = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(hub.signal);
      if (!(error instanceof Broken)) throw error;
      fruitless = advanced() ? 1 : fruitless + 1;
      if (fruitless >= attempts)
        throw new HumanError(`${what} could not be fetched from ${hub.endpoint}: ${error.message}.`, {
          kind: "run",
          remedy:
            "Check the connection, and HF_ENDPOINT if you use a mirror. What is here already is kept: the next time goes on from there.",
          cause: error,
        });
      const delay = error.waitMs ?? hub.retryDelay * 2 ** (fruitless - 1);
      hub.log(`${what}: ${error.message}; trying again in ${Math.ceil(delay / 1000)} s.`);
      await wait(delay, undefined, { signal: hub.signal }).catch(() => throwIfCancelled(hub.signal));
    }
  }
}
