// What a run takes from several sources, and what it says of those that it can't read.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { errorsOf, loadExperiment, requireValid } from "../../../src/runtime/data/experiment.ts";
import { placeOfRow } from "../../../src/runtime/data/loadData.ts";
import { prepareRun } from "../../../src/runtime/data/prepareRun.ts";
import { sha256OfFile } from "../../../src/runtime/files/sha256.ts";
import { rows, tinyExperiment, tinyMixture, write } from "./tinyExperiment.ts";

const written = "data/train/{language}.jsonl";
const from = (train: string) => tinyMixture.replace(`train: ${written}`, `train: ${train}`);

test("ids of several sources are apart, and each language's data are of all of them", async () => {
  const { file, starter, folder } = tinyExperiment(
    from(`[${JSON.stringify(written)}, "more/{language}.jsonl"]`),
  );
  for (const language of ["en", "sw"]) write(folder, `more/${language}.jsonl`, rows(language, 4));
  const experiment = requireValid(await loadExperiment({ file, starter }));
  const english = experiment.train.languages.get("en");
  assert.ok(english);
  const ids = experiment.available.get("en") ?? [];
  assert.deepEqual([ids.length, new Set(ids).size], [14, 14]);
  assert.ok(ids.every(id => /^(train|more):/.test(id)));
  const place = placeOfRow(english, ids.at(-1) ?? "");
  assert.deepEqual([place?.file, place?.range.start.line], [join(folder, "more", "en.jsonl"), 3]);
  const { lock } = prepareRun(experiment, "english", 7, "cpu").run;
  assert.deepEqual(Object.keys(lock?.data ?? {}).slice(0, 2), ["data/train/en.jsonl", "more/en.jsonl"]);
  const alone = sha256OfFile(join(folder, "data", "train", "en.jsonl"));
  assert.equal(lock?.data?.["data/train/en.jsonl"], alone);
  assert.notEqual(lock?.languageData?.train?.en, alone);
});

test("one source is what it was: ids, hashes and places of a path written alone", async () => {
  const { file, starter, folder } = tinyExperiment();
  const plain = prepareRun(requireValid(await loadExperiment({ file, starter })), "pinch", 7, "cpu").run;
  const text = from(`{ file: ${JSON.stringify(written)} }`);
  const map = prepareRun(requireValid(await loadExperiment({ file, starter, text })), "pinch", 7, "cpu").run;
  assert.deepEqual(map.lock, plain.lock);
  assert.equal(plain.lock?.languageData?.train?.en, sha256OfFile(join(folder, "data", "train", "en.jsonl")));
  assert.ok(readFileSync(file, "utf8").includes(written));
});

test("a dataset of the Hub is never downloaded by looking at it", async () => {
  const { file, starter } = tinyExperiment(from('{ file: "hub:org/name@1234abcd", language: language }'));
  const faults = errorsOf(await loadExperiment({ file, starter })).map(({ message }) => message);
  assert.ok(
    faults.some(fault => fault.startsWith("hub:org/name@1234abcd can't be read")),
    faults.join("\n"),
  );
});
