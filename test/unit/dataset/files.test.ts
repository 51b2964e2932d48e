// From bytes to text, and from file names to languages.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeUtf8 } from "../../../src/core/dataset/decode.ts";
import { fillPattern, folderOfPattern, languageOfPath } from "../../../src/core/sources/pattern.ts";

describe("decodeUtf8", () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);

  function fault(bytes: readonly number[]) {
    const result = decodeUtf8(Uint8Array.from(bytes), "x.jsonl");
    assert.ok(typeof result !== "string");
    assert.equal(result.code, "encoding");
    assert.equal(result.file, "x.jsonl");
    assert.match(result.remedy, /UTF-8/);
    return result;
  }

  it("decodes, and drops the byte order mark", () => {
    const text = "Ääkkösiä, 汉字, עברית, 🙂\n";
    assert.equal(decodeUtf8(utf8(text), "x"), text);
    assert.equal(decodeUtf8(utf8(`\ufeff${text}`), "x"), text);
    assert.equal(decodeUtf8(new Uint8Array(), "x"), "");
    assert.equal(decodeUtf8(utf8("["), "x"), "[");
  });

  it("names UTF-16 and UTF-32, with a byte order mark and without", () => {
    assert.match(fault([0xff, 0xfe, 0x7b, 0]).message, /UTF-16/);
    assert.match(fault([0xfe, 0xff, 0, 0x7b]).message, /UTF-16/);
    assert.match(fault([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]).message, /UTF-32/);
    assert.match(fault([0x7b, 0, 0x22, 0]).message, /UTF-16/);
    assert.match(fault([0, 0x7b, 0, 0x22]).message, /UTF-16/);
  });

  it("names a file of another kind, and what to do", () => {
    const latin1 = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0));
    for (const [start, message, remedy] of [
      ["\x1f\x8b\x08\x00rest", /compressed by gzip/, /gunzip/],
      ["(\xb5/\xfdrest", /compressed by Zstandard/, /unzstd/],
      ["PK\x03\x04\x14\x00", /zip archive or a spreadsheet/, /CSV UTF-8/],
      ["PAR1\x15\x04", /a Parquet file/, /local disk/],
      ["ARROW1\0\0", /an Arrow file/, /Parquet/],
      ["\xd0\xcf\x11\xe0\xa1", /an old spreadsheet/, /CSV UTF-8/],
      [
        "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 12\n",
        /Git LFS pointer/,
        /git lfs pull/,
      ],
      ["\n<!DOCTYPE html><html>", /a web page/, /Download/],
    ] as const) {
      const found = decodeUtf8(latin1(start), "x.jsonl");
      assert.ok(typeof found !== "string", start);
      assert.match(found.message, message);
      assert.match(found.remedy, remedy);
    }
    assert.equal(decodeUtf8(latin1('{"prompt": "PAR1"}'), "x"), '{"prompt": "PAR1"}');
  });

  it("finds the first byte that is not UTF-8", () => {
    // Latin-1 ä (E4) after "é\n汉🙂": line 2, column 4.
    const found = fault([...utf8("é\n汉🙂"), 0xe4, 0x0a, 0xe4]);
    assert.deepEqual(found.range.start, { line: 1, column: 3 });
    assert.match(found.message, /byte E4/);
  });

  it("refuses whatever is not well-formed, at its first byte", () => {
    for (const bad of [
      [0x80],
      [0xc0, 0x80],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe6, 0xb1],
    ]) {
      assert.deepEqual(fault([0x61, ...bad]).range.start, { line: 0, column: 1 }, bad.join());
    }
  });
});

describe("patterns", () => {
  const pattern = "data/train/{language}.jsonl";

  it("lead from a language to its file", () => {
    assert.equal(fillPattern(pattern, "zh-Hans"), "data/train/zh-Hans.jsonl");
    assert.equal(fillPattern("{language}/{language}.json", "fi"), "fi/fi.json");
  });

  for (const [path, language] of [
    ["data/train/fi.jsonl", "fi"],
    ["data\\train\\fi.jsonl", "fi"],
    ["./data/train/fi.jsonl", "fi"],
    ["data/train/iw.jsonl", "he"],
    ["data/train/zh_CN.jsonl", "zh-CN"],
    ["data/train/swh_Latn.jsonl", "sw"],
    ["data/train/english.jsonl", "en"],
    ["data/train/all.jsonl", null],
    ["data/train/raw.jsonl", null],
    ["data/train/src.jsonl", null],
    ["data/train/README.jsonl", null],
    ["data/train/x/fi.jsonl", null],
    ["data/train/fi.jsonl.bak", null],
    ["data/train/fixjsonl", null],
  ] as const) {
    it(`${path} is of ${language}`, () => assert.equal(languageOfPath(pattern, path), language));
  }

  it("with the placeholder inside a name, twice, or missing", () => {
    assert.equal(languageOfPath("alpaca_{language}_demo.json", "alpaca_zh_demo.json"), "zh");
    assert.equal(languageOfPath("{language}/{language}.json", "fi/fi.json"), "fi");
    assert.equal(languageOfPath("{language}/{language}.json", "fi/sv.json"), null);
    assert.equal(languageOfPath("a(b/fi.json", "a(b/fi.json"), null);
    assert.equal(languageOfPath("a(b)+/{language}.json", "a(b)+/fi.json"), "fi");
  });

  it("name the folder to search", () => {
    assert.equal(folderOfPattern(pattern), "data/train");
    assert.equal(folderOfPattern("{language}.jsonl"), ".");
    assert.equal(folderOfPattern("/{language}.jsonl"), "/");
    assert.equal(folderOfPattern("../a/b_{language}/x.jsonl"), "../a");
    assert.equal(folderOfPattern("C:\\data\\{language}.jsonl"), "C:/data");
  });
});
