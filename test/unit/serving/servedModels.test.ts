// Names of served models: each answers under its own.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { it } from "node:test";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { readRunRecord } from "../../../src/runtime/files/runFolder.ts";
import { loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../../../src/runtime/ort/graphFolder.ts";
import { ServedModels } from "../../../src/runtime/serving/servedModels.ts";
import { finishedRun } from "../recipes/finishedRun.ts";

it("refuses two runs of one name, and a run called as the base is", async () => {
  const { folder, starter } = await finishedRun();
  const run = { folder, record: readRunRecord(folder) };
  const { file } = run.record.configuration;
  const experiment = requireValid(await loadExperiment({ file, starter }));
  const graphs = new GraphFolder(experiment.model);
  const place = { experiment, tokenizer: loadTokenizer(experiment.model), graphs, device: "cpu" } as const;
  try {
    const called = join(dirname(folder), "base");
    cpSync(folder, called, { recursive: true });
    assert.throws(() => new ServedModels(place, { ...run, folder: called }), /would be called base/);
    assert.throws(() => new ServedModels(place, run, run), /would be called pinch-/);
  } finally {
    graphs.remove();
  }
});
