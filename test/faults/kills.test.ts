// A run that is killed at any moment goes on with the same bytes, and from the last checkpoint that was whole.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { randomInt } from "../../src/common/random.ts";
import { runFiles } from "../../src/core/records/records.ts";
import { connectToRuntime, ipcTransport } from "../../src/protocol/connection.ts";
import type { RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import { readCheckpoint } from "../../src/runtime/checkpoint/checkpoint.ts";
import { readSteps } from "../../src/runtime/files/readRun.ts";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { tinyMixture } from "../support/tinyWorkspace.ts";
import { builtRuntime, leftIn, type Place, requireBuild, tinyPlace, workFolder } from "./support/pinch.ts";
import { eachTrial, trialCount } from "./support/trials.ts";

const place: Place = tinyPlace(workFolder("kills"));

/** What is done to the process: killed, or its parent is gone and it has seconds to leave. */
type End = "killed" | "left";

interface Moment {
  readonly end: End;
  /** 0: while the model is loaded; one more than there are: while it is scored. */
  readonly step: number;
  readonly milliseconds: number;
}

/** Longest time after a step: a step, a checkpoint, or a part of the evaluation. */
const longestDelay = 40;

/** null: the process ended first. */
async function runtime(out: string, moment: Moment | null, steps: number): Promise<RunOutcome | null> {
  const child = fork(builtRuntime, [], {
    execArgv: [],
    cwd: place.folder,
    env: place.env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exit = once(child, "exit");
  const client = connectToRuntime(ipcTransport(child), { onGivenUp: () => child.kill("SIGKILL") });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    if (moment?.end === "killed") child.kill("SIGKILL");
    else if (child.connected) child.disconnect();
  };
  const arm = (step: number): void => {
    if (moment !== null && step === moment.step) timer ??= setTimeout(end, moment.milliseconds);
  };
  client.on("pinch/step", ({ step }) => arm(step));
  client.on("pinch/progress", ({ phase }) => {
    if (phase === "load") arm(0);
    if (phase === "generate") arm(steps + 1);
  });
  const request: RunRequest = {
    file: place.mixture,
    mixture: "pinch",
    seed: 7,
    out,
    device: "cpu",
    starter: "",
    start: { kind: "reuseOrResume" },
    checkpointSeconds: 0, // any moment may be in the middle of writing one
  };
  try {
    // Whoever hangs up hears nothing more.
    return await Promise.race([client.call("pinch/run", request), exit.then(() => null)]);
  } catch (error) {
    if (moment === null) throw error;
    return null;
  } finally {
    clearTimeout(timer);
    client.dispose();
    if (child.connected) child.disconnect();
    await exit;
  }
}

const compared = [join(runFiles.adapter, "adapter_model.safetensors"), runFiles.samples, runFiles.metrics];

function outcomeOf(folder: string): unknown {
  const losses = readSteps(folder).map(({ step, loss, gradientNorm }) => [step, loss, gradientNorm]);
  return { losses, files: compared.map(name => readFileSync(join(folder, name), "base64")) };
}

before(async () => {
  await requireBuild();
  writeFileSync(place.mixture, tinyMixture({ epochs: 3 }));
});

test("killed at any moment, a run goes on with the same bytes, from the last checkpoint that was whole", async context => {
  const whole = await runtime(join(place.folder, "whole"), null, 0);
  assert.equal(whole?.status, "done", JSON.stringify(whole?.error));
  const expected = outcomeOf(whole.folder);
  const steps = readSteps(whole.folder).length;
  let notTaken = 0;
  const count = trialCount(6);
  await eachTrial("kills", count, async (random, trial) => {
    const drawMoment = (): Moment => ({
      end: random() < 0.7 ? "killed" : "left",
      step: randomInt(random, steps + 2),
      milliseconds: randomInt(random, longestDelay),
    });
    /** null: it had ended by then. */
    const stopped = async (out: string): Promise<readonly Moment[] | null> => {
      const moments = Array.from({ length: random() < 0.25 ? 2 : 1 }, drawMoment); // some are killed twice
      for (const moment of moments) if ((await runtime(out, moment, steps))?.status === "done") return null;
      return moments;
    };
    let out = "";
    let moments: readonly Moment[] | null = null;
    for (let attempt = 0; moments === null; attempt++) {
      out = join(place.folder, `trial-${trial}-${attempt}`);
      moments = await stopped(out);
    }
    const [folder] = listRunFolders(out);
    const last = folder === undefined ? null : readCheckpoint(folder);
    const outcome = await runtime(out, null, steps);
    const told = JSON.stringify({ moments, error: outcome?.error });
    assert.equal(outcome?.status, "done", told);
    assert.deepEqual(outcomeOf(outcome.folder), expected, told);
    // Where training had ended it goes on after its last step.
    if (last !== null && (readRunRecord(outcome.folder).resumed?.at(-1)?.step ?? -1) < last.step) notTaken++;
    assert.ok(!existsSync(join(outcome.folder, runFiles.checkpoint)), told);
    const inFolder = leftIn(outcome.folder).filter(name => /pinch-tmp|claim/.test(name));
    assert.deepEqual(inFolder, [], told);
  });
  context.diagnostic(`${count} runs were stopped and gone on with: all are equal byte for byte.`);
  assert.equal(notTaken, 0, "a checkpoint that was whole was not gone on from");
});
