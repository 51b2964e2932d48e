// A runtime that is stuck in one computation, as a pattern that takes for ever leaves it: told, and its process gone.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startRuntime } from "../../src/cli/startRuntime.ts";
import { isProcessAlive } from "../../src/node/processes.ts";
import { Unresponsive } from "../../src/protocol/patience.ts";
import { temporaryFolder } from "../unit/model/tinyModel.ts";

test("a call that a stuck process was asked ends in a sentence, and the process with it", async () => {
  const script = join(temporaryFolder(), "stuck.cjs");
  writeFileSync(script, "process.on('message', () => { for (;;); });\n");
  const runtime = startRuntime(script, {
    nodeArguments: [],
    patience: () => ({ silence: 500, whole: 60_000 }),
  });
  await assert.rejects(runtime.client.call("pinch/devices", {}), (error: unknown) => {
    assert.ok(error instanceof Unresponsive, String(error));
    assert.match(error.message, /^The runtime process did not respond for 1 s and was ended\.$/);
    return true;
  });
  await runtime.end();
  assert.equal(isProcessAlive(runtime.pid), false);
});
