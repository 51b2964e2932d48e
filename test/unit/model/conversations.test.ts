// Conversations of several turns as the model sees them: loss on every answer and its end, whatever the template does.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { encodeSpans } from "../../../src/runtime/model/encodeSpans.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { type ChatTokenizer, loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { buildBatch, hasLoss, lossTokensOf } from "../../../src/runtime/train/packing.ts";
import { writeTinyModel } from "./tinyModel.ts";

function withTemplate(...template: string[]): ChatTokenizer {
  const folder = writeTinyModel();
  writeFileSync(join(folder, "chat_template.jinja"), template.join(""));
  return loadTokenizer(openModel(folder));
}

const chatMl = [
  "{%- for message in messages -%}",
  "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}",
  "{%- endfor -%}",
  "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}",
];
/** Thinks in the open turn only, takes thoughts off what was said earlier, and trims. */
const thinking = [
  "{%- for message in messages -%}",
  "{%- set text = message.content.split('</think>')[-1] | trim -%}",
  "{{ '<|im_start|>' + message.role + '\\n' + text + '<|im_end|>' + '\\n' }}",
  "{%- endfor -%}",
  "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n<think>\\n' }}{%- endif -%}",
];
const earlier = [
  { prompt: "the thing?", response: "a" },
  { prompt: "and a", response: "assistant" },
];

/** Special tokens are left out of decoded text: they are shown by their ids. */
function lossParts(tokenizer: ChatTokenizer, said: typeof earlier): string[] {
  const example = tokenizer.formatExample({ prompt: "in there?", response: "the other", earlier: said });
  const parts: string[] = [];
  let before = false;
  for (const [place, id] of example.ids.entries()) {
    const loss = hasLoss(example, place);
    const mark = tokenizer.addedTokens().find(token => token.id === id)?.content;
    const text = mark ?? tokenizer.decode([id]);
    if (loss && before) parts[parts.length - 1] += text;
    else if (loss) parts.push(text);
    before = loss;
  }
  return parts;
}

describe("loss on every answer", () => {
  test("with its end, and on nothing else", () => {
    assert.deepEqual(lossParts(withTemplate(...chatMl), earlier), [
      "a<|im_end|>",
      "assistant<|im_end|>",
      "the other<|im_end|>",
    ]);
  });

  test("where the template opens turns otherwise than it shows earlier ones, and trims", () => {
    const said = [{ prompt: "the thing?", response: "<think>hm</think>  a " }, ...earlier.slice(1)];
    assert.deepEqual(lossParts(withTemplate(...thinking), said), [
      "a<|im_end|>",
      "assistant<|im_end|>",
      "the other<|im_end|>",
    ]);
  });

  test("the tokens are those of the text as the template renders it", () => {
    const tokenizer = withTemplate(...chatMl);
    const turn = (role: string, text: string) => `<|im_start|>${role}\n${text}<|im_end|>\n`;
    const before = earlier.map(each => turn("user", each.prompt) + turn("assistant", each.response)).join("");
    const text = `${before}${turn("user", "in there?")}<|im_start|>assistant\nthe other<|im_end|>`;
    assert.deepEqual(
      tokenizer.formatExample({ prompt: "in there?", response: "the other", earlier: earlier }).ids,
      tokenizer.encode(text),
    );
  });

  test("is counted as batches have it", () => {
    const tokenizer = withTemplate(...chatMl);
    const example = tokenizer.formatExample({ prompt: "in there?", response: "the other", earlier: earlier });
    const { targets, lossRows, lossWeights } = buildBatch([[0]], [example], 256);
    assert.equal(targets.length, lossTokensOf(example));
    for (const [i, target] of targets.entries()) {
      const place = Number(lossRows[i]) + 1;
      assert.ok(hasLoss(example, place));
      assert.equal(Number(target), example.ids[place]);
    }
    assert.ok(Math.abs(lossWeights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-5);
    assert.deepEqual(
      tokenizer.formatExample({ prompt: "x", response: "y", earlier: [] }),
      tokenizer.formatExample({ prompt: "x", response: "y" }),
    );
  });

  test("a template that hides where an answer stands is refused", () => {
    const tokenizer = withTemplate(
      ...chatMl.slice(0, 1),
      "{%- if message.role == 'user' or loop.last -%}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' }}{%- endif -%}",
      ...chatMl.slice(2),
    );
    assert.throws(
      () => tokenizer.formatExample({ prompt: "x", response: "y", earlier: earlier }),
      /omits an answer of a conversation/,
    );
  });
});

test("a token that reaches over the beginning or the end of an answer is the answer's", () => {
  const pairs = {
    encode: (text: string) => (text.match(/.{1,2}/gs) ?? []).map(pair => parseInt(pair, 36)),
    decode: (ids: readonly number[]) => ids.map(id => id.toString(36)).join(""),
  };
  const ids = pairs.encode("abcdef");
  assert.deepEqual(encodeSpans("abcdef", [[2, 4]], pairs), { ids, places: [[1, 2]] });
  assert.deepEqual(encodeSpans("abcdef", [[1, 3]], pairs).places, [[0, 2]]);
  assert.deepEqual(encodeSpans("abcdef", [[3, 6]], pairs).places, [[1, 3]]);
});
