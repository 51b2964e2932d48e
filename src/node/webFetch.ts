// fetch on Node's HTTP client, through the proxy named in the environment. Node's own fetch does not support
// proxies, and ends the process if a connection closes while its body waits to be read (nodejs/undici#5360,
// also in undici 6 and 7).

import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { ReadableStream, type ReadableStreamDefaultController } from "node:stream/web";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { messageOf } from "../common/errors.ts";
import { isLoopback, mayCarryKey } from "../common/loopback.ts";
import { systemCode } from "../common/systemErrors.ts";
import type { Environment } from "./hubFolders.ts";

/** Supported options of fetch. */
export interface WebRequest extends Pick<RequestInit, "redirect"> {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | SentBody;
  readonly signal?: AbortSignal;
  /** Bypasses any proxy. */
  readonly direct?: boolean;
  /**
   * The response is trusted, so neither the address nor a redirect may use plain HTTP, except on this
   * machine.
   */
  readonly secure?: boolean;
  /**
   * Milliseconds to wait for the headers, and again for each part of the body in either direction, before the
   * connection counts as dead.
   */
  readonly silence?: number;
}

/** Body that is sent in pieces, so that a file of any size needs no memory. */
export interface SentBody {
  /** Number of bytes, announced before the first is sent. */
  readonly bytes: number;
  /** Starts from the beginning each time it is called. */
  readonly pieces: () => AsyncIterable<Uint8Array>;
}

const defaultSilence = 30_000;
/** Minimum bytes of a body within one silence: a server that sends fewer only keeps the connection open. */
export const leastBytes = 1024;

/** Names as in curl, Python and Go; lower case first. */
const variables = [
  "https_proxy",
  "HTTPS_PROXY",
  "http_proxy",
  "HTTP_PROXY",
  "all_proxy",
  "ALL_PROXY",
] as const;

/** Proxy for display, without a password; null if requests go directly to the server. */
export function namedProxy(environment: Environment = process.env): string | null {
  const name = variables.find(variable => environment[variable]);
  if (name === undefined) return null;
  const address = environment[name] ?? "";
  return `${name} (${URL.canParse(address) ? new URL(address).host : "no address"})`;
}

const redirects = [301, 302, 303, 307, 308];
const maxRedirects = 20;
/** Statuses whose answers have no body. */
const withoutBody = [204, 205, 304];

/**
 * fetch, through HTTPS_PROXY or HTTP_PROXY except for the hosts in NO_PROXY: for plain HTTP the proxy is
 * asked for the page, for HTTPS a tunnel is opened. The server is asked not to compress; a body that it
 * compresses nevertheless is returned as received (readText decompresses it). A silent server causes an
 * error, but only while it is being waited for.
 */
export async function webFetch(url: string, init: WebRequest = {}): Promise<Response> {
  let address = new URL(url);
  const headers = { "accept-encoding": "identity", ...init.headers };
  for (let times = 0; ; times++) {
    if (init.secure === true) requireSecure(address);
    if ("authorization" in headers && !mayCarryKey(address.href))
      throw new Error(`no key is sent to ${address.origin}, which is reached without encryption`);
    const message = await send(address, { ...init, headers });
    const { location } = message.headers;
    const follows = init.redirect === undefined || init.redirect === "follow";
    if (!follows || location === undefined || !redirects.includes(message.statusCode ?? 0))
      return toResponse(message, init);
    message.destroy();
    if (times === maxRedirects) throw new Error(`there are more than ${maxRedirects} redirects`);
    const next = new URL(location, address);
    // Redirects drop the token, as fetch does: it is only for the server that it was given for.
    if (next.origin !== address.origin) delete (headers as Record<string, string>).authorization;
    address = next;
  }
}

function requireSecure(address: URL): void {
  if (address.protocol === "https:" || isLoopback(address.href)) return;
  throw new Error(
    `${address.origin} is reached without encryption, where anybody on the way can change what comes`,
  );
}

