// Requests of OpenAI's chat API: what they ask, and what is refused by name.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RefusedRequest, readChatRequest } from "../../../src/runtime/serving/chatRequest.ts";
import { textSoFar } from "../../../src/runtime/serving/streamedText.ts";

const user = (content: unknown) => ({ role: "user", content });
const plain = { model: "base", messages: [user("Habari?")] };

function refusal(body: unknown): [number, string | null] {
  try {
    readChatRequest(body);
  } catch (error) {
    assert.ok(error instanceof RefusedRequest);
    return [error.status, error.parameter];
  }
  return [200, null];
}

describe("a chat request", () => {
  it("leaves to the mixture file what it does not set", () => {
    assert.deepEqual(readChatRequest(plain), {
      model: "base",
      asked: { prompt: "Habari?" },
      maxTokens: null,
      temperature: null,
      topP: null,
      seed: null,
      stop: [],
      stream: false,
      streamUsage: false,
    });
  });

  it("takes a system message, earlier turns, and texts in parts", () => {
    const parts = [
      { type: "text", text: "一" },
      { type: "text", text: "二" },
    ];
    const messages = [
      { role: "developer", content: "Answer briefly." },
      user("one"),
      { role: "assistant", content: "two" },
      user(parts),
    ];
    assert.deepEqual(readChatRequest({ ...plain, messages }).asked, {
      system: "Answer briefly.",
      earlier: [{ prompt: "one", response: "two" }],
      prompt: "一二",
    });
  });

  it("reads limits, sampling, stop texts and streaming", () => {
    const body = {
      ...plain,
      max_tokens: 7,
      max_completion_tokens: 5,
      temperature: 0.5,
      top_p: 0.9,
      seed: -3,
      stop: "\n",
      stream: true,
      stream_options: { include_usage: true },
    };
    const { asked: _, model: _model, ...settings } = readChatRequest(body);
    assert.deepEqual(settings, {
      maxTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      seed: -3,
      stop: ["\n"],
      stream: true,
      streamUsage: true,
    });
  });

  it("accepts what has no effect, and values that ask for nothing", () => {
    const body = {
      ...plain,
      user: "me",
      store: true,
      n: 1,
      frequency_penalty: 0,
      tools: [],
      logprobs: false,
    };
    for (const format of [null, { type: "text" }])
      assert.equal(readChatRequest({ ...body, response_format: format, logit_bias: {} }).model, "base");
  });

  it("refuses by name what would change the answer", () => {
    for (const [name, value] of Object.entries({
      n: 2,
      tools: [{ type: "function" }],
      logprobs: true,
      response_format: { type: "json_object" },
      logit_bias: { 5: 100 },
      presence_penalty: 0.5,
      top_k: 40,
      toString: true,
      temperature: 3,
      top_p: "0.5",
      max_tokens: 0,
      seed: 0.5,
      stop: ["a", ""],
      stream: "yes",
      messages: [],
    }))
      assert.deepEqual(refusal({ ...plain, [name]: value }), [400, name]);
    assert.deepEqual(refusal({ ...plain, messages: [user([{ type: "image_url" }])] }), [
      400,
      "messages[0].content",
    ]);
    const named = { ...user("Habari?"), name: "Asha" };
    assert.deepEqual(refusal({ ...plain, messages: [named] }), [400, "messages[0].name"]);
    for (const roles of [["assistant"], ["user", "user"], ["user", "assistant"], ["user", "system", "user"]])
      assert.deepEqual(refusal({ ...plain, messages: roles.map(role => ({ role, content: "x" })) }), [
        400,
        "messages",
      ]);
    assert.deepEqual(refusal([]), [400, null]);
  });
});

describe("the text of a response so far", () => {
  it("holds back what another token may change", () => {
    assert.deepEqual(textSoFar(" \n Jam", [], false), { text: "Jam", stopped: false });
    assert.equal(textSoFar("Jambo \n", [], false).text, "Jambo");
    assert.equal(textSoFar("水\uFFFD", [], false).text, "水");
    assert.equal(textSoFar("one, tw", ["two"], false).text, "one,");
    assert.equal(textSoFar("one, tw", ["two"], true).text, "one, tw");
  });

  it("ends before the first of the stop texts", () => {
    assert.deepEqual(textSoFar("one, two. three", ["three", ". "], false), {
      text: "one, two",
      stopped: true,
    });
    assert.deepEqual(textSoFar("one", ["one"], true), { text: "", stopped: true });
  });
});
