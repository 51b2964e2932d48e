// Language tags: what is canonical, what is refused, what was meant.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  canonicalTag,
  displayName,
  isLanguageTag,
  ownName,
  sortedTags,
} from "../../../src/core/language/tags.ts";

const studied = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];

describe("canonicalTag", () => {
  for (const [written, canonical] of [
    ["EN", "en"],
    ["iw", "he"],
    ["eng", "en"],
    ["zh-hans-cn", "zh-Hans-CN"],
    ["pt-br", "pt-BR"],
    ["zh_CN", null],
    ["", null],
    ["e", null],
  ] as const) {
    it(`${JSON.stringify(written)} is ${canonical}`, () => assert.equal(canonicalTag(written), canonical));
  }
});

describe("isLanguageTag", () => {
  it("accepts the languages of the study", () => {
    assert.deepEqual(
      studied.filter(tag => !isLanguageTag(tag)),
      [],
    );
  });
  it("accepts subtags and three-letter codes", () => {
    assert.deepEqual(
      ["pt-BR", "zh-Hans", "yue", "gsw", "no", "raw-Latn", "aaa"].filter(tag => !isLanguageTag(tag)),
      [],
    );
  });
  it("refuses words, countries' codes, unknown codes and the undetermined language", () => {
    const refused = [
      "english",
      "jp",
      "xx",
      "und",
      "mul-Latn",
      "all",
      "RAW",
      "src",
      "e",
      "",
      "zh_CN",
      "en us",
      "12",
    ];
    assert.deepEqual(refused.filter(isLanguageTag), []);
  });
});

describe("names and order", () => {
  it("names a language in English and in itself", () => {
    assert.equal(displayName("fi"), "Finnish");
    assert.equal(ownName("fi"), "suomi");
  });
  it("falls back to the tag where there is no name", () => {
    assert.equal(displayName("qqq"), "qqq");
    assert.equal(displayName("not a tag"), "not a tag");
  });
  it("sorts by code unit", () =>
    assert.deepEqual(sortedTags(new Set(["sw", "ar", "en"])), ["ar", "en", "sw"]));
});
