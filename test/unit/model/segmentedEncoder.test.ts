// Texts in the pieces between special tokens: the same ids, and nothing encoded twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SegmentedEncoder } from "../../../src/runtime/model/segmentedEncoder.ts";

const special = ["<s>", "<s>!", "[INST]"].map((content, id) => ({ id, content, special: true }));

/** Code points, after the special token that a piece begins with. */
function recorded(): { encode: (text: string) => number[]; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    encode: text => {
      asked.push(text);
      return [...text].map(character => character.codePointAt(0) ?? 0);
    },
  };
}

test("pieces begin at special tokens and are encoded once", () => {
  const { encode, asked } = recorded();
  const encoder = new SegmentedEncoder(encode, special);
  const text = "before<s>system<s>!user [INST]";
  assert.deepEqual(encoder.encode(text), recorded().encode(text));
  assert.deepEqual(asked, ["before", "<s>system", "<s>!user ", "[INST]"]);
  assert.deepEqual(encoder.encode("before<s>systems[INST]"), recorded().encode("before<s>systems[INST]"));
  assert.deepEqual(asked.slice(4), ["<s>systems"]);
});

test("without special tokens a text is one piece", () => {
  const { encode, asked } = recorded();
  assert.equal(new SegmentedEncoder(encode, []).encode("<s>a").length, 4);
  assert.deepEqual(asked, ["<s>a"]);
});
