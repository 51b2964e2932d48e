// The list of runs for the live charts.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type * as liveRuns from "../../../src/workspace/runs/liveRuns.ts";
import { importWithVscode } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

test("a stopped run is running as soon as it is resumed, before its record says so", async () => {
  const folder = join(temporaryFolder(), "bundle");
  const { listRuns } = (await importWithVscode("src/workspace/runs/liveRuns.ts", folder)) as typeof liveRuns;
  const stored = (mixture: string, pid: number) => ({
    uri: { toString: () => `file:///runs/${mixture}-s7` },
    record: { mixture, seed: 7, status: "cancelled", pid, counts: { en: 5 } },
  });
  const store = { all: async () => [stored("pinch", 1), stored("english", 2)] } as never;
  const active = (resume: string | null) => ({
    id: "1",
    mixture: "english",
    seed: 7,
    index: 1,
    total: 1,
    pid: 3,
    resume,
    progress: null,
    step: null,
    stopping: false,
  });
  const listed = async (resume: string | null) =>
    (await listRuns(store, { active: active(resume), others: [] } as never)).map(
      ({ label, state, words }) => `${label}: ${state}, ${words.split(" · ")[0]}`,
    );
  const pinch = "pinch, seed 7: ended, cancelled";
  assert.deepEqual(await listed(null), [pinch, "english, seed 7: ended, cancelled"]);
  const [first, ...others] = await listed("file:///runs/english-s7");
  assert.match(first ?? "", /^english, seed 7: running, /);
  assert.ok(!first?.includes("cancelled"));
  assert.deepEqual(others, [pinch]);
});
