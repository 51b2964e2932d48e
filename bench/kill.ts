// Kills a run by SIGKILL at ten random moments, resumes it each time, and compares what it trained byte for byte.
//   npm run bench:kill                ten trials on the starter
//   npm run bench:kill -- 3 --seed 5  three, at other moments
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { seededRandom } from "../src/common/random.ts";
import { runFiles } from "../src/core/run/records.ts";
import { connectToRuntime, ipcTransport } from "../src/protocol/connection.ts";
import type { RunOutcome, RunRequest } from "../src/protocol/runtime.ts";
import { readSteps } from "../src/runtime/files/readRun.ts";
import { listRunFolders, readRunRecord, readSettledRun } from "../src/runtime/files/runFolder.ts";
import { start } from "./entry.ts";

const [count = "10"] = process.argv.slice(2).filter(argument => /^\d+$/.test(argument));
const seedAt = process.argv.indexOf("--seed");
const seed = seedAt < 0 ? 1 : Number(process.argv[seedAt + 1]);

const repository = resolve(import.meta.dirname, "..");
const starter = join(repository, "media", "starter");
const root = mkdtempSync(join(tmpdir(), "pinch-kill-"));
const file = join(root, "kill.mixture.yaml");
const data = join(repository, "examples", "just-a-pinch", "data").replaceAll("\\", "/");
mkdirSync(root, { recursive: true });
writeFileSync(
  file,
  `version: 1
model: pinch/starter
seed: 7
budget: 48
data:
  train: ${data}/train/{language}.jsonl
  eval: ${data}/eval/{language}.jsonl
  dev: ${data}/dev/{language}.jsonl
mixtures:
  pinch: { base: en, spread: 12, over: [fi, sw, ru] }
train: { method: lora, lora: { rank: 8, alpha: 16, targets: all-linear }, epochs: 4, batchTokens: 256, learningRate: 1e-3, maxTokens: 256 }
evaluate: { languages: [en, fi], prompts: 4, maxNewTokens: 8, during: 5 }
`,
);

/** So many steps, and so long after the last of them. */
interface Moment {
  readonly step: number;
  readonly milliseconds: number;
}

/** Longest time after a step: a step, a checkpoint, or a part of the evaluation. */
const longestDelay = 600;

/** Asks a process of its own for the run. @param kill When it is killed; null: it may finish. */
async function runtime(out: string, kill: Moment | null): Promise<RunOutcome | null> {
  const child = fork(join(repository, "src", "runtime", "main.ts"), [], {
    execArgv: ["--import", "tsx", "--disable-warning=ExperimentalWarning"],
    cwd: repository,
  });
  const client = connectToRuntime(ipcTransport(child), { onGivenUp: () => child.kill("SIGKILL") });
  const exit = once(child, "exit");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (step: number) => {
    if (step === kill?.step) timer = setTimeout(() => child.kill("SIGKILL"), kill.milliseconds);
  };
  client.on("pinch/step", ({ step }) => arm(step));
  client.on("pinch/progress", ({ phase }) => phase === "load" && arm(0));
  // Checkpoints after every step: any moment may be in the middle of writing one.
  const request: RunRequest = {
    file,
    mixture: "pinch",
    seed: 7,
    out,
    device: "cpu",
    starter,
    resume: null,
    checkpointSeconds: 0,
  };
  try {
    return await client.call("pinch/run", request);
  } catch (error) {
    if (kill === null) throw error;
    return null;
  } finally {
    clearTimeout(timer);
    client.dispose();
    if (child.connected) child.disconnect();
    await exit;
  }
}

function trainedBytes(folder: string): Buffer {
  return readFileSync(join(folder, runFiles.adapter, "adapter_model.safetensors"));
}

async function main(): Promise<number> {
  const began = performance.now();
  const whole = await runtime(join(root, "whole"), null);
  if (whole === null || whole.status !== "done") throw new Error(JSON.stringify(whole));
  const wholeMs = performance.now() - began;
  const expected = trainedBytes(whole.folder);
  const steps = readSteps(whole.folder).length;
  console.log(
    `Undisturbed: ${steps} steps, ${(wholeMs / 1000).toFixed(1)} s, adapter of ${expected.length} bytes.`,
  );
  const random = seededRandom("kill", seed);
  let equal = 0;
  for (let trial = 1; trial <= Number(count); ) {
    const out = join(root, `trial-${trial}-${performance.now()}`);
    const moment = {
      step: Math.floor(random() * (steps + 1)),
      milliseconds: Math.round(random() * longestDelay),
    };
    if ((await runtime(out, moment)) !== null) continue; // it had ended by then: another moment
    const [folder = ""] = listRunFolders(out);
    const { status } = readSettledRun(folder);
    const done = readSteps(folder).length;
    const outcome = await runtime(out, null);
    const same = outcome?.status === "done" && expected.equals(trainedBytes(outcome.folder));
    const from =
      outcome === null ? [] : (readRunRecord(outcome.folder).resumed ?? []).map(({ step }) => step);
    if (same) equal++;
    const how = from.length > 0 ? `resumed after step ${from.join()}` : "run anew, without a checkpoint";
    const when = `${moment.milliseconds} ms after step ${moment.step} (${done} steps written, ${status})`;
    console.log(`${trial}: killed ${when}, ${how}: ${same ? "equal" : "DIFFERENT"}`);
    trial++;
  }
  console.log(`${equal} of ${count} adapters are equal byte for byte.`);
  return equal === Number(count) ? 0 : 1;
}

start(async () => {
  try {
    process.exitCode = await main();
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
});
