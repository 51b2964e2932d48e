// Reuse: a finished run of the same configuration and lock is the result, and nothing is computed.
import assert from "node:assert/strict";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { mock, test } from "node:test";
import type { RecipeContext } from "../../../src/runtime/context/context.ts";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { createRunFolder, endRun } from "../../../src/runtime/files/runFolder.ts";
import { run } from "../../../src/runtime/recipes/run.ts";
import { tinyExperiment, write } from "../experiment/tinyExperiment.ts";

/** Whatever is computed in it ends as cancelled at once. */
function stoppedContext(said: string[] = []): RecipeContext {
  return {
    progress: () => undefined,
    step: () => undefined,
    log: (_level, message) => said.push(message),
    signal: AbortSignal.abort(),
  };
}

test("an equal finished run is reused, and only when asked for", async () => {
  const { file, starter, folder } = tinyExperiment();
  const out = join(folder, "runs");
  const { run: newRun } = prepareRun(
    requireValid(await loadExperiment({ file, starter })),
    "pinch",
    7,
    "cpu",
  );
  const finished = createRunFolder(out, newRun).folder;
  endRun(finished, { status: "done" });
  write(finished, "metrics.json", '{"version":1,"languages":{}}');
  const said: string[] = [];
  const context = stoppedContext(said);
  const request = { file, mixture: "pinch", seed: 7, out, device: "cpu", starter } as const;
  const reused = await run({ ...request, start: { kind: "reuse" } }, context);
  assert.deepEqual(reused, { folder: finished, status: "done", error: null });
  assert.match(said.join("\n"), /reused/);
  const anew = await run({ ...request, start: { kind: "new" } }, context);
  assert.notEqual(anew.folder, finished);
  assert.equal(anew.status, "cancelled");
});

test("--resume reads each data file and hashes the model once, for a run that has to begin", async () => {
  const { file, starter, folder } = tinyExperiment();
  const request = {
    file,
    mixture: "pinch",
    seed: 7,
    out: join(folder, "runs"),
    device: "cpu",
    starter,
  } as const;
  await run({ ...request, start: { kind: "new" } }, stoppedContext()); // stopped before its first checkpoint
  const opened = new Map<string, number>();
  let inside = false; // Node's readFileSync may call openSync
  for (const name of ["readFileSync", "openSync", "createReadStream"] as const) {
    const original = fs[name] as (path: unknown, ...rest: unknown[]) => unknown;
    mock.method(fs, name, (path: unknown, ...rest: unknown[]) => {
      if (inside) return original(path, ...rest);
      if (typeof path === "string") opened.set(path, (opened.get(path) ?? 0) + 1);
      inside = true;
      try {
        return original(path, ...rest);
      } finally {
        inside = false;
      }
    });
  }
  syncBuiltinESMExports();
  try {
    await run({ ...request, start: { kind: "reuseOrResume" } }, stoppedContext());
  } finally {
    mock.restoreAll();
    syncBuiltinESMExports();
  }
  const times = (path: string) => [path, opened.get(path)];
  const data = ["en", "fi", "sw"].flatMap(language => [
    join(folder, `data/train/${language}.jsonl`),
    join(folder, `data/eval/${language}.jsonl`),
  ]);
  const weights = join(starter, "model.safetensors");
  assert.deepEqual(
    [...data, file, weights].map(times),
    [...data.map(path => [path, 1]), [file, 1], [weights, 2]], // the weights' header, then their hash
  );
});
