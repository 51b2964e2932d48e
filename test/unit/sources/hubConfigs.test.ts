// Configs and splits of a dataset's files as the library `datasets` resolves them, and what a source chooses of them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chooseHubFiles, isChoiceFault } from "../../../src/core/sources/chooseHubFiles.ts";
import { configsOf, scriptOf } from "../../../src/core/sources/hubConfigs.ts";
import { parseHubSource, pastedHubSource } from "../../../src/core/sources/hubSource.ts";

type Read = Record<string, Record<string, readonly string[]>>;

function read(files: readonly string[], card: string | null = null): Read {
  const configs = configsOf({ files, card });
  return Object.fromEntries(configs.map(({ name, splits }) => [name, Object.fromEntries(splits)]));
}

const card = (configs: string): string => `---\nlicense: mit\nconfigs:\n${configs}\n---\n# A dataset\n`;

describe("without a card", () => {
  test("shards in data/ name their split, whatever it is called", () => {
    const files = [
      "data/train-00001-of-00002-ab12.parquet",
      "data/train-00000-of-00002-cd34.parquet",
      "data/my.split-00000-of-00001.parquet",
      "README.md",
    ];
    assert.deepEqual(read(files), {
      default: { "my.split": [files[2]], train: [files[1], files[0]] },
    });
  });

  test("folders and then file names hold words for splits", () => {
    assert.deepEqual(read(["en/training/a.jsonl", "en/dev/a.jsonl", "x/testing.jsonl"]), {
      default: { train: ["en/training/a.jsonl"], validation: ["en/dev/a.jsonl"] },
    });
    assert.deepEqual(read(["aya_train.csv", "my-eval-2.csv", "contrained.csv", "train"]), {
      default: { train: ["aya_train.csv"], test: ["my-eval-2.csv"] },
    });
  });

  test("else every file is of train, but hidden ones and what describes the dataset", () => {
    const files = ["fi.jsonl", "ar.jsonl", ".cache/x.jsonl", "__pycache__/y.jsonl", "dataset_infos.json"];
    assert.deepEqual(read(files), { default: { train: ["ar.jsonl", "fi.jsonl"] } });
  });

  test("of several formats the one of most files is read", () => {
    assert.deepEqual(read(["a.csv", "b.jsonl.gz", "c.json", "d.txt"]), {
      default: { train: ["b.jsonl.gz", "c.json"] },
    });
    assert.deepEqual(read(["a.arrow", "b.zip"]), {});
  });

  test("the Hub's own conversion has folders of configs and splits", () => {
    const files = ["fi/train/0000.parquet", "fi/train/0001.parquet", "sw/partial-train/0000.parquet"];
    assert.deepEqual(read([...files, ".gitattributes", "fi/index.duckdb"]), {
      fi: { train: files.slice(0, 2) },
      sw: { "partial-train": [files[2]] },
    });
  });
});

describe("a card", () => {
  test("names files by globs, for each split or for train", () => {
    const files = ["a/x.jsonl", "a/b/y.jsonl", "t1.jsonl", "t2.jsonl", "u.jsonl"];
    const text = card(
      [
        "- config_name: one",
        "  data_files: a/**",
        "- config_name: two",
        "  default: true",
        "  data_files:",
        "  - split: test",
        '    path: ["t[12].jsonl"]',
        "  - split: train",
        '    path: "a/*.jsonl"',
        "- config_name: 3",
        "  data_files: { train: ./u.jsonl }",
      ].join("\n"),
    );
    assert.deepEqual(read(files, text), {
      one: { train: ["a/b/y.jsonl", "a/x.jsonl"] },
      two: { test: ["t1.jsonl", "t2.jsonl"], train: ["a/x.jsonl"] },
      3: { train: ["u.jsonl"] },
    });
    const [, two] = configsOf({ files, card: text });
    assert.ok(two?.isDefault);
  });

  test("names a folder whose names say the split", () => {
    const files = ["fi/train.jsonl", "fi/test.jsonl", "sw/train.jsonl"];
    const text = card("- { config_name: fi, data_dir: ./fi/ }\n- { config_name: sw, data_dir: sw }");
    assert.deepEqual(read(files, text), {
      fi: { train: ["fi/train.jsonl"], test: ["fi/test.jsonl"] },
      sw: { train: ["sw/train.jsonl"] },
    });
  });

  test("without configs, or without a head, leaves it to the names", () => {
    for (const text of [
      "---\nlicense: mit\n---\n",
      "# Title\n---\nconfigs: 1\n---\n",
      "---\nconfigs: none\n---",
    ])
      assert.deepEqual(read(["train.jsonl"], text), { default: { train: ["train.jsonl"] } }, text);
  });

  test("with a glob that is made to take for ever matches nothing", () => {
    const deep = `${"a/".repeat(200)}b.jsonl`;
    for (const glob of ["**/".repeat(60), "*a".repeat(40)])
      assert.deepEqual(read([deep], card(`- { config_name: x, data_files: "${glob}z" }`)), {});
  });

  test("whose head is no YAML is refused: it might name files", () => {
    assert.throws(() => read(["train.jsonl"], "---\nconfigs: [\n---\n"), /is not valid/);
  });

  test("whose head is made to take a parser's stack or time is refused before it", () => {
    for (const deep of ["- ".repeat(20_000), "[".repeat(20_000), ":".repeat(60_000)])
      assert.throws(() => read(["train.jsonl"], `---\nconfigs: ${deep}\n---\n`), /is not valid/);
  });
});

