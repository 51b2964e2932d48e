// What the base model may and may not read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "../../../scripts/starter/corpus.ts";
import { form, templates } from "../../../scripts/starter/kinds.ts";
import { kinds, languages } from "../../../scripts/starter/languages.ts";
import { type PretrainingDocument, writeDocument } from "../../../scripts/starter/pretrainingText.ts";
import { seededRandom } from "../../../src/common/random.ts";

const random = seededRandom("documents of the test");
const early = Array.from({ length: 12_000 }, () => writeDocument(random, 0.5));
const late = Array.from({ length: 12_000 }, () => writeDocument(random, 0.9));
const share = (documents: readonly PretrainingDocument[], kind: string): number =>
  documents.filter(document => document.kind === kind).length / documents.length;

test("no document holds a token of the chat format, so that the base is not tuned on instructions", () => {
  for (const { text } of [...early, ...late]) assert.ok(!text.includes("<|"), text);
});

test("only the first wording of a task is ever answered", () => {
  const answered = [...early, ...late].filter(document => document.kind.startsWith("answered"));
  assert.ok(answered.length > 2000);
  for (const language of languages) {
    const fragments = kinds.flatMap(kind => {
      const sentences = templates[language][kind];
      const allowed = kinds.flatMap(other => templates[language][other].slice(form.answer, form.second));
      return [form.second, form.third, form.fourth].flatMap(which =>
        sentences[which]
          .split(/\{\w\}/u)
          .filter(part => part.length > 5 && !allowed.some(s => s.includes(part))),
      );
    });
    assert.ok(fragments.length >= 3 * kinds.length - 8, `${language}: ${fragments.length}`);
    const own = answered.filter(document => document.language === language);
    for (const { text } of own) {
      for (const fragment of fragments) assert.ok(!text.includes(fragment), `${fragment} in ${text}`);
    }
  }
});

test("answers in another language than the question's are about three times as frequent in the last fifth", () => {
  const ratio = share(late, "answered-across") / share(early, "answered-across");
  assert.ok(ratio > 2.5 && ratio < 3.5, String(ratio));
});

test("every language has about the same number of documents", () => {
  for (const language of languages) {
    const own = early.filter(document => document.language === language).length / early.length;
    assert.ok(own > 0.05 && own < 0.085, `${language}: ${own}`);
  }
});

test("the same seed gives the same bytes and another seed does not", () => {
  const size = 40_000;
  const first = generate({ tokens: size, seed: 1 });
  const again = generate({ tokens: size, seed: 1 });
  const other = generate({ tokens: size, seed: 2 });
  assert.deepEqual(first.tokens, again.tokens);
  assert.equal(JSON.stringify(first.tokenizerJson), JSON.stringify(again.tokenizerJson));
  assert.deepEqual(first.validation, again.validation);
  assert.notDeepEqual(first.tokens, other.tokens);

  const view = new DataView(first.tokens.buffer);
  const ids = Array.from({ length: first.statistics.tokens }, (_, i) => view.getUint16(i * 2, true));
  assert.equal(ids.filter(id => id === 0).length, first.statistics.documents + 1);
  assert.ok(
    ids.every(id => id === 0 || (id > 3 && id < first.statistics.vocabulary)),
    "a chat token or padding in the text",
  );
});
