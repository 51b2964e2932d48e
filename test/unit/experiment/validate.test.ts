// A reply to a check names the faults of the text apart from those that only the data show.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnostic } from "../../../src/common/diagnostic.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { loadExperiment } from "../../../src/runtime/experiment/experiment.ts";
import { faultsOf, validate } from "../../../src/runtime/recipes/validate.ts";
import { tinyExperiment, tinyMixture, write } from "./tinyExperiment.ts";

const codes = (faults: readonly Diagnostic[]) => faults.map(({ code }) => code);

test("faults of the text and of the data are two lists, which together are all of them", async () => {
  const text = `${tinyMixture}mistake: 1\n`;
  const { file, starter, folder } = tinyExperiment(text);
  write(folder, "data/train/en.jsonl", "{}\n");
  const { textFaults, dataFaults } = await validate({ file, starter });
  assert.deepEqual(codes(textFaults), ["unknown-key"]);
  assert.deepEqual(textFaults, parseMixtureFile(text).diagnostics);
  assert.ok(dataFaults.length > 0 && !codes(dataFaults).includes("unknown-key"), codes(dataFaults).join());
  assert.deepEqual([...textFaults, ...dataFaults], await faultsOf(await loadExperiment({ file, starter })));
});

test("a file that can't be read is a fault of its text", async () => {
  const { file, starter } = tinyExperiment();
  const { textFaults, dataFaults } = await validate({ file: `${file}.gone`, starter });
  assert.deepEqual([codes(textFaults), dataFaults], [["unreadable"], []]);
});
