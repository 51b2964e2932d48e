// What a text hides is shown, and what a script is written with is left alone.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { visibleParts, visibleText } from "../../../src/common/visibleText.ts";

describe("visible text", () => {
  it("names every bidirectional override and isolate", () => {
    const controls = [
      "\u202a",
      "\u202b",
      "\u202c",
      "\u202d",
      "\u202e",
      "\u2066",
      "\u2067",
      "\u2068",
      "\u2069",
    ];
    assert.deepEqual(
      controls.map(each => visibleText(each)),
      ["⟨LRE⟩", "⟨RLE⟩", "⟨PDF⟩", "⟨LRO⟩", "⟨RLO⟩", "⟨LRI⟩", "⟨RLI⟩", "⟨FSI⟩", "⟨PDI⟩"],
    );
  });

  it("shows an escape of a terminal as a picture, and keeps its letters", () => {
    assert.equal(visibleText("\u001b[31mred\u0007"), "⟨␛⟩[31mred⟨␇⟩");
    assert.equal(visibleText("\u009b2J"), "⟨U+009B⟩2J");
  });

  it("leaves line ends, tabs, joiners and emoji as they are", () => {
    const text = "a\tb\r\nمی\u200cخواهم क्\u200dष 👩\u200d💻";
    assert.deepEqual(visibleParts(text), [{ text }]);
  });

  it("names zero-width spaces and tags, which hide words from people", () => {
    assert.equal(visibleText("a\u200bb\ufeff"), "a⟨ZWSP⟩b⟨BOM⟩");
    assert.equal(visibleText(String.fromCodePoint(0xe0041)), "⟨TAG A⟩");
  });

  it("gives markup back as the letters it is made of", () => {
    const text = '<img src=x onerror="alert(1)">';
    assert.deepEqual(visibleParts(text), [{ text }]);
  });
});
