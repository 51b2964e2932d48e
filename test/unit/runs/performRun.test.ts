// One run from outside: how long it is waited for, and what is said of one that somebody else ended.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { StepEvent } from "../../../src/core/records/records.ts";
import { RuntimeDied } from "../../../src/node/runtimeDied.ts";
import type { RuntimeProcess } from "../../../src/platform/runtimeProcess.ts";
import type { RunOutcome, RunRequest } from "../../../src/protocol/runtime.ts";
import { performRun, type RunHooks } from "../../../src/workspace/runs/runOne.ts";

const request: RunRequest = {
  file: "f",
  mixture: "english",
  seed: 7,
  out: "o",
  device: "cpu",
  starter: "s",
  start: { kind: "new" },
};
const hooks: RunHooks = { progress: () => undefined, step: () => undefined, log: () => undefined };
const step = { step: 1, steps: 9, loss: 1, tokens: 1, tokensPerSecond: 1 } as StepEvent;
const silent = () => ({ dispose: () => undefined });

/** A process that answers when it is told to, or is killed. */
function madeUp(answer: Promise<RunOutcome>) {
  let listener: (event: StepEvent) => void = () => undefined;
  let kills = 0;
  const runtime = {
    pid: 1,
    starter: "s",
    messages: 0,
    onNonsense: silent,
    onProgress: silent,
    onStep: (listen: typeof listener) => {
      listener = listen;
      return silent();
    },
    onAnswerPart: silent,
    onAsk: silent,
    call: () => answer,
    end: () => Promise.resolve(),
    kill: () => {
      kills++;
    },
  } as unknown as RuntimeProcess;
  return { runtime, say: () => listener(step), kills: () => kills };
}

test("a run that is stopped gets twice its longest step before it is killed", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  try {
    let now = 0;
    const limits = { stopGrace: 8_000, look: 1e9, clock: () => now };
    let answer: (outcome: RunOutcome) => void = () => undefined;
    const { runtime, say, kills } = madeUp(
      new Promise(resolve => {
        answer = resolve;
      }),
    );
    const stop = new AbortController();
    const result = performRun(runtime, request, stop.signal, hooks, limits);
    now = 10;
    say();
    stop.abort();
    mock.timers.tick(19_999);
    assert.equal(kills(), 0);
    mock.timers.tick(1);
    assert.equal(kills(), 1);
    answer({ folder: "f", status: "cancelled", error: null });
    assert.deepEqual(await result, { kind: "cancelled" });
  } finally {
    mock.timers.reset();
  }
});

test("a run that was cancelled by somebody else has failed, and says why", async () => {
  const error = {
    message: "The runtime process ended (SIGTERM): it was told to end.",
    remedy: "Start it again.",
  };
  const { runtime } = madeUp(Promise.resolve({ folder: "f", status: "cancelled", error }));
  const result = await performRun(runtime, request, new AbortController().signal, hooks);
  assert.ok(result.kind === "failed");
  assert.equal(result.error.message, error.message);
});

test("a process that died is named with what its end means", async () => {
  const { runtime } = madeUp(Promise.reject(new RuntimeDied("signal SIGBUS")));
  const result = await performRun(runtime, request, new AbortController().signal, hooks);
  assert.ok(result.kind === "failed");
  assert.match(result.error.message, /"english" \(signal SIGBUS\): a file that it reads was truncated/);
  assert.match(result.error.remedy, /model's files/);
});
