// Requests to the Hub, whose failures are readable messages.
import { HumanError } from "../../common/errors.ts";
import { Broken, type Persistence } from "../../node/persist.ts";
import { namedProxy, reasonOf, webFetch } from "../../node/webFetch.ts";
import { defaultPatience, type Hub } from "./hub.ts";
import { refusal } from "./refusal.ts";

function unreachable(): string {
  const proxy = namedProxy();
  return proxy === null
    ? "Check the connection, and HF_ENDPOINT if you use a mirror; where the network has a proxy, name it in HTTPS_PROXY or in VS Code's http.proxy."
    : `Check the connection, the proxy of ${proxy}, and HF_ENDPOINT if you use a mirror.`;
}

/**
 * Sends one request. The status of the response is 2xx, or one of `accepted`.
 * @param what Subject for messages, such as `the model org/name`.
 * @throws Broken if a retry may succeed, HumanError if not.
 */
export async function request(
  hub: Hub,
  path: string,
  what: string,
  options: {
    readonly headers?: Record<string, string>;
    readonly signal?: AbortSignal;
    readonly accepted?: readonly number[];
    readonly method?: "GET" | "HEAD";
    readonly redirect?: NonNullable<RequestInit["redirect"]>;
  } = {},
): Promise<Response> {
  const url = `${hub.endpoint}${path}`;
  const headers: Record<string, string> = { ...options.headers, "user-agent": "pinch" };
  // fetch drops this header on redirects to another origin.
  if (hub.token !== null) headers.authorization = `Bearer ${hub.token}`;
  const signal = options.signal === undefined ? hub.signal : AbortSignal.any([hub.signal, options.signal]);
  const { method = "GET", redirect = "follow" } = options;
  const { silence } = hub.patience ?? defaultPatience;
  const response = await webFetch(url, { headers, signal, method, redirect, silence }).catch(
    (cause: unknown) => {
      throw new Broken(reasonOf(cause), { cause });
    },
  );
  if (response.ok || options.accepted?.includes(response.status) === true) return response;
  await response.body?.cancel().catch(() => undefined);
  const told = refusal(hub, response, what);
  throw told instanceof HumanError ? told : new Broken(told.message, { waitMs: told.waitMs });
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
