// Where the cursor is, in texts that are being typed and seldom valid YAML.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cursorAt } from "../../../src/core/mixtureEditor/cursor.ts";

/** `|` is the cursor. `kind path [list] word`, or null. */
function at(marked: string): string | null {
  const before = marked.slice(0, marked.indexOf("|"));
  const lines = marked.replace("|", "").split("\n");
  const line = before.split("\n").length - 1;
  const cursor = cursorAt(lines, line, before.length - before.lastIndexOf("\n") - 1);
  if (cursor === null) return null;
  const { kind, path, inList, word } = cursor;
  return [kind, path.join(".") || "top", ...(inList ? ["list"] : []), JSON.stringify(word)].join(" ");
}

describe("cursorAt", () => {
  it("knows keys and values by indentation", () => {
    assert.equal(at("|"), 'key top ""');
    assert.equal(at("mod|"), 'key top "mod"');
    assert.equal(at("model: pin|ch"), 'value model "pin"');
    assert.equal(at("model:|"), 'value model ""');
    assert.equal(at("train:\n  method: lora\n  |"), 'key train ""');
    assert.equal(at("train:\n  method: lora\n|"), 'key top ""');
    assert.equal(at("train:\n  lora:\n    rank: 4\n    al|"), 'key train.lora "al"');
    assert.equal(at("train:\n  lora:\n    rank: 4\n\n  |"), 'key train ""');
    assert.equal(at("\"train\":\n  'method': |"), 'value train.method ""');
  });

  it("knows braces and brackets, over lines", () => {
    assert.equal(at("mixtures:\n  a: { base: en, sp|"), 'key mixtures.a "sp"');
    assert.equal(at("mixtures:\n  a: { base: |"), 'value mixtures.a.base ""');
    assert.equal(at("mixtures:\n  a: { over: [fi, s|"), 'value mixtures.a.over list "s"');
    assert.equal(at("mixtures:\n  a: { over: [fi, sw], |"), 'key mixtures.a ""');
    assert.equal(at("mixtures:\n  a: { shares: { en: 80%, |"), 'key mixtures.a.shares ""');
    assert.equal(at("mixtures:\n  a: {\n    base: en,\n    |"), 'key mixtures.a ""');
    assert.equal(at("mixtures: { a: { uniform: [\n  en,\n  |"), 'value mixtures.a.uniform list ""');
    assert.equal(at("mixtures:\n  a: { over: [fi] }|"), null);
  });

  it("knows items of lists, in the column of their key too", () => {
    assert.equal(at("seeds:\n  - 1\n  - |"), 'value seeds list ""');
    assert.equal(at("mixtures:\n  a:\n    over:\n    - fi\n    - s|"), 'value mixtures.a.over list "s"');
    assert.equal(at("mixtures:\n  a:\n    over:\n    - fi\n    |"), 'key mixtures.a ""');
  });

  it("goes on after a bracket that was forgotten", () => {
    assert.equal(at("mixtures:\n  a: { uniform: [en, fi\n  b: { |"), 'key mixtures.b ""');
    assert.equal(at("data: { train: x\ntrain:\n  |"), 'key train ""');
  });

  it("knows comments and what only looks like one", () => {
    assert.equal(at("# mod|"), null);
    assert.equal(at("model: x # |"), null);
    assert.equal(at("model: x#|"), 'value model "x#"');
    assert.equal(at('model: "a # b|'), 'value model "\\"a # b"');
    assert.equal(at("train: # how\n  |"), 'key train ""');
    assert.equal(at("data:\n  train: data/{language}.j|"), 'value data.train "data/{language}.j"');
  });
});
