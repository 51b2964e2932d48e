// Which files are one dataset, and how a mixture file is made to name it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findDatasets, purposeOf } from "../../../src/core/data/datasets.ts";
import {
  changeReference,
  type ReferencePlace,
  relativePath,
  yamlScalar,
} from "../../../src/core/data/reference.ts";
import { parseMixtureFile } from "../../../src/core/mixture/parse.ts";

function patterns(...paths: string[]): Record<string, string[]> {
  return Object.fromEntries(findDatasets(paths).map(({ pattern, files }) => [pattern, [...files.keys()]]));
}

describe("datasets among files", () => {
  test("are told by whole names, by folders, and by words that several files differ in", () => {
    assert.deepEqual(
      patterns("/w/data/train/fi.jsonl", "/w/data/train/en.jsonl", "/w/data/eval/zh-Hant.jsonl"),
      {
        "/w/data/eval/{language}.jsonl": ["zh-Hant"],
        "/w/data/train/{language}.jsonl": ["en", "fi"],
      },
    );
    assert.deepEqual(patterns("/w/en/train.jsonl", "/w/fi/train.jsonl"), {
      "/w/{language}/train.jsonl": ["en", "fi"],
    });
    assert.deepEqual(patterns("/w/alpaca_en_demo.json", "/w/alpaca_zh_demo.json"), {
      "/w/alpaca_{language}_demo.json": ["en", "zh"],
    });
  });

  test("are read by the names of their languages too, and not by words that no language is called", () => {
    assert.deepEqual(patterns("/w/d/english.jsonl", "/w/d/zh_CN.jsonl", "/w/d/all.jsonl", "/w/d/raw.jsonl"), {
      "/w/d/{language}.jsonl": ["en", "zh-CN"],
    });
    assert.deepEqual(patterns("/w/train_french.jsonl", "/w/train_hindi.jsonl", "/w/train_code.jsonl"), {
      "/w/train_{language}.jsonl": ["fr", "hi"],
    });
  });

  test("a short word in one file's name is no language, and neither is a folder of code", () => {
    assert.deepEqual(
      patterns("/w/package.json", "/w/how-to-train.jsonl", "/w/src/x.json", "/w/tsconfig.json"),
      {},
    );
    assert.deepEqual(patterns("/w/notes.jsonl", "/w/IT.jsonl"), {});
  });

  test("a file belongs to one dataset, the larger one", () => {
    const found = patterns("/w/en/a_fi.jsonl", "/w/en/a_sw.jsonl", "/w/en/a_de.jsonl");
    assert.deepEqual(found, { "/w/en/a_{language}.jsonl": ["de", "fi", "sw"] });
  });

  test("evaluation data are known by their names, not by the workspace's", () => {
    assert.equal(purposeOf("/home/test/project/data/{language}.jsonl"), "train");
    assert.equal(purposeOf("/w/data/eval/{language}.jsonl"), "eval");
    assert.equal(purposeOf("/w/{language}_test.jsonl"), "eval");
    assert.equal(purposeOf("/w/latest/{language}.jsonl"), "train");
    assert.equal(purposeOf("/w/data/dev/{language}.jsonl"), "dev");
    assert.equal(purposeOf("/w/dev/validation/{language}.jsonl"), "eval");
    assert.equal(purposeOf("/w/devices/{language}.jsonl"), "train");
  });
});

describe("a mixture file's reference", () => {
  const text = `# mine
version: 1
model: pinch/starter # small
data:
  train: a/{language}.jsonl
mixtures:
  one: { monolingual: en }
`;
  const applied = (before: string, place: ReferencePlace, value: string): string => {
    const change = changeReference(before, place, value);
    assert.ok(change !== null);
    const lines = before.split("\n");
    const offset = ({ line, column }: { line: number; column: number }): number =>
      lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + column;
    const { start, end } = change.range;
    return before.slice(0, offset(start)) + change.text + before.slice(offset(end));
  };

  test("is replaced where it stands, with comments kept", () => {
    assert.equal(applied(text, "model", "org/name"), text.replace("pinch/starter", "org/name"));
    assert.equal(applied(text, "train", "b/{language}.jsonl"), text.replace("a/{", "b/{"));
  });

  test("replaces a map or a list as a whole", () => {
    const yaml = '{ file: "hub:o/n", language: l }';
    for (const written of [
      "\n    file: all.csv\n    language: l",
      "\n    - a/{language}.jsonl\n    - b/{language}.jsonl",
    ])
      assert.equal(
        applied(text.replace(" a/{language}.jsonl", written), "train", yaml).replaceAll(/\s+/g, " "),
        text.replace("a/{language}.jsonl", yaml).replaceAll(/\s+/g, " "),
      );
  });

  test("is added where it is missing, so that it is read", () => {
    for (const [before, place] of [
      [text, "eval"],
      [text, "dev"],
      ["version: 1\n", "train"],
      ["version: 1", "train"],
      ["", "train"],
      ["version: 1\n", "model"],
      ["data:\n    train: x/{language}.jsonl\n", "eval"],
    ] as const) {
      const value = place === "model" ? "org/name" : "c/{language}.jsonl";
      const { draft } = parseMixtureFile(applied(before, place, value));
      const read = place === "model" ? draft.model : draft.data[place]?.map(({ file }) => file).join();
      assert.equal(read, value, JSON.stringify(before));
    }
    assert.equal(changeReference("data: { train: x }\n", "eval", "y"), null);
  });

  test("is written so that YAML reads it back, and relative where it can be", () => {
    assert.equal(yamlScalar("data/{language}.jsonl"), "data/{language}.jsonl");
    for (const odd of ["{language}.jsonl", "a: b", "x #y", "true", "12", "ä/b"])
      assert.equal(yamlScalar(odd), JSON.stringify(odd));
    assert.equal(relativePath("/w/studies", "/w/data/{language}.jsonl"), "../data/{language}.jsonl");
    assert.equal(relativePath("/w", "/w/a/b"), "a/b");
    assert.equal(relativePath("/c:/w", "/d:/x"), null);
  });
});
