// Parts of a message that are equal to those before are the same objects, so that pages draw only what changed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keepUnchanged } from "../../../webview/shared/unchanged.tsx";

const before = {
  languages: [{ tag: "en" }, { tag: "fi" }],
  counts: { en: 8, fi: 2 },
  budget: 10,
  file: null,
};

test("an equal message is the one before", () => {
  assert.equal(keepUnchanged(before, structuredClone(before)), before);
});

test("only the changed part and what contains it are new", () => {
  const now = keepUnchanged(before, {
    ...structuredClone(before),
    languages: [{ tag: "en" }, { tag: "sw" }, { tag: "fi" }],
    budget: 20,
  });
  assert.deepEqual(now, { ...before, languages: [{ tag: "en" }, { tag: "sw" }, { tag: "fi" }], budget: 20 });
  assert.equal(now.counts, before.counts);
  assert.equal(now.languages[0], before.languages[0]);
  assert.notEqual(now.languages, before.languages);
});

test("another order of keys, a missing key and another type are changes", () => {
  const reordered = keepUnchanged(before, { ...before, counts: { fi: 2, en: 8 } });
  assert.deepEqual(Object.keys(reordered.counts), ["fi", "en"]);
  assert.deepEqual(keepUnchanged({ a: 1, b: 2 }, { a: 1 }), { a: 1 });
  assert.deepEqual(keepUnchanged({ a: 1 }, { a: 1, b: undefined }), { a: 1, b: undefined });
  assert.deepEqual(keepUnchanged({ 0: "en" }, ["en"]), ["en"]);
  assert.equal(keepUnchanged({ tag: "en" }, null), null);
});
