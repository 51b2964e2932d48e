// The forms that one side of `data` can be written in, and what is wrong with others.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sameFiles, sourceNames } from "../../../src/core/mixture/dataSource.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";

function withData(data: string): string {
  return `version: 1\nmodel: m\nbudget: 10\ndata: ${data}\nmixtures: { a: { monolingual: en } }\n`;
}

function read(train: string) {
  const { draft, diagnostics } = parseMixtureFile(withData(`{ train: ${train} }`));
  return { train: draft.data.train, faults: diagnostics.map(({ code }) => code) };
}

describe("a side of data", () => {
  it("may be a path, a map, or a list of both", () => {
    const path = { file: "d/{language}.jsonl" };
    const map = {
      file: "all.parquet",
      language: "lang",
      columns: { prompt: "question", response: "answer" },
      weight: 2,
      cap: 1000,
    };
    const { weight: _, ...alone } = map;
    const written =
      "{ file: all.parquet, language: lang, columns: { prompt: question, response: answer }, cap: 1000";
    assert.deepEqual(read('"d/{language}.jsonl"'), { train: [path], faults: [] });
    assert.deepEqual(read('{ file: "d/{language}.jsonl" }'), { train: [path], faults: [] });
    assert.deepEqual(read(`${written} }`), { train: [alone], faults: [] });
    assert.deepEqual(read(`["d/{language}.jsonl", "e/{language}.jsonl"]`).train, [
      path,
      { file: "e/{language}.jsonl" },
    ]);
    assert.deepEqual(read(`[${written}, weight: 2 }, { file: "d/{language}.jsonl", weight: 0.5 }]`), {
      train: [map, { ...path, weight: 0.5 }],
      faults: [],
    });
  });

  it("may be a dataset of the Hub, with the language in a column or in its parts", () => {
    const pinned = `hub:org/aya@${"1234abcd".repeat(5)}`;
    const aya = { file: pinned, split: "train", language: "language" };
    assert.deepEqual(read(`{ file: "${pinned}", split: train, language: language }`), {
      train: [aya],
      faults: [],
    });
    assert.deepEqual(read(`{ file: "${pinned}", config: "{language}" }`).faults, []);
    assert.deepEqual(read(`"${pinned}/data/{language}.jsonl"`).faults, []);
    assert.deepEqual(read(`{ file: "${pinned}/{language}.csv", split: train }`).faults, ["unused-key"]);
    assert.deepEqual(read(`"${pinned}"`).faults, ["bad-pattern"]);
    assert.deepEqual(read('{ file: "hub:b", language: l }').faults, ["bad-hub-id"]);
    assert.deepEqual(read('{ file: "hub:org/b", language: l }').faults, ["hub-unpinned"]);
    assert.deepEqual(read('{ file: "hub:org/b@main", language: l }').faults, ["hub-unpinned"]);
    const { diagnostics } = parseMixtureFile('data: { train: { file: "hub:o/n", split: s, language: l } }');
    const unpinned = diagnostics.find(({ code }) => code === "hub-unpinned");
    assert.deepEqual(unpinned?.download, { source: "hub:o/n", split: "s", language: "l" });
  });

  it("may be one file in one language, by its canonical tag", () => {
    assert.deepEqual(read("{ file: all.jsonl, in: iw }").train, [{ file: "all.jsonl", in: "he" }]);
  });

  for (const [name, written, ...codes] of [
    ["neither {language} nor a column", "{ file: all.jsonl }", "bad-pattern"],
    ["both", '{ file: "{language}.jsonl", language: lang }', "two-languages"],
    ["a column and one language", "{ file: all.jsonl, language: lang, in: fi }", "two-languages"],
    ["names and one language", '{ file: "{language}.jsonl", in: fi }', "two-languages"],
    ["a language that is none", "{ file: all.jsonl, in: all }", "unknown-language"],
    ["no file", "{ language: lang }", "missing-key"],
    ["a key that is unknown", '{ file: "{language}.jsonl", caps: 3 }', "unknown-key"],
    ["a field that no row has", '{ file: "{language}.jsonl", columns: { promt: q } }', "unknown-key"],
    ["a column that is no text", '{ file: "{language}.jsonl", columns: { prompt: 3 } }', "wrong-type"],
    ["a cap of nothing", '{ file: "{language}.jsonl", cap: 0 }', "bad-number"],
    ["a weight of nothing", '[{ file: "{language}.jsonl", weight: 0 }, "b/{language}.jsonl"]', "bad-number"],
    [
      "a weight beside none",
      '[{ file: "{language}.jsonl", weight: 2 }, "b/{language}.jsonl"]',
      "missing-weight",
    ],
    ["a weight alone", '{ file: "{language}.jsonl", weight: 2 }', "unused-key"],
    ["a split of a file", '{ file: "{language}.jsonl", split: train }', "unused-key"],
    ["an empty list", "[]", "no-data"],
    ["a number", "3", "wrong-type"],
  ] as const)
    it(`is refused with ${name}`, () => {
      const { train, faults } = read(written);
      assert.deepEqual(faults, codes);
      if (codes[0] !== "unused-key" && codes[0] !== "missing-weight") assert.equal(train, null);
    });

  it("has no weights where every row counts", () => {
    const { diagnostics } = parseMixtureFile(
      withData('{ train: "t/{language}.jsonl", eval: { file: "e/{language}.jsonl", cap: 2 }, dev: [] }'),
    );
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["no-data"],
    );
    const weighted = withData(
      '{ train: "{language}.jsonl", eval: { file: "e/{language}.jsonl", weight: 2 } }',
    );
    assert.deepEqual(
      parseMixtureFile(weighted).diagnostics.map(({ code, message }) => `${code} ${message}`),
      ['unknown-key Unknown key "weight" in "data.eval".'],
    );
  });

  it("is the same data where one of its sources is", () => {
    const { diagnostics } = parseMixtureFile(
      withData('{ train: ["a/{language}.jsonl", "b/{language}.jsonl"], dev: "./b/{language}.jsonl" }'),
    );
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["same-data"],
    );
    assert.ok(!sameFiles({ file: "hub:a/b", split: "train" }, { file: "hub:a/b", split: "test" }));
  });
});

describe("names of sources", () => {
  it("are what ids begin with where there are several, each its own", () => {
    const names = (...files: string[]) => sourceNames(files.map(file => ({ file })));
    assert.deepEqual(names("data/aya/{language}.jsonl"), [""]);
    assert.deepEqual(names("data/aya/{language}.jsonl", "all.jsonl.gz", "hub:org/aya.v2@1a/b", "x/aya.csv"), [
      "aya:",
      "all:",
      "aya.v2:",
      "aya-2:",
    ]);
    assert.deepEqual(names("alpaca_{language}_demo.json", "{language}.jsonl"), ["alpaca__demo:", "data:"]);
  });
});
