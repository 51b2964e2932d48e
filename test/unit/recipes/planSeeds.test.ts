// What a plan says of seeds: from the experiment's finished runs where they are at hand, and from no others.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assumedSpread } from "../../../src/core/plan/seedSpread.ts";
import type { MetricsRecord } from "../../../src/core/records/records.ts";
import { isValid, loadExperiment } from "../../../src/runtime/experiment/experiment.ts";
import { evaluationRowsOf, prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { createRunFolder, endRun, type NewRun } from "../../../src/runtime/files/runFolder.ts";
import { predictDifferences } from "../../../src/runtime/prediction/predictDifferences.ts";
import { tinyExperiment, tinyMixture } from "../experiment/tinyExperiment.ts";

function metricsOf(en: number, sw: number): MetricsRecord {
  const cell = (value: number) => ({ language: { value, n: 3, interval: [0, 1] as const } });
  return { version: 1, languages: { en: cell(en), sw: cell(sw) } };
}

async function workplace(text = tinyMixture.replace("seed: 7", "seeds: [7, 8, 9]")) {
  const { folder, file, starter } = tinyExperiment(text);
  const experiment = await loadExperiment({ file, starter });
  assert.ok(isValid(experiment));
  const out = join(folder, "runs");
  const finished = (run: NewRun, en: number, sw: number, status: "done" | "failed" = "done") => {
    const place = createRunFolder(out, run).folder;
    writeFileSync(join(place, "metrics.json"), JSON.stringify(metricsOf(en, sw)));
    endRun(place, { status });
  };
  const prepared = (mixture: string, seed: number) => prepareRun(experiment, mixture, seed, "cpu").run;
  const planned = ["english", "pinch"].map(mixture => prepared(mixture, 7));
  const detectable = (runs: string | null) =>
    predictDifferences(experiment.config, evaluationRowsOf(experiment), planned, runs);
  return { out, finished, prepared, detectable };
}

test("seeds are as far apart as those of finished runs with these settings", async () => {
  const { out, finished, prepared, detectable } = await workplace();
  for (const [seed, en, sw] of [
    [7, 0.3, 0.5],
    [8, 0.4, 0.6],
    [9, 0.5, 0.7],
  ] as const)
    finished(prepared("english", seed), en, sw);
  finished(prepared("pinch", 7), 0, 0, "failed");
  finished({ ...prepared("pinch", 7), counts: {} }, 1, 1);
  const other = prepared("english", 7);
  finished({ ...other, configuration: { ...other.configuration, budget: 4 } }, 0, 1);
  const { spread, seeds, compared } = detectable(out);
  assert.deepEqual(spread.from, { runs: 3, mixtures: 1 });
  assert.ok(Math.abs(spread.mean - 0.1) < 1e-12 && Math.abs(spread.language - 0.1) < 1e-12);
  assert.deepEqual([seeds, compared], [3, 2]);
});

test("without runs, with unreadable ones and without a folder the spread is assumed", async () => {
  const { out, finished, prepared, detectable } = await workplace();
  assert.deepEqual(detectable(null).spread, assumedSpread);
  assert.deepEqual(detectable(out).spread, assumedSpread, "no such folder");
  for (const seed of [7, 8, 9]) finished(prepared("english", seed), 0.5, 0.5);
  assert.notEqual(detectable(out).spread.from, null);
  for (const seed of [7, 8, 9]) {
    const place = createRunFolder(out, prepared("english", seed)).folder;
    writeFileSync(join(place, "metrics.json"), "{");
    endRun(place, { status: "done" });
  }
  assert.deepEqual(detectable(out).spread.from, { runs: 3, mixtures: 1 });
});
