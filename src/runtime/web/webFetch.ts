// fetch on Node's own client, by way of the proxy that the environment names. Node's fetch knows no proxy, and ends the
// process where a connection closes while its body waits to be read (nodejs/undici#5360, also in undici 6 and 7).
import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { messageOf } from "../../common/errors.ts";
import type { Environment } from "../hub/hubFolders.ts";

/** What of fetch's options is used. */
export interface WebRequest extends Pick<RequestInit, "redirect"> {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Past any proxy. */
  readonly direct?: boolean;
  /** What comes is believed: neither the address nor a redirect may be of plain HTTP, but to this machine. */
  readonly secure?: boolean;
}

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

const redirects = [301, 302, 303, 307, 308];
const mostRedirects = 20;
/** Statuses whose answers have no body. */
const withoutBody = [204, 205, 304];

/**
 * fetch, through HTTPS_PROXY or HTTP_PROXY but for the hosts of NO_PROXY: a page of plain HTTP is asked of the proxy, for
 * one of HTTPS it opens a tunnel. Nothing is compressed on the way.
 */
export async function webFetch(url: string, init: WebRequest = {}): Promise<Response> {
  let address = new URL(url);
  const headers = { "accept-encoding": "identity", ...init.headers };
  for (let times = 0; ; times++) {
    if (init.secure === true) requireSecure(address);
    const message = await send(address, { ...init, headers });
    const { location } = message.headers;
    const follows = init.redirect === undefined || init.redirect === "follow";
    if (!follows || location === undefined || !redirects.includes(message.statusCode ?? 0))
      return toResponse(message, init.method);
    message.destroy();
    if (times === mostRedirects) throw new Error(`there are more than ${mostRedirects} redirects`);
    const next = new URL(location, address);
    // As fetch does: a token is for the server that it was given for.
    if (next.origin !== address.origin) delete (headers as Record<string, string>).authorization;
    address = next;
  }
}

function requireSecure(address: URL): void {
  if (address.protocol === "https:" || isOnThisMachine(address.href)) return;
  throw new Error(
    `${address.origin} is reached without encryption, where anybody on the way can change what comes`,
  );
}

function send(
  address: URL,
  { method = "GET", headers, body, signal, direct = false }: WebRequest,
): Promise<IncomingMessage> {
  const secure = address.protocol === "https:";
  const options = {
    method,
    ...(headers && { headers }),
    ...(signal && { signal }),
    ...(direct ? {} : agentFor(address.href, secure)),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? requestHttps : requestHttp)(address, options, resolve);
    request.on("error", reject);
    request.end(body);
  });
}

function agentFor(url: string, secure: boolean): { readonly agent?: Agent } {
  const proxy = getProxyForUrl(url);
  if (proxy === "") return {};
  if (!/^https?:\/\//i.test(proxy))
    throw new Error(`${proxy.replace(/:.*$/s, "")} is no kind of proxy that is known`);
  return { agent: secure ? new HttpsProxyAgent(proxy) : new HttpProxyAgent(proxy) };
}

function toResponse(message: IncomingMessage, method: string | undefined): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2)
    headers.append(message.rawHeaders[at] ?? "", message.rawHeaders[at + 1] ?? "");
  if (method === "HEAD" || withoutBody.includes(status)) {
    message.resume();
    return new Response(null, { status, headers });
  }
  const body: ReadableStream = Readable.toWeb(message);
  return new Response(body as unknown as BodyInit, { status, headers });
}

/** A server on this machine, which no proxy elsewhere reaches. */
export function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** Why stands in the cause, or in the cause of that. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${reasonOf(cause)}`;
}
