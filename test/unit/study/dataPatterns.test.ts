// Which files are a dataset by language.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findDataPatterns } from "../../../src/core/study/dataPatterns.ts";

function found(...paths: string[]): Record<string, unknown> {
  const { train, evaluation } = findDataPatterns(paths);
  const shown = (each: typeof train) => (each === null ? null : [each.pattern, ...each.files.keys()]);
  return { train: shown(train), evaluation: shown(evaluation) };
}

describe("data patterns", () => {
  it("are found by folder, by file name and by a part of it", () => {
    assert.deepEqual(found("data/train/en.jsonl", "data/train/fi.jsonl", "data/eval/en.jsonl"), {
      train: ["data/train/{language}.jsonl", "en", "fi"],
      evaluation: ["data/eval/{language}.jsonl", "en"],
    });
    assert.deepEqual(found("en/train.jsonl", "zh-Hant/train.jsonl", "en/test.jsonl", "zh-Hant/test.jsonl"), {
      train: ["{language}/train.jsonl", "en", "zh-Hant"],
      evaluation: ["{language}/test.jsonl", "en", "zh-Hant"],
    });
    assert.deepEqual(found("train_en.json", "train_sw.json"), {
      train: ["train_{language}.json", "en", "sw"],
      evaluation: null,
    });
  });

  it("are of every format, packed or not, and endings are no languages", () => {
    for (const ending of ["parquet", "csv", "tsv.gz", "jsonl.zst", "json.gz"])
      assert.deepEqual(
        found(`train/en.${ending}`, `train/fi.${ending}`, "notes/en.txt", "notes/fi.txt"),
        { train: [`train/{language}.${ending}`, "en", "fi"], evaluation: null },
        ending,
      );
    assert.deepEqual(found("train/my.csv").train, ["train/{language}.csv", "my"]);
    assert.deepEqual(found("some/my.rows.csv").train, null);
  });

  it("have tags with underscores, and names", () => {
    assert.deepEqual(found("train/en.jsonl", "train/zh_CN.jsonl", "train/all.jsonl").train, [
      "train/{language}.jsonl",
      "en",
      "zh-CN",
    ]);
    assert.deepEqual(found("train/english.jsonl", "train/suomi.jsonl").train, [
      "train/{language}.jsonl",
      "en",
      "fi",
    ]);
  });

  it("prefer what is named for tuning, then more languages; what is named for evaluation is never tuned on", () => {
    assert.deepEqual(
      found("a/en.jsonl", "a/fi.jsonl", "a/sw.jsonl", "train/en.jsonl", "dev/en.jsonl", "eval/en.jsonl"),
      { train: ["train/{language}.jsonl", "en"], evaluation: ["eval/{language}.jsonl", "en"] },
    );
    assert.deepEqual(found("a/en.jsonl", "b/en.jsonl", "b/fi.jsonl").train, [
      "b/{language}.jsonl",
      "en",
      "fi",
    ]);
    assert.deepEqual(found("test/en.jsonl"), { train: null, evaluation: ["test/{language}.jsonl", "en"] });
  });

  it("words that are no language, and files that hold no rows, are left alone", () => {
    assert.deepEqual(
      found("README.md", "package.json", "data/rows.jsonl", "en.txt", "my_rows.jsonl", "foo.json"),
      {
        train: null,
        evaluation: null,
      },
    );
  });
});
