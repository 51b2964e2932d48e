// The starter model trained on WebGPU, on a software adapter where the machine has no graphics card.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { root } from "../../scripts/lib/paths.mjs";
import { softwareAdapter } from "../../scripts/lib/softwareAdapter.mjs";
import { chooseFastest } from "../../src/runtime/devices/choose.ts";
import { tryDevice } from "../../src/runtime/devices/tryDevice.ts";
import type { TrainingMessage } from "../support/webgpuTraining.ts";

type Of<K extends TrainingMessage["kind"]> = Extract<TrainingMessage, { kind: K }>;

/**
 * Largest relative difference of losses and gradient norms from the CPU's. Adapters add in other orders and
 * approximate exp and division: SwiftShader's first loss and norm differ by less than 1e-6. AdamW's first steps have
 * the size of the learning rate whatever the gradient's, so values whose gradient is nearly 0 go either way; that
 * makes 2e-4 of the third step.
 */
const tolerance = 1e-3;
/** Milliseconds for all of it: a software adapter compiles its shaders first. */
const patience = 360_000;

interface Outcome {
  readonly messages: readonly TrainingMessage[];
  readonly log: string;
  readonly end: string;
}

function trainInChild(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Outcome> {
  const child = fork(join(root, "test", "support", "webgpuTraining.ts"), words, {
    execArgv: ["--import", "tsx", "--disable-warning=ExperimentalWarning"],
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    timeout: patience,
  });
  const messages: TrainingMessage[] = [];
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  child.on("message", message => messages.push(message as TrainingMessage));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ messages, log, end: signal ?? `exit code ${code}` }));
  });
}

function of<K extends TrainingMessage["kind"]>(outcome: Outcome, kind: K): Of<K>[] {
  return outcome.messages.filter((message): message is Of<K> => message.kind === kind);
}

function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  assert.equal(actual.length, expected.length);
  return Math.max(...actual.map((x, i) => Math.abs(x / (expected[i] ?? Number.NaN) - 1)));
}

/** Nodes that the log says are placed on the CPU: `Gemm (Gemm_3)`. */
function placedOnCpu(log: string): string[] {
  const [, list = ""] =
    /placed on \[CPUExecutionProvider\][^\n]*\n([\s\S]*?)placed on \[WebGpu/.exec(log) ?? [];
  return [...list.matchAll(/\] {3}\w+ \((.+)\)/g)].map(([, name = ""]) => name);
}

for (const words of [[], ["settings"]])
  test(`three steps of the starter on WebGPU have the CPU's losses${words.length === 0 ? "" : ", with DoRA, dropout, noise and smoothing"}`, {
    timeout: patience,
  }, async (context: TestContext) => {
    const software = await softwareAdapter().catch(() => null);
    const outcome = await trainInChild(software?.env ?? {}, ...words);
    const [absent] = of(outcome, "no adapter");
    if (absent !== undefined) {
      context.skip(
        `no WebGPU adapter here (${software?.origin ?? "and no software driver"}): ${absent.error}`,
      );
      return;
    }
    const trained = of(outcome, "trained");
    const [cpu, gpu] = ["cpu", "webgpu"].map(device => trained.find(one => one.device === device));
    assert.ok(
      cpu !== undefined && gpu !== undefined,
      `it ended with ${outcome.end}\n${outcome.log.slice(-2000)}`,
    );
    const loss = largestDifference(gpu.losses, cpu.losses);
    const norm = largestDifference(gpu.gradientNorms, cpu.gradientNorms);
    context.diagnostic(
      `${software?.origin ?? "the machine's own adapter"}: losses differ by ${loss.toExponential(1)}, gradient norms by ${norm.toExponential(1)}, of at most ${tolerance}`,
    );
    assert.ok(loss < tolerance, `losses ${gpu.losses}, on the CPU ${cpu.losses}`);
    assert.ok(norm < tolerance, `gradient norms ${gpu.gradientNorms}, on the CPU ${cpu.gradientNorms}`);
    assert.ok((gpu.losses[2] ?? 0) < (gpu.losses[0] ?? 0), "the loss of the first example falls");
    assert.equal(gpu.updates, 3);
    assert.ok(gpu.valuesChanged > 0.99, "what is read back is what was trained");
    const starts = gpu.keyStarts.map(([, second = 0]) => second);
    assert.ok(
      starts.every(start => start > 0) && new Set(starts).size === 2,
      `blocks see keys from ${starts}`,
    );

    const onCpu = placedOnCpu(outcome.log);
    const allNodes = Number(/WebGpuExecutionProvider\]\. Number of nodes: (\d+)/.exec(outcome.log)?.[1]);
    context.diagnostic(`${onCpu.length} nodes on the CPU (${onCpu.join(", ")}), ${allNodes} on the adapter`);
    assert.ok(allNodes > 500, "the log names the nodes on the adapter");
    const int64Nodes = new Set(of(outcome, "loaded")[0]?.int64Nodes);
    assert.deepEqual(
      onCpu.filter(name => !int64Nodes.has(name)),
      [],
      "only shapes and indices are computed on the CPU",
    );
  });

test("auto loses no time with a software adapter: it is slower, and is not checked", async context => {
  const software = await softwareAdapter().catch(() => null);
  if (software === null) {
    context.skip("no software adapter here");
    return;
  }
  const entry = {
    script: join(root, "src", "runtime", "main.ts"),
    nodeArguments: ["--import", "tsx", "--disable-warning=ExperimentalWarning"],
    env: software.env,
    // A machine that is busy with other work may take longer than a person should wait.
    limits: { rate: 180_000, check: 180_000 },
  };
  const cpuRate = 5e9; // a slow CPU's; SwiftShader reaches a tenth at most
  const { device, notes } = await chooseFastest(["webgpu"], cpuRate, (id, worthChecking) =>
    tryDevice(id, worthChecking, entry),
  );
  assert.equal(device, "cpu");
  assert.match(
    notes[0]?.message ?? "",
    /^webgpu is not faster: [\d.]+ GFLOP\/s against 5 GFLOP\/s of cpu\.$/,
  );
});
