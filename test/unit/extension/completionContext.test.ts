// What the mixture file expects at the cursor, shown as |.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectedAt } from "../../../src/features/mixtures/completionContext.ts";

function at(text: string): ReturnType<typeof expectedAt> {
  const lines = text.split("\n");
  const line = lines.findIndex(each => each.includes("|"));
  const column = (lines[line] ?? "").indexOf("|");
  return expectedAt(
    lines.map(each => each.replace("|", "")),
    line,
    column,
  );
}

function keysAt(text: string): string[] {
  const expected = at(text);
  assert.equal(expected?.kind, "key");
  return expected.keys.map(({ path }) => path.slice(path.lastIndexOf(".") + 1));
}

function valuesAt(text: string): readonly string[] | undefined {
  const expected = at(text);
  assert.equal(expected?.kind, "value");
  return expected.key.values;
}

describe("completion", () => {
  it("keys of the file, of a section, and of a section in a section", () => {
    assert.ok(keysAt("version: 1\nmo|").includes("model"));
    assert.ok(keysAt("train:\n  epochs: 3\n  |").includes("learningRate"));
    assert.deepEqual(keysAt("train:\n  lora:\n    r|"), ["rank", "alpha", "targets"]);
    assert.ok(keysAt("train:\n  epochs: 3\nev|").includes("evaluate"), "back at the margin");
  });

  it("keys of a mixture, in a block and in braces", () => {
    assert.ok(keysAt("mixtures:\n  pinch:\n    ba|").includes("base"));
    assert.ok(keysAt("mixtures:\n  pinch: { base: en, sp|").includes("spread"));
    assert.ok(keysAt("mixtures:\n  pinch: { base: en, over: [ar, fi], |").includes("spread"));
  });

  it("values of a key", () => {
    assert.deepEqual(valuesAt("train:\n  method: |"), ["lora", "full"]);
    assert.deepEqual(valuesAt("mixtures:\n  pinch: { base: en, over: |"), ["all"]);
  });

  it("a whole mixture after its name", () => {
    assert.deepEqual(at("mixtures:\n  pinch: |"), { kind: "form" });
  });

  it("nothing in a comment, in a list of languages, or for a key that is unknown", () => {
    assert.equal(at("model: x # and |"), null);
    assert.equal(at("mixtures:\n  pinch: { over: [ar, |"), null);
    assert.equal(at("modle: |"), null);
  });
});
