// What a preview shows is what a run is tuned on, and data are found where they lie.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { drawExamples } from "../../../src/runtime/recipes/drawExamples.ts";
import { findData } from "../../../src/runtime/recipes/findData.ts";
import { gzipSync, parquetOf } from "../../support/packed.ts";
import {
  tinyLanguages,
  tinyMixture,
  tinyMixtureFile,
  writeTinyWorkspace,
} from "../../support/tinyWorkspace.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-draw-"));
writeTinyWorkspace(folder);
const file = join(folder, tinyMixtureFile);
after(() => rmSync(folder, { recursive: true, force: true }));

describe("a preview", () => {
  it("is the beginning of what the run is tuned on, in its order", async () => {
    const experiment = requireValid(await loadExperiment({ file, starter: "" }));
    for (const language of tinyLanguages) {
      const run = prepareRun(experiment, "pinch", 7, "cpu").examples.filter(
        example => example.language === language,
      );
      const drawn = await drawExamples({ file, text: tinyMixture(), mixture: "pinch", language, count: 10 });
      assert.equal(drawn.seed, 7);
      assert.equal(drawn.total, run.length);
      assert.ok(drawn.examples.length > 0);
      assert.deepEqual(
        drawn.examples,
        run.slice(0, 10).map(({ id, prompt, response }) => ({ id, prompt, response })),
      );
    }
  });

  it("is of the text as it is in the editor", async () => {
    const text = tinyMixture({ budget: 12 });
    assert.equal(
      (await drawExamples({ file, text, mixture: "english", language: "en", count: 3 })).total,
      12,
    );
  });

  it("says why it can't be drawn", async () => {
    const ask = (text: string, mixture: string) =>
      drawExamples({ file, text, mixture, language: "en", count: 3 });
    await assert.rejects(ask(tinyMixture({ budget: 9_999 }), "english"), {
      name: "HumanError",
      remedy: /Lower the budget/,
    });
    await assert.rejects(ask(tinyMixture(), "gone"), { name: "HumanError" });
  });
});

const counts = (rows: number) => ["en", "fi"].map(language => ({ language, rows }));

describe("finding data", () => {
  it("counts the rows of each language, whatever stands beside them", async () => {
    mkdirSync(join(folder, "node_modules", "x", "train"), { recursive: true });
    // More languages than the folder's own: they would win.
    for (const language of ["de", "es", "fr", "it"]) {
      writeFileSync(join(folder, "node_modules", "x", "train", `${language}.jsonl`), "{}\n");
    }
    writeFileSync(join(folder, "data", "eval", "sw.jsonl"), "{}\r\n\n  \n{}");
    const { train, evaluation } = await findData({ folder });
    assert.equal(train?.pattern, "data/train/{language}.jsonl");
    assert.deepEqual(
      train.languages.map(({ language, rows }) => [language, rows]),
      tinyLanguages.map(language => [language, 80]),
    );
    assert.equal(evaluation?.languages.find(({ language }) => language === "sw")?.rows, 2);
  });

  it("files of any format, packed or not", async () => {
    const other = mkdtempSync(join(tmpdir(), "pinch-formats-"));
    const all = [1, 2, 3].map(id => ({ id, prompt: "a\nb", response: "c" }));
    mkdirSync(join(other, "train"));
    for (const language of ["en", "fi"])
      writeFileSync(join(other, "train", `${language}.parquet`), parquetOf(all));
    mkdirSync(join(other, "eval"));
    for (const language of ["en", "fi"])
      writeFileSync(join(other, "eval", `${language}.json.gz`), gzipSync(JSON.stringify(all, null, 2)));
    assert.deepEqual(await findData({ folder: other }), {
      train: { pattern: "train/{language}.parquet", languages: counts(3) },
      evaluation: { pattern: "eval/{language}.json.gz", languages: counts(3) },
    });
    rmSync(other, { recursive: true });
  });

  it("a folder without data has none", async () => {
    const empty = mkdtempSync(join(tmpdir(), "pinch-empty-"));
    assert.deepEqual(await findData({ folder: empty }), { train: null, evaluation: null });
    rmSync(empty, { recursive: true });
  });
});
