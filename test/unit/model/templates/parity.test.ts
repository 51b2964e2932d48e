// Token ids and loss of whole conversations, as transformers' apply_chat_template and its assistant masks have them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { root } from "../../../../scripts/lib/paths.mjs";
import type { JsonObject } from "../../../../src/common/json.ts";
import type { Exchange } from "../../../../src/core/dataset/conversation.ts";
import type { ModelConfig } from "../../../../src/runtime/model/modelConfig.ts";
import { type ChatTokenizer, loadTokenizer } from "../../../../src/runtime/model/tokenizer.ts";
import { hasLoss } from "../../../../src/runtime/train/packing.ts";

const folder = join(root, "test", "unit", "model", "templates");
const read = (...parts: string[]): string => readFileSync(join(folder, ...parts), "utf8");

interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}
interface Expected {
  readonly special: readonly (readonly [id: number, content: string])[];
  readonly first: { readonly ids: readonly number[]; readonly mask: readonly number[] };
  readonly hashes: readonly string[];
}

const conversations = JSON.parse(read("conversations.json")) as Message[][];
const expected = JSON.parse(read("expected.json")) as Record<string, Record<string, Expected>>;
const names = readdirSync(join(folder, "jinja"))
  .filter(name => name.endsWith(".jinja"))
  .map(name => name.slice(0, -".jinja".length));

/** With the template's special tokens behind the vocabulary, as the script adds them. */
function tokenizerFor(name: string, kind: string, marked: boolean): ChatTokenizer {
  const files = JSON.parse(read(`${kind}.json`)) as JsonObject;
  const special = expected[name]?.[kind]?.special ?? [];
  const added = special.map(([id, content]) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const { template, refusesSystem: _, ...config } = JSON.parse(read("jinja", `${name}.json`)) as JsonObject;
  const source = read("jinja", `${name}.jinja`);
  const tokenizer = { ...files, added_tokens: added };
  return loadTokenizer({
    path: name,
    config: {
      eosTokenIds: [],
      bosTokenId: null,
      decoder: { vocabularySize: 1000 },
    } as unknown as ModelConfig,
    tokenizerFiles: () => ({
      tokenizer,
      config: { bos_token: null, ...config },
      chatTemplate: marked ? source : source.replace(/\{%-?\s*(end)?generation\s*-?%\}/g, unmarkedTag),
    }),
    chat: template === undefined ? {} : { template: template as Record<string, boolean> },
  });
}

/** White space around the tag stays as the tag leaves it. */
function unmarkedTag(tag: string): string {
  return tag.replace(/(end)?generation/, "set _ = 1");
}

function formatted(tokenizer: ChatTokenizer, messages: readonly Message[]) {
  const system = messages.find(({ role }) => role === "system")?.content;
  const turns = messages.filter(({ role }) => role !== "system").map(({ content }) => content);
  const exchanges: Exchange[] = [];
  for (let i = 0; i < turns.length; i += 2)
    exchanges.push({ prompt: turns[i] as string, response: turns[i + 1] as string });
  const { prompt, response } = exchanges.at(-1) as Exchange;
  const earlier = exchanges.slice(0, -1);
  const example = tokenizer.formatExample({
    prompt,
    response,
    earlier,
    ...(system !== undefined && { system }),
  });
  const { ids } = example;
  return { ids, mask: ids.map((_, place) => (hasLoss(example, place) ? 1 : 0)) };
}

describe("as transformers renders, cuts and masks", () => {
  assert.ok(names.length >= 12);
  for (const name of names)
    for (const kind of ["bytes", "pieces"])
      for (const marked of [true, false])
        test(`${name}, ${kind}, ${marked ? "as the template marks answers" : "without its marks"}`, () => {
          const tokenizer = tokenizerFor(name, kind, marked);
          const { first, hashes } = (expected[name] as Record<string, Expected>)[kind] as Expected;
          assert.equal(hashes.length, 50);
          const [begin] = conversations;
          assert.deepEqual(formatted(tokenizer, begin as Message[]), first);
          const found = conversations.map(messages => hashOf(formatted(tokenizer, messages)));
          const wrong = found.flatMap((hash, i) => (hash === hashes[i] ? [] : [i]));
          assert.deepEqual(wrong, []);
        });
});

function hashOf(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