function send(
  address: URL,
  { method = "GET", headers, body, signal, direct = false, silence = defaultSilence }: WebRequest,
): Promise<IncomingMessage> {
  const secure = address.protocol === "https:";
  const sent = typeof body === "object" ? body : null;
  const options = {
    method,
    headers: { ...headers, ...(sent !== null && { "content-length": sent.bytes }) },
    ...(signal && { signal }),
    ...(direct ? {} : agentFor(address.href, secure)),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? requestHttps : requestHttp)(address, options, resolve);
    request.on("error", reject);
    // Not the socket's own timeout: one that sends "100 Continue" forever is not idle.
    const timer = setTimeout(() => request.destroy(silenceError(silence)), silence);
    request.once("response", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
    if (sent === null) request.end(body);
    else
      sendPieces(request, sent, () => timer.refresh()).catch((error: unknown) =>
        request.destroy(asError(error)),
      );
  });
}

/**
 * Sends no faster than the connection takes, and stops when the server answers before it has received
 * everything: it refuses the rest.
 * @param onTaken Called each time the connection has taken what was written.
 */
async function sendPieces(
  request: ClientRequest,
  { pieces, bytes }: SentBody,
  onTaken: () => void,
): Promise<void> {
  let isOver = false;
  let wake = (): void => undefined;
  const end = (): void => {
    isOver = true;
    wake();
  };
  request
    .on("drain", () => wake())
    .once("close", end)
    .once("response", (message: IncomingMessage) => {
      if (!request.writableEnded) message.once("close", () => request.destroy());
      end();
    });
  let count = 0;
  for await (const piece of pieces()) {
    if (isOver) return;
    count += piece.length;
    if (!request.write(piece))
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    if (isOver) return;
    onTaken();
  }
  if (isOver) return;
  if (count !== bytes) throw new Error(`${bytes} bytes were announced and ${count} read`);
  request.end();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function silenceError(silence: number): Error {
  return new Error(`nothing came for ${silence / 1000} s`);
}

function agentFor(url: string, secure: boolean): { readonly agent?: Agent } {
  const proxy = getProxyForUrl(url);
  if (proxy === "") return {};
  if (!/^https?:\/\//i.test(proxy))
    throw new Error(`${proxy.replace(/:.*$/s, "")} is not a supported kind of proxy`);
  return { agent: secure ? new HttpsProxyAgent(proxy) : new HttpProxyAgent(proxy) };
}

function toResponse(message: IncomingMessage, { method, silence = defaultSilence }: WebRequest): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2)
    headers.append(message.rawHeaders[at] ?? "", message.rawHeaders[at + 1] ?? "");
  if (method === "HEAD" || withoutBody.includes(status)) {
    message.resume();
    return new Response(null, { status, headers });
  }
  const body = watchedBody(message, silence);
  return new Response(body as unknown as ConstructorParameters<typeof Response>[0], { status, headers });
}

/**
 * Reads only on demand, while Readable.toWeb reads thousands of pieces ahead. A slow reader is not silence of
 * the server: only waiting counts.
 */
function watchedBody(message: IncomingMessage, silence: number): ReadableStream<Uint8Array> {
  message.on("error", () => undefined); // reported by the next read; until then nobody listens
  const pieces: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  let waited = 0;
  let came = 0;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const from = performance.now();
    const timer = setTimeout(() => message.destroy(silenceError(silence)), Math.max(0, silence - waited));
    const { done, value } = await pieces.next().finally(() => clearTimeout(timer));
    if (done) return controller.close();
    waited += performance.now() - from;
    came += value.length;
    if (came >= leastBytes) waited = came = 0;
    controller.enqueue(value);
  };
  const cancel = (): void => {
    message.destroy();
  };
  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}

/** Messages of an error and its causes. An error of several attempts has a code in place of a message. */
export function reasonOf(error: unknown): string {
  const own = messageOf(error) || (systemCode(error) ?? "");
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? own : `${own}: ${reasonOf(cause)}`;
}