test("a script makes the data where no card names files", () => {
  const files = ["x.py", "data/fi.json.gz"];
  assert.equal(scriptOf({ files, card: null }, "org/x"), "x.py");
  assert.equal(scriptOf({ files, card: card("- { config_name: a, data_files: data/* }") }, "org/x"), null);
  assert.equal(scriptOf({ files: ["setup.py"], card: null }, "org/x"), null);
});

describe("a source chooses", () => {
  const languages = {
    files: ["fi/train/0000.parquet", "pt/train/0000.parquet", "code/train/0000.parquet"],
    card: null,
  };
  const splits = { files: ["train.jsonl", "test.jsonl"], card: null };

  test("the only config, and one config of each language", () => {
    assert.deepEqual(chooseHubFiles(splits, { split: "test" }, "o/n"), {
      files: [{ name: "test.jsonl", language: null }],
      unread: [],
    });
    assert.deepEqual(chooseHubFiles(languages, { config: "{language}" }, "o/n"), {
      files: [
        { name: "fi/train/0000.parquet", language: "fi" },
        { name: "pt/train/0000.parquet", language: "pt" },
      ],
      unread: ["code"],
    });
  });

  test("a path with {language}, as in sets without configs", () => {
    const contents = { files: ["ar.jsonl", "id.jsonl", "raw.jsonl", "README.md"], card: null };
    assert.deepEqual(chooseHubFiles(contents, { path: "{language}.jsonl" }, "o/n"), {
      files: [
        { name: "ar.jsonl", language: "ar" },
        { name: "id.jsonl", language: "id" },
      ],
      unread: ["raw.jsonl"],
    });
  });

  const faults: readonly [string, Parameters<typeof chooseHubFiles>, RegExp][] = [
    ["no config", [languages, {}, "o/n"], /has 3 configs, but none is selected.*It has code, fi, pt\./],
    ["another config", [languages, { config: "sv" }, "o/n"], /has no config sv\. It has code, fi, pt\./],
    ["no split", [splits, {}, "o/n"], /has 2 splits, but none is selected.*It has train, test\./],
    ["another split", [splits, { split: "dev" }, "o/n"], /has no split dev\. It has train, test\./],
    [
      "another split of a config",
      [languages, { config: "fi", split: "test" }, "o/n"],
      /The config fi of o\/n has no split test\. It has train\./,
    ],
    ["another path", [splits, { path: "x/{language}.jsonl" }, "o/n"], /has no file x\/\{language\}\.jsonl/],
    ["nothing to read", [{ files: ["a.arrow"], card: null }, {}, "o/n"], /has no files that can be read/],
    [
      "one language twice",
      [{ files: ["he.jsonl", "iw.jsonl"], card: null }, { path: "{language}.jsonl" }, "o/n"],
      /he\.jsonl and iw\.jsonl are both data in he/,
    ],
  ];
  for (const [name, asked, expected] of faults)
    test(`${name}: a fault that names what is there`, () => {
      const chosen = chooseHubFiles(...asked);
      assert.ok(isChoiceFault(chosen));
      assert.match(`${chosen.message} ${chosen.remedy}`, expected);
    });
});

test("how a dataset is written, and how people paste it", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  assert.deepEqual(parseHubSource(`hub:org/name@${commit}/a/{language}.jsonl`), {
    id: "org/name",
    revision: commit,
    path: "a/{language}.jsonl",
  });
  const branch = { id: "org/name", revision: "refs/convert/parquet", path: null };
  assert.deepEqual(parseHubSource("hub:org/name@refs/convert/parquet"), branch);
  for (const wrong of [
    "hub:name",
    "org/name",
    `hub:org/name@${commit}/../x`,
    "hub:org/na me",
    "hub:org/name/x",
  ])
    assert.equal(parseHubSource(wrong), null, wrong);
  const plain = { id: "org/name", revision: null, path: null };
  for (const pasted of ["org/name", "datasets/org/name/", "https://huggingface.co/datasets/org/name"])
    assert.deepEqual(pastedHubSource(pasted), plain, pasted);
  assert.deepEqual(
    pastedHubSource("https://huggingface.co/datasets/org/name/tree/refs%2Fconvert%2Fparquet/fi"),
    branch,
  );
});
