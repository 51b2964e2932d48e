// Reuse: a finished run of the same configuration and lock is the result, and nothing is computed.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadExperiment, requireValid } from "../../../src/runtime/data/experiment.ts";
import { prepareRun } from "../../../src/runtime/data/prepareRun.ts";
import { createRunFolder, endRun } from "../../../src/runtime/files/runFolder.ts";
import { runOrReuse } from "../../../src/runtime/recipes/reuse.ts";
import { tinyExperiment, write } from "./tinyExperiment.ts";

test("an equal finished run is reused, and only when asked for", async () => {
  const { file, starter, folder } = tinyExperiment();
  const out = join(folder, "runs");
  const { run } = prepareRun(requireValid(await loadExperiment({ file, starter })), "pinch", 7, "cpu");
  const finished = createRunFolder(out, run).folder;
  endRun(finished, { status: "done" });
  write(finished, "metrics.json", '{"version":1,"languages":{}}');
  const stop = new AbortController();
  stop.abort(); // whatever is computed ends as cancelled at once
  const said: string[] = [];
  const context = {
    progress: () => undefined,
    step: () => undefined,
    log: (_level: string, message: string) => said.push(message),
    signal: stop.signal,
  };
  const request = { file, mixture: "pinch", seed: 7, out, device: "cpu", starter } as const;
  const reused = await runOrReuse({ ...request, reuse: true }, context);
  assert.deepEqual(reused, { folder: finished, status: "done", error: null });
  assert.match(said.join("\n"), /reused/);
  const anew = await runOrReuse(request, context);
  assert.notEqual(anew.folder, finished);
  assert.equal(anew.status, "cancelled");
});
