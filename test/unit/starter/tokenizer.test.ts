// The starter's own encoder and the tokenizer.json it writes give the same ids.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import {
  encoderOf,
  endOfText,
  specialTokens,
  tokenizerConfig,
  tokenizerJson,
  trainTokenizer,
} from "../../../scripts/starter/bpe.ts";
import { form, randomFact, say, wordings } from "../../../scripts/starter/kinds.ts";
import { kinds, languages } from "../../../scripts/starter/languages.ts";
import { writeDocument } from "../../../scripts/starter/pretrainingText.ts";
import { seededRandom } from "../../../src/common/random.ts";

const vocabulary = 3000;
const random = seededRandom("tokenizer test");
const trained = trainTokenizer(
  Array.from({ length: 8000 }, () => writeDocument(random, 0).text),
  vocabulary,
);
const encode = encoderOf(trained);
// The library's parameter types ask for plain objects; the file is JSON, so it goes through text.
const library = new Tokenizer(JSON.parse(JSON.stringify(tokenizerJson(trained))), { ...tokenizerConfig });
const libraryIds = (text: string): readonly number[] =>
  library.encode(text, { add_special_tokens: false }).ids;

test("the vocabulary has the size asked for and the special tokens first", () => {
  assert.equal(trained.tokens.length, vocabulary);
  assert.deepEqual(
    specialTokens.map(token => library.token_to_id(token)),
    [0, 1, 2, 3],
  );
});

for (const language of languages) {
  test(`${language}: every wording and answer has the library's ids and comes back as it was`, () => {
    const draw = seededRandom("sentences", language);
    for (const kind of kinds) {
      for (let i = 0; i < 4; i++) {
        const fact = randomFact(kind, draw);
        for (const which of [form.answer, form.statement, ...wordings]) {
          const text = say(language, fact, which);
          const ids = encode(text);
          assert.deepEqual(ids, libraryIds(text), text);
          assert.equal(library.decode([...ids]), ` ${text}`);
        }
      }
    }
  });
}

test("whole documents, with lines and numbering, have the library's ids", () => {
  const draw = seededRandom("documents");
  for (let i = 0; i < 2000; i++) {
    const { text } = writeDocument(draw, 1);
    assert.deepEqual(encode(text), libraryIds(text), text);
  }
});

test("text that nobody trained on has the library's ids", () => {
  const texts = [
    "",
    "Hello, world! It's 2024.\n\nNew  line\t x ",
    "日本的首都 Tokyo",
    "ng’ombe ng'ombe צ׳כיה फ़रवरी",
    "e\u0301a",
    "😀 ok",
    "  two spaces first",
  ];
  for (const text of texts) assert.deepEqual(encode(text), libraryIds(text), text);
});

test("a word has the same ids at the start of a line, after a line break and inside a sentence", () => {
  const word = encode("Tokyo");
  assert.deepEqual(encode("in Tokyo").slice(-word.length), word);
  assert.deepEqual(encode("in\nTokyo").slice(-word.length), word);
});

test("a rendered chat is user, prompt, assistant, response, end", () => {
  const prompt = "What is the capital of Japan?";
  const response = "The capital of Japan is Tokyo.";
  const template = new Template(tokenizerConfig.chat_template);
  const asked = [{ role: "user", content: prompt }];
  const whole = template.render({ messages: [...asked, { role: "assistant", content: response }] });
  assert.deepEqual(libraryIds(whole), [1, ...encode(prompt), 2, ...encode(response), endOfText]);
  const open = template.render({ messages: asked, add_generation_prompt: true });
  assert.deepEqual(libraryIds(open), [1, ...encode(prompt), 2]);
});
