// HTTP server of OpenAI's chat completions API on this machine's loopback address.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { chunk, errorReply, modelList, newCompletion, usageChunk, wholeReply } from "./chatReply.ts";
import { RefusedRequest, readChatRequest } from "./chatRequest.ts";
import type { Answer, ServedModels } from "./servedModels.ts";

/** Only processes of this machine reach it. */
export const loopback = "127.0.0.1";
/** Maximum size of a request in bytes: far above the longest conversation. */
const largestBody = 4 * 2 ** 20;

export interface ChatServerOptions {
  readonly models: Pick<ServedModels, "ids" | "answer">;
  /** Reports each request when it has been answered. */
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Answers one request at a time, in the order in which they arrive. */
export class ChatServer {
  readonly #options: ChatServerOptions;
  readonly #server: Server;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ChatServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        const { status, body } = errorReply(error);
        if (response.headersSent) send(response, body);
        else reply(response, status, body);
        response.end();
        if (status >= 500) options.log(`${request.method} ${request.url}: ${JSON.stringify(body)}`);
      });
    });
  }

  /**
   * Returns the port.
   * @param port 0 for any that is free
   */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, loopback, resolve);
    });
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  /** Ends connections; the request that is being answered has to be cancelled by the signal. */
  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await this.#last;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireLocal(request);
    const path = (request.url ?? "").split("?", 1)[0];
    if (path === "/v1/models" && request.method === "GET") {
      reply(response, 200, modelList(this.#options.models.ids));
      response.end();
    } else if (path === "/v1/chat/completions" && request.method === "POST") {
      const body = await readJson(request);
      await this.#inTurn(() => this.#complete(body, response));
    } else
      throw new RefusedRequest(
        `${request.method} ${path} is not supported. Supported are GET /v1/models and POST /v1/chat/completions.`,
        { status: 404 },
      );
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #complete(body: unknown, response: ServerResponse): Promise<void> {
    const asked = readChatRequest(body);
    const { models, log } = this.#options;
    const left = new AbortController();
    if (response.destroyed) return; // the client has left while it waited
    response.once("close", () => left.abort());
    const signal = AbortSignal.any([this.#options.signal, left.signal]);
    const completion = newCompletion(asked.model);
    const began = performance.now();
    let written = 0;
    const onText = (text: string): void => {
      if (!asked.stream) return;
      if (!response.headersSent) {
        response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
        send(response, chunk(completion, { role: "assistant", content: "" }));
      }
      send(response, chunk(completion, { content: text.slice(written) }));
      written = text.length;
    };
    let answer: Answer;
    try {
      answer = await models.answer(asked, onText, signal);
    } catch (error) {
      if (!left.signal.aborted) throw error;
      log(`${asked.model}: the client left.`);
      return;
    }
    if (asked.stream) {
      onText(answer.text); // begins the stream of an empty answer
      send(response, chunk(completion, {}, answer.finish));
      if (asked.streamUsage) send(response, usageChunk(completion, answer));
      response.write("data: [DONE]\n\n");
    } else reply(response, 200, wholeReply(completion, answer));
    response.end();
    const seconds = (performance.now() - began) / 1000;
    log(
      `${asked.model}: ${answer.promptTokens} prompt tokens, ${answer.newTokens} new in ${seconds.toFixed(1)} s (${(answer.newTokens / seconds).toFixed(1)} tokens/s)`,
    );
  }
}

/**
 * Refuses web pages: those of other origins, and those that reach this address under a name of their own (DNS
 * rebinding).
 */
function requireLocal({ headers }: IncomingMessage): void {
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  if (!["127.0.0.1", "localhost"].includes(host))
    throw new RefusedRequest(`The host ${host} is not this machine.`, { status: 403 });
  if (headers.origin !== undefined)
    throw new RefusedRequest("Requests from web pages are refused.", { status: 403 });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    throw new RefusedRequest("The body must be application/json.", { status: 415 });
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > largestBody)
      throw new RefusedRequest(`The body has more than ${largestBody} bytes.`, { status: 413 });
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    throw new RefusedRequest("The body is not JSON.", {});
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.write(JSON.stringify(body));
}

/** Sends an event of a stream. */
function send(response: ServerResponse, event: unknown): void {
  response.write(`data: ${JSON.stringify(event)}\n\n`);
}
