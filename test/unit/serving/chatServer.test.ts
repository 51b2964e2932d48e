// The HTTP server, with made-up models: who may ask, one at a time, whole or as a stream.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { ChatRequest } from "../../../src/runtime/serving/chatRequest.ts";
import { ChatServer } from "../../../src/runtime/serving/chatServer.ts";

const texts = ["Ha", "Habari", "Habari ya", "Habari ya asubuhi"];
const answer = { text: "Habari ya asubuhi", finish: "stop", promptTokens: 5, newTokens: 4 } as const;
const json = { "content-type": "application/json" };

describe("a chat server", () => {
  const stop = new AbortController();
  const log: string[] = [];
  let busy = 0;
  let mostBusy = 0;
  let cancelled = 0;
  const models = {
    ids: ["base", "pinch-s7"],
    async answer({ model }: ChatRequest, onText: (text: string) => void, signal: AbortSignal) {
      if (model === "broken") throw new HumanError("Memory ran out.", { remedy: "Close other programs." });
      mostBusy = Math.max(mostBusy, ++busy);
      try {
        for (const text of texts) {
          await new Promise(resolve => setImmediate(resolve));
          onText(text);
          while (model === "slow" && !signal.aborted) await new Promise(resolve => setTimeout(resolve, 5));
          if (signal.aborted) cancelled++;
          signal.throwIfAborted();
        }
        return answer;
      } finally {
        busy--;
      }
    },
  };
  const server = new ChatServer({ models, log: text => log.push(text), signal: stop.signal });
  let port = 0;

  before(async () => {
    port = await server.listen(0);
  });
  after(async () => {
    stop.abort();
    await server.close();
  });

  const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const ask = (body: unknown, init: RequestInit = {}) =>
    fetch(url("/v1/chat/completions"), {
      method: "POST",
      headers: json,
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...init,
    });
  const chat = { model: "base", messages: [{ role: "user", content: "Habari?" }] };
  const faultOf = async (response: Response) => {
    const { error } = (await response.json()) as { error: { message: string; param: string | null } };
    return [response.status, error.message, error.param];
  };

  it("lists its models", async () => {
    const { data } = (await (await fetch(url("/v1/models"))).json()) as { data: { id: string }[] };
    assert.deepEqual(
      data.map(({ id }) => id),
      models.ids,
    );
  });

  it("answers as a whole, and counts tokens", async () => {
    const reply = (await (await ask(chat)).json()) as Record<string, unknown>;
    assert.equal(reply.object, "chat.completion");
    assert.deepEqual(reply.usage, { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 });
    assert.deepEqual(reply.choices, [
      {
        index: 0,
        message: { role: "assistant", content: answer.text, refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ]);
    assert.match(log.at(-1) ?? "", /^base: 5 prompt tokens, 4 new in /);
  });

  it("streams the same text in parts, then its usage if asked, then the end", async () => {
    const response = await ask({ ...chat, stream: true, stream_options: { include_usage: true } });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const events = (await response.text()).trim().split("\n\n");
    assert.equal(events.pop(), "data: [DONE]");
    const chunks = events.map(event => JSON.parse(event.slice("data: ".length)));
    assert.deepEqual(chunks.pop().usage, { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 });
    const deltas = chunks.map(({ choices }) => choices[0]);
    assert.deepEqual(deltas[0].delta, { role: "assistant", content: "" });
    assert.equal(deltas.map(({ delta }) => delta.content ?? "").join(""), answer.text);
    assert.equal(deltas.at(-1).finish_reason, "stop");
    assert.ok(deltas.slice(0, -1).every(({ finish_reason }) => finish_reason === null));
  });

  it("answers one request at a time", async () => {
    await Promise.all(Array.from({ length: 4 }, () => ask(chat).then(response => response.text())));
    assert.equal(mostBusy, 1);
  });

  it("stops working for a client that has left, and goes on with the next", async () => {
    const leaving = new AbortController();
    const response = await ask({ ...chat, model: "slow", stream: true }, { signal: leaving.signal });
    const next = ask(chat);
    leaving.abort();
    await assert.rejects(response.text());
    assert.equal((await next).status, 200);
    assert.equal(cancelled, 1);
    assert.ok(log.some(line => line === "slow: the client left."));
  });

  it("reports a fault of the model, and stays", async () => {
    assert.deepEqual(await faultOf(await ask({ ...chat, model: "broken" })), [
      500,
      "Memory ran out. Close other programs.",
      null,
    ]);
    assert.equal((await ask(chat)).status, 200);
  });

  it("refuses other paths, other types, what is not JSON, and what is too large", async () => {
    assert.equal((await fetch(url("/v1/completions"), { method: "POST" })).status, 404);
    assert.equal((await ask(chat, { headers: { "content-type": "text/plain" } })).status, 415);
    assert.deepEqual(await faultOf(await ask("{")), [400, "The body is not JSON.", null]);
    assert.equal((await ask(`"${"x".repeat(5 * 2 ** 20)}"`).catch(() => ({ status: 413 }))).status, 413);
  });

  it("refuses web pages, and names of this address that are not its own", async () => {
    const origin = { ...json, origin: "https://example.org" };
    assert.equal((await ask(chat, { headers: origin })).status, 403);
    const status = await new Promise(resolve => {
      const headers = { host: `rebound.example:${port}` };
      httpRequest(url("/v1/models"), { headers }, response => resolve(response.resume().statusCode)).end();
    });
    assert.equal(status, 403);
  });
});
