// Requests to the Hub, whose failures are readable messages.
import { Late, within } from "../../common/deadline.ts";
import { HumanError } from "../../common/errors.ts";
import { Broken, type Persistence } from "../../node/persist.ts";
import { namedProxy, reasonOf, type SentBody, webFetch } from "../../node/webFetch.ts";
import { defaultPatience, type Hub } from "./hub.ts";
import { type Passing, refusal } from "./refusal.ts";

export function unreachable(): string {
  const proxy = namedProxy();
  return proxy === null
    ? "Check the connection, and HF_ENDPOINT if you use a mirror; where the network has a proxy, name it in HTTPS_PROXY or in VS Code's http.proxy."
    : `Check the connection, the proxy of ${proxy}, and HF_ENDPOINT if you use a mirror.`;
}

interface RequestOptions {
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  /** Statuses or responses that are returned although they are not 2xx. */
  readonly accepted?: readonly number[] | ((response: Response) => boolean);
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  readonly body?: string | SentBody;
  readonly redirect?: NonNullable<RequestInit["redirect"]>;
  /** Translates any other status; by default as for downloads. */
  readonly refuse?: (response: Response) => Promise<HumanError | Passing>;
}

/**
 * Sends one request. The status of the response is 2xx, or one of `accepted`. The token is sent to the Hub's
 * own origin only.
 * @param path Path on the Hub, or a whole address, as of the storage behind it.
 * @param what Subject for messages, such as `the model org/name`.
 * @throws Broken if a retry may succeed, HumanError if not.
 */
export async function request(
  hub: Hub,
  path: string,
  what: string,
  options: RequestOptions = {},
): Promise<Response> {
  const url = path.startsWith("/") ? `${hub.endpoint}${path}` : path;
  const headers: Record<string, string> = { ...options.headers, "user-agent": "pinch" };
  // webFetch drops this header on redirects to another origin.
  if (hub.token !== null && new URL(url).origin === new URL(hub.endpoint).origin)
    headers.authorization ??= `Bearer ${hub.token}`;
  const signal = options.signal === undefined ? hub.signal : AbortSignal.any([hub.signal, options.signal]);
  const { method = "GET", redirect = "follow", body, accepted = [], refuse } = options;
  const { silence } = hub.patience ?? defaultPatience;
  const sent = { headers, signal, method, redirect, silence, ...(body !== undefined && { body }) };
  const response = await webFetch(url, sent).catch((cause: unknown) => {
    throw new Broken(reasonOf(cause), { cause });
  });
  const isAccepted = typeof accepted === "function" ? accepted(response) : accepted.includes(response.status);
  if (response.ok || isAccepted) return response;
  const told = (await refuse?.(response)) ?? refusal(hub, response, what);
  await response.body?.cancel().catch(() => undefined);
  throw told instanceof HumanError ? told : new Broken(told.message, { waitMs: told.waitMs });
}

/** Limits the time of work that ends with a complete answer. @throws Broken when it is over */
export function answered<T>(hub: Hub, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { answer } = hub.patience ?? defaultPatience;
  return within(answer, hub.signal, work).catch((cause: unknown) => {
    if (!(cause instanceof Late)) throw cause;
    throw new Broken(`it did not answer in full within ${answer / 1000} s`, { cause });
  });
}

/** @param what Subject for messages: what is downloaded. */
export function persistence(hub: Hub, what: string): Persistence {
  return {
    ...hub,
    givenUp: cause =>
      new HumanError(`${what} could not be fetched from ${hub.endpoint}: ${cause.message}.`, {
        kind: "run",
        remedy: `${unreachable()} What was downloaded is kept, and the next attempt continues from there.`,
        cause,
      }),
  };
}
