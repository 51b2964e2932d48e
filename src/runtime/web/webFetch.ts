// Requests of the web by way of the proxy that the environment names, which Node's own fetch ignores.
import { messageOf } from "../../common/errors.ts";
import type { Environment } from "../hub/hubFolders.ts";

/** As curl, Python and Go read them; lower case first. */
const variables = [
  "https_proxy",
  "HTTPS_PROXY",
  "http_proxy",
  "HTTP_PROXY",
  "all_proxy",
  "ALL_PROXY",
] as const;

/** For people, without a password; null: requests go straight to the server. */
export function namedProxy(environment: Environment = process.env): string | null {
  const name = variables.find(variable => environment[variable]);
  if (name === undefined) return null;
  const address = environment[name] ?? "";
  return `${name} (${URL.canParse(address) ? new URL(address).host : "no address"})`;
}

/** fetch, through HTTPS_PROXY or HTTP_PROXY but for the hosts of NO_PROXY. */
export async function webFetch(url: string, init: ProxiedRequest = {}): Promise<Response> {
  if (namedProxy() === null) return fetch(url, init);
  const { proxiedFetch } = await import("./proxiedFetch.ts");
  return proxiedFetch(url, init);
}

/** What of fetch's options is used. */
export interface ProxiedRequest extends Pick<RequestInit, "redirect"> {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A server on this machine, which no proxy elsewhere reaches. */
export function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** fetch says that it failed; why stands in the cause, or in the cause of that. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${reasonOf(cause)}`;
}
