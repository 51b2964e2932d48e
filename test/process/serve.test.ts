// The runtime process itself: what it leaves behind when it is stopped, left alone, or breaks.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { startRuntime } from "../../src/cli/startRuntime.ts";
import { HumanError } from "../../src/common/errors.ts";
import { connectToRuntime, ipcTransport, type RuntimeClient } from "../../src/protocol/connection.ts";
import type { RunOutcome } from "../../src/protocol/runtime.ts";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { bundled } from "../support/bundled.ts";
import { tinyExperiment, tinyMixture } from "../unit/experiment/tinyExperiment.ts";

const fakeRuntime = bundled(join(import.meta.dirname, "fakeRuntime.ts"));

interface Started {
  readonly child: ChildProcess;
  readonly client: RuntimeClient;
  readonly answer: Promise<RunOutcome | HumanError>;
  /** Settles when the recipe is at work. */
  readonly working: Promise<void>;
  record(): ReturnType<typeof readRunRecord>;
}

function mixtureOf(name: string): string {
  return tinyMixture.replace(/mixtures:\n( .*\n)+/, `mixtures:\n  ${name}: { monolingual: en }\n`);
}

function start(mixture: string): Started {
  const { file, starter, folder } = tinyExperiment(mixtureOf(mixture));
  const out = join(folder, "runs");
  const child = fork(fakeRuntime);
  const client = connectToRuntime(ipcTransport(child), { onGivenUp: () => child.kill("SIGKILL") });
  const working = new Promise<void>(resolve => {
    client.on("pinch/step", () => resolve());
  });
  const answer = client
    .call("pinch/run", { file, mixture, seed: 7, out, device: "cpu", starter, start: { kind: "new" } })
    .catch((error: unknown) => {
      assert.ok(error instanceof HumanError, String(error));
      return error;
    });
  const record = () => {
    const [only] = listRunFolders(out);
    assert.ok(only !== undefined);
    return readRunRecord(only);
  };
  return { child, client, answer, working, record };
}

const skip = process.platform === "win32" ? "Windows ends a process without asking it" : false;

test("SIGTERM cancels the run, which says so, and ends the process", { skip }, async () => {
  const { child, working, answer, record } = start("slow");
  await working;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const error = await answer;
  assert.ok(error instanceof HumanError && error.kind === "cancelled");
  assert.deepEqual((await exit)[0], 143);
  assert.match(error.message, /ended \(SIGTERM\): it was asked to stop by a user, or by the system/);
  assert.equal(record().status, "cancelled");
});

test("a parent that goes away ends the process, also when the recipe does not react", async () => {
  const { child, working, record } = start("stuck");
  await working;
  const exit = once(child, "exit");
  child.disconnect();
  await exit;
  assert.equal(record().status, "cancelled");
});

test("a process that does not stop when it is asked to is ended by the command that waits for it", async () => {
  const { file, starter, folder } = tinyExperiment(mixtureOf("stuck"));
  const { client, end } = startRuntime(fakeRuntime, { nodeArguments: [], stopGrace: 1 });
  const stop = new AbortController();
  client.on("pinch/step", () => stop.abort());
  const request = {
    file,
    mixture: "stuck",
    seed: 7,
    out: join(folder, "runs"),
    device: "cpu",
    starter,
    start: { kind: "new" },
  } as const;
  await assert.rejects(client.call("pinch/run", request, stop.signal), (error: unknown) => {
    assert.ok(error instanceof HumanError && error.kind === "run");
    assert.match(error.message, /signal SIGKILL|exit code 1/);
    return true;
  });
  await end();
});

test("a fault outside of any promise is the answer to the call, and the run says why it failed", async () => {
  const { child, answer, record } = start("crashes");
  const exit = once(child, "exit");
  const error = await answer;
  assert.ok(error instanceof HumanError);
  assert.deepEqual([error.kind, error.message], ["internal", "a fault deep inside"]);
  assert.match(String(error.cause), /fakeRuntime/);
  assert.equal((await exit)[0], 70);
  assert.equal(record().status, "failed");
  assert.equal(record().error?.message, "a fault deep inside");
});
