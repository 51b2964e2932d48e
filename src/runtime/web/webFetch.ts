// Requests of the web by way of the proxy that the environment names, which Node's own fetch ignores.
import { messageOf } from "../../common/errors.ts";
import type { Environment } from "../hub/hubFolders.ts";

type Fetch = typeof fetch;

/** As curl, Python and Go read them; lower case first. */
const variables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] as const;

let proxied: Promise<Fetch> | null = null;

/** For people, without a password; null: requests go straight to the server. */
export function namedProxy(environment: Environment = process.env): string | null {
  const name = variables.find(variable => environment[variable]);
  if (name === undefined) return null;
  const address = environment[name] ?? "";
  return `${name} (${URL.canParse(address) ? new URL(address).host : "no address"})`;
}

/**
 * fetch, through HTTPS_PROXY or HTTP_PROXY but for the hosts of NO_PROXY, as they are when the first request is made.
 * A connection of plain HTTP asks the proxy for the page, one of HTTPS for a tunnel.
 */
export async function webFetch(...[input, init]: Parameters<Fetch>): Promise<Response> {
  if (namedProxy() === null) return fetch(input, init);
  proxied ??= throughProxy();
  return (await proxied)(input, init);
}

/** A server on this machine, which no proxy elsewhere reaches. */
export function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** Its own fetch: a dispatcher of one version does not fit the fetch of another, such as Node's. */
async function throughProxy(): Promise<Fetch> {
  const undici = await import("undici");
  const { EnvHttpProxyAgent } = undici;
  const options = { proxyTunnel: false }; // its types do not know it
  const dispatcher = new EnvHttpProxyAgent(options as ConstructorParameters<typeof EnvHttpProxyAgent>[0]);
  const send = (input: string, init?: object): Promise<unknown> =>
    undici.fetch(input, { ...init, dispatcher });
  return send as Fetch;
}

/** fetch says that it failed; why stands in the cause, or in the cause of that. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${reasonOf(cause)}`;
}
