// Which files are one dataset, and how a mixture file is made to name it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import {
  changeReference,
  type ReferencePlace,
  relativePath,
  yamlScalar,
} from "../../../src/core/mixtureFile/reference.ts";
import { namedFormat } from "../../../src/core/sources/dataFileNames.ts";
import { chooseSides, findDatasets, purposeOf } from "../../../src/core/sources/datasets.ts";
import { languageOfPath } from "../../../src/core/sources/pattern.ts";

function patterns(...paths: string[]): Record<string, string> {
  return Object.fromEntries(
    findDatasets(paths).map(({ pattern, files }) => [pattern, [...files.keys()].join(" ")]),
  );
}

describe("datasets among files", () => {
  const cases: readonly { why: string; paths: string[]; found: Record<string, string> }[] = [
    {
      why: "whole names are languages, one alone too",
      paths: ["d/train/fi.jsonl", "d/train/en.jsonl", "d/eval/zh-Hant.jsonl"],
      found: { "d/train/{language}.jsonl": "en fi", "d/eval/{language}.jsonl": "zh-Hant" },
    },
    {
      why: "one file of any format, packed or not",
      paths: ["a/en.csv", "b/my.parquet", "c/fi.jsonl.zst", "d/pt-BR.csv.gz", "e/english.jsonl"],
      found: {
        "a/{language}.csv": "en",
        "b/{language}.parquet": "my",
        "c/{language}.jsonl.zst": "fi",
        "d/{language}.csv.gz": "pt-BR",
        "e/{language}.jsonl": "en",
      },
    },
    {
      why: "capitals",
      paths: ["corpus/EN.jsonl", "corpus/FI.jsonl", "sum_DE.csv", "sum_SW.csv"],
      found: { "corpus/{language}.jsonl": "en fi", "sum_{language}.csv": "de sw" },
    },
    {
      why: "underscores in tags",
      paths: ["sft/pt_BR.jsonl", "sft/zh_Hant.jsonl", "x_en.json", "x_zh_CN.json", "x_sr-Latn.json"],
      found: { "sft/{language}.jsonl": "pt-BR zh-Hant", "x_{language}.json": "en sr-Latn zh-CN" },
    },
    {
      why: "names of languages and codes of other standards, and no words such as all and raw",
      paths: [
        "d/english.jsonl",
        "d/zh_CN.jsonl",
        "d/swa.jsonl",
        "d/fra_Latn.jsonl",
        "d/all.jsonl",
        "d/raw.jsonl",
      ],
      found: { "d/{language}.jsonl": "en fr sw zh-CN" },
    },
    {
      why: "codes without a name where others make it a dataset",
      paths: ["d/en.jsonl", "d/quy.jsonl"],
      found: { "d/{language}.jsonl": "en quy" },
    },
    {
      why: "folders of any depth",
      paths: ["w/en/v1/train.jsonl", "w/fi/v1/train.jsonl", "w/en/v1/test.jsonl", "w/fi/v1/test.jsonl"],
      found: { "w/{language}/v1/train.jsonl": "en fi", "w/{language}/v1/test.jsonl": "en fi" },
    },
    {
      why: "words of names and folders that several files differ in",
      paths: [
        "alpaca_en_demo.json",
        "alpaca_zh_demo.json",
        "x-en/train.csv",
        "x-hindi/train.csv",
        "train_code.json",
      ],
      found: { "alpaca_{language}_demo.json": "en zh", "x-{language}/train.csv": "en hi" },
    },
    {
      why: "two languages in a name are two",
      paths: ["pairs_en_fi.jsonl", "pairs_en_sw.jsonl"],
      found: { "pairs_en_{language}.jsonl": "fi sw" },
    },
    {
      why: "a file belongs to the larger dataset",
      paths: ["en/a_fi.jsonl", "en/a_sw.jsonl", "en/a_de.jsonl", "fi/a_fi.jsonl"],
      found: { "en/a_{language}.jsonl": "de fi sw" },
    },
    {
      why: "the larger dataset is found first, whatever its name",
      paths: ["fi_x_en.jsonl", "fi_x_sw.jsonl", "sw_x_en.jsonl", "de_x_en.jsonl"],
      found: { "{language}_x_en.jsonl": "de fi sw" },
    },
    {
      why: "two languages of a name are not a language and its region",
      paths: ["english.jsonl", "sw_en.jsonl", "sw_hi.jsonl"],
      found: { "{language}.jsonl": "en", "sw_{language}.jsonl": "en hi" },
    },
    {
      why: "a language in the name of a file goes before one in its folder",
      paths: ["fi/en.jsonl", "sw/en.jsonl"],
      found: { "fi/{language}.jsonl": "en", "sw/{language}.jsonl": "en" },
    },
    {
      why: "a short word, a capital word and a folder of code are none alone",
      paths: [
        "package.json",
        "how-to-train.jsonl",
        "my_rows.csv",
        "my.rows.csv",
        "src/x.json",
        "IT.jsonl",
        "bin.json",
      ],
      found: {},
    },
    {
      why: "words that are codes are none among themselves",
      paths: ["new/x.jsonl", "bin/x.jsonl", "a_foo.json", "a_bar.json", "data_new.csv", "data_bin.csv"],
      found: {},
    },
    {
      why: "files without rows are none",
      paths: ["en.txt", "fi.txt", "readme.it", "readme.de", "README.md", "en/notes", "fi/notes"],
      found: {},
    },
  ];
  for (const { why, paths, found } of cases)
    test(why, () => {
      assert.deepEqual(patterns(...paths), found);
      for (const { pattern, files } of findDatasets(paths))
        for (const path of paths) {
          const language = languageOfPath(pattern, path);
          if (language !== null && namedFormat(path) !== null && files.has(language))
            assert.equal(files.get(language), path, `${path} is read for ${pattern}`);
        }
    });

  test("of two files of one language, the first is listed", () => {
    const [found] = findDatasets(["d/pt_BR.jsonl", "d/pt-BR.jsonl", "d/en.jsonl"]);
    assert.deepEqual(
      [...(found?.files ?? [])],
      [
        ["en", "d/en.jsonl"],
        ["pt-BR", "d/pt_BR.jsonl"],
      ],
    );
  });

  test("are for what the nearest name says, whatever the workspace is called", () => {
    const purposes = {
      "data/{language}.jsonl": "train",
      "data/eval/{language}.jsonl": "eval",
      "{language}_test.jsonl": "eval",
      "test/{language}/v1.jsonl": "eval",
      "valid/{language}.jsonl": "eval",
      "latest/{language}.jsonl": "train",
      "data/dev/{language}.jsonl": "dev",
      "development/{language}.jsonl": "dev",
      "dev/validation/{language}.jsonl": "eval",
      "devices/{language}.jsonl": "train",
      "testbed/test/sft/{language}.jsonl": "train",
    };
    for (const [pattern, purpose] of Object.entries(purposes))
      assert.equal(purposeOf(pattern), purpose, pattern);
    const [dataset] = findDatasets(["/home/test/project/en.jsonl"], "/home/test/project");
    assert.equal(dataset?.purpose, "train");
  });
});

describe("the two sides of a folder's data", () => {
  const sides = (...paths: string[]): (string | null)[] => {
    const { train, evaluation } = chooseSides(findDatasets(paths));
    return [train?.pattern ?? null, evaluation?.pattern ?? null];
  };

  test("are those named for it first, then those of more languages", () => {
    assert.deepEqual(
      sides("a/en.jsonl", "a/fi.jsonl", "a/sw.jsonl", "train/en.jsonl", "dev/en.jsonl", "eval/en.jsonl"),
      ["train/{language}.jsonl", "eval/{language}.jsonl"],
    );
    assert.deepEqual(sides("a/en.jsonl", "b/en.jsonl", "b/fi.jsonl"), ["b/{language}.jsonl", null]);
    assert.deepEqual(sides("sft/en.jsonl", "sft/fi.jsonl", "tuning/en.jsonl"), [
      "tuning/{language}.jsonl",
      null,
    ]);
  });

  test("are told apart: data of evaluation and development are never tuned on", () => {
    assert.deepEqual(sides("test/en.jsonl"), [null, "test/{language}.jsonl"]);
    assert.deepEqual(sides("dev/en.jsonl"), [null, "dev/{language}.jsonl"]);
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
