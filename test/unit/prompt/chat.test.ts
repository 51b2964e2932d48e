// The plain template, rendered by the engine that the runtime uses.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Template } from "@huggingface/jinja";
import {
  type ChatMessage,
  messagesOf,
  plainChatTemplate,
  transcriptOf,
} from "../../../src/core/prompt/chat.ts";

function render(messages: readonly ChatMessage[], generate: boolean): string {
  return new Template(plainChatTemplate).render({
    messages: [...messages],
    add_generation_prompt: generate,
    eos_token: "</s>",
  });
}

it("a prompt ends where the response begins", () => {
  assert.equal(
    render(messagesOf({ prompt: "Hi {{ there }}\nyou" }), true),
    "User: Hi {{ there }}\nyou\nAssistant:",
  );
});

it("the rendered prompt is the beginning of the rendered conversation", () => {
  const prompt = messagesOf({ prompt: "Name a colour." });
  const whole = render([...prompt, { role: "assistant", content: "Red" }], false);
  assert.equal(whole, "User: Name a colour.\nAssistant: Red</s>");
  assert.ok(whole.startsWith(render(prompt, true)));
});

it("a system message comes first, with a blank line", () => {
  const messages: ChatMessage[] = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hi" },
  ];
  assert.equal(render(messages, true), "Be brief.\n\nUser: Hi\nAssistant:");
});

it("a transcript names who speaks in lines of their own; a prompt alone is itself", () => {
  assert.equal(transcriptOf({ prompt: "Hi" }), "Hi");
  const earlier = [{ prompt: "ما؟", response: "لا." }];
  assert.equal(
    transcriptOf({ prompt: "Hi", earlier, system: "s" }),
    "System:\ns\n\nUser:\nما؟\n\nAssistant:\nلا.\n\nUser:\nHi",
  );
});
