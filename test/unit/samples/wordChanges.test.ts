// Which words differ between two responses, in scripts with spaces and without.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changedParts } from "../../../src/core/samples/wordChanges.ts";

const marked = (text: string, other: string): string =>
  changedParts(text, other)
    .map(part => (part.changed ? `[${part.text}]` : part.text))
    .join("");

describe("changed words", () => {
  it("marks what the other does not have in its place", () => {
    assert.equal(marked("one two three", "one 2 three"), "one [two] three");
    assert.equal(marked("one two", "one two three"), "one two");
    assert.equal(marked("same", "same"), "same");
    assert.equal(marked("", "something"), "");
  });

  it("finds words where no spaces are written", () => {
    assert.equal(
      marked("今天天气很好", "今天天气不好").replaceAll("[", "").replaceAll("]", ""),
      "今天天气很好",
    );
    assert.ok(marked("今天天气很好", "今天天气不好").startsWith("今天"));
    assert.notEqual(marked("今天天气很好", "今天天气不好"), "[今天天气很好]");
  });

  it("gives the whole text back, whatever it is", () => {
    for (const text of ["مرحبا بالعالم", "שלום עולם", "नमस्ते दुनिया", "a\n\nb  c"])
      assert.equal(
        changedParts(text, "other")
          .map(part => part.text)
          .join(""),
        text,
      );
  });

  it("does not compare very long texts word by word", () => {
    const long = "word ".repeat(2_000);
    assert.deepEqual(changedParts(long, `${long}x`), [{ text: long, changed: true }]);
  });
});
