// Rename, definitions, patterns, results and lenses of data files: what the golden files do not show.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { dataLensText } from "../../../src/core/mixtureEditor/dataLens.ts";
import { lastResults } from "../../../src/core/mixtureEditor/lastResults.ts";
import { patternsIn } from "../../../src/core/mixtureEditor/patterns.ts";
import { definitionsAt, mixtureNameAt, renameMixtureAt } from "../../../src/core/mixtureEditor/structure.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { applyEdits, Source } from "../../../src/core/mixtureFile/textEdit.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import { known } from "../../support/mixtureGolden.ts";

const text = `version: 1
model: m
budget: 10
data:
  train: data/train/{language}.jsonl
mixtures:
  english: { monolingual: en } # the baseline
  "two": { base: en, spread: 2, over: [fi, sw] }
  shares:
    shares: { en: 50%, he: 50% }
evaluate:
  languages: [en, ar]
`;
const parsed = parseMixtureFile(text);
const source = new Source(text);
const place = (written: string, more = 0) => source.position(text.indexOf(written) + more);

describe("rename", () => {
  it("changes the name and nothing else", () => {
    assert.equal(mixtureNameAt(parsed, place("english", 3))?.name, "english");
    const after = applyEdits(text, renameMixtureAt(parsed, place("english", 3), "plain"));
    assert.equal(after, text.replace("english:", "plain:"));
    assert.match(
      applyEdits(text, renameMixtureAt(parsed, place('"two"', 2), "فارسی")),
      /^ {2}فارسی: \{ base/m,
    );
    assert.match(applyEdits(text, renameMixtureAt(parsed, place("english"), "12")), /^ {2}12: \{ mono/m);
  });

  it("refuses names that are taken, reserved or no folders, and places without a name", () => {
    for (const [name, expected] of [
      ["two", /already/],
      ["base", /untuned model/],
      ["a/b", /folder name/],
      ["", /folder name/],
      ["x".repeat(61), /more than 60/],
    ] as const) {
      assert.throws(
        () => renameMixtureAt(parsed, place("english"), name),
        (error: unknown) => error instanceof HumanError && expected.test(error.message),
      );
    }
    for (const elsewhere of ["budget", "monolingual", "# the"]) {
      assert.equal(mixtureNameAt(parsed, place(elsewhere, 1)), null, elsewhere);
      assert.throws(() => renameMixtureAt(parsed, place(elsewhere, 1), "x"), HumanError);
    }
  });
});

describe("definitions", () => {
  it("of a pattern are all its files, of a language its own", () => {
    const at = (written: string, more = 1) => definitionsAt(parsed, known, place(written, more));
    assert.equal(at("data/train").length, 12);
    assert.deepEqual(at("[fi,", 2), ["data/train/fi.jsonl"]);
    assert.deepEqual(at("he: 50%"), ["data/train/he.jsonl"]);
    assert.deepEqual(at("ar]"), ["data/eval/ar.jsonl"]);
    assert.deepEqual(at("version"), []);
  });
});

describe("patterns of a workspace", () => {
  it("come with their languages, the most first", () => {
    const paths = [
      "data/train/en.jsonl",
      "data/train/fi.jsonl",
      "data/train/zh-Hans.jsonl",
      "x/en/rows.jsonl",
    ];
    const more = ["x/fi/rows.jsonl", "my_en.json", "my_fi.json", "readme.it", "a.it", "data/notes.jsonl"];
    assert.deepEqual(
      patternsIn(["d/en.csv.gz", "d/fi.csv.gz", "e/en.tsv", "e/fi.tsv"]).map(({ value }) => value),
      ["d/{language}.csv.gz", "e/{language}.tsv"],
    );
    const found = patternsIn([...paths, ...more]).map(({ value, detail }) => `${value} ${detail}`);
    assert.deepEqual(found, [
      "data/train/{language}.jsonl 3 languages: en, fi, zh-Hans",
      "my_{language}.json 2 languages: en, fi",
      "x/{language}/rows.jsonl 2 languages: en, fi",
    ]);
  });
});

describe("last results", () => {
  const cell = (value: number) => ({ value, n: 40, interval: [value - 0.05, value + 0.03] as const });
  const run = (mixture: string, file: string, value: number | null): RunSummary => ({
    folder: `${mixture}-${file}`,
    record: {
      version: 1,
      status: "done",
      mixture,
      seed: 1,
      started: "2024-01-01T00:00:00Z",
      ended: null,
      pid: 1,
      error: null,
      configuration: { file, model: "m", budget: 1, form: null, train: null, evaluate: {} as never },
      counts: {},
      lock: null,
      timings: null,
      peakMemoryBytes: null,
    },
    metrics: value === null ? null : { version: 1, languages: { en: { followed: cell(value) } } },
  });

  it("are of the file's own runs, in a few words", () => {
    const runs = [run("english", "/a", 0.612), run("pinch", "/a", null), run("english", "/b", 0.9)];
    assert.deepEqual(lastResults(runs, "/a"), [{ mixture: "english", text: "61 % ±5 followed" }]);
    assert.deepEqual(lastResults(runs, "/none"), []);
  });
});

describe("the lens of a data file", () => {
  it("names language, rows and purpose", () => {
    const file = { language: "fi", mixtureFile: "a.mixture.yaml" };
    assert.equal(
      dataLensText({ ...file, purpose: "training", rows: 1200 }),
      "Finnish (\u2068suomi\u2069) · 1,200 examples · training data of a.mixture.yaml",
    );
    assert.equal(
      dataLensText({ ...file, language: "en", purpose: "evaluation", rows: 1 }),
      "English · 1 prompt · evaluation data of a.mixture.yaml",
    );
    assert.match(dataLensText({ ...file, purpose: "training", rows: null }), /\) · training/);
    assert.equal(
      dataLensText({ ...file, language: null, purpose: "training", rows: 3 }),
      "languages by column · 3 examples · training data of a.mixture.yaml",
    );
  });
});
