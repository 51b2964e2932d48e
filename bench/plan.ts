// Compares the predictions of `plan` with actual runs: time and peak memory of one mixture of each file.
// usage: npm run bench:plan -- FILE... [--mixture NAME] [--runtime FILE] [--json]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setUp } from "../scripts/lib/setUp.mjs";
import { startRuntime } from "../src/cli/startRuntime.ts";
import { HumanError } from "../src/common/errors.ts";
import { aligned } from "../src/common/textTable.ts";
import type { Plan, RunRequest } from "../src/protocol/runtime.ts";
import { readRunRecord } from "../src/runtime/files/runFolder.ts";
import { start } from "./entry.ts";
import { machineLine } from "./machine.ts";
import { rounded } from "./numbers.ts";

const root = join(import.meta.dirname, "..");
const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    mixture: { type: "string" },
    runtime: { type: "string", default: join(root, "dist", "runtime.js") },
    json: { type: "boolean", default: false },
  },
});
const starter = join(root, "media", "starter");

/** Predicted and actual values of time and memory. */
interface Comparison {
  readonly file: string;
  readonly model: string;
  readonly mixture: string;
  readonly steps: number;
  /** Duration of `plan` itself. */
  readonly planSeconds: number;
  readonly layersTried: Plan["layersTried"];
  readonly seconds: { readonly predicted: number; readonly actual: number };
  /** Training time alone, as predicted by the run after its second step. */
  readonly trainSeconds: { readonly predicted: number | null; readonly actual: number };
  readonly bytes: { readonly predicted: number; readonly actual: number };
}

async function planned(file: string): Promise<{ readonly plan: Plan; readonly seconds: number }> {
  const runtime = startRuntime(resolve(options.runtime), { nodeArguments: [] });
  const started = performance.now();
  try {
    const plan = await runtime.client.call("pinch/plan", {
      file,
      starter,
      device: "cpu",
      ...(options.mixture !== undefined && { mixtures: [options.mixture] }),
    });
    return { plan, seconds: (performance.now() - started) / 1000 };
  } finally {
    await runtime.end();
  }
}

/** Runs in a separate process, as every run does, so that its peak memory is that of the process. */
async function ran(request: RunRequest): Promise<ReturnType<typeof readRunRecord>> {
  const runtime = startRuntime(resolve(options.runtime), { nodeArguments: [] });
  runtime.client.on("pinch/progress", ({ message }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${message.padEnd(60)}`);
  });
  try {
    const { folder, status, error } = await runtime.client.call("pinch/run", request);
    if (status !== "done")
      throw new HumanError(error?.message ?? `The run ended as ${status}.`, { remedy: error?.remedy ?? "" });
    return readRunRecord(folder);
  } finally {
    await runtime.end();
  }
}

async function compare(file: string, out: string): Promise<Comparison> {
  const path = resolve(file);
  const { plan, seconds } = await planned(path);
  const [run] = plan.runs;
  if (run === undefined)
    throw new HumanError(plan.diagnostics[0]?.message ?? `${file} has no run.`, {
      remedy: plan.diagnostics[0]?.remedy ?? "Check the file with pinch validate.",
    });
  const { mixture, seed } = run;
  const start = { kind: "new" } as const;
  const record = await ran({ file: path, mixture, seed, out, device: "cpu", starter, start });
  const { started, ended, timings, peakMemoryBytes, predicted } = record;
  return {
    file: basename(file),
    model: basename(plan.model?.name ?? ""),
    mixture,
    steps: run.steps,
    planSeconds: seconds,
    layersTried: plan.layersTried,
    seconds: {
      predicted: run.predictedSeconds,
      actual: (Date.parse(ended ?? "") - Date.parse(started)) / 1000,
    },
    trainSeconds: { predicted: predicted?.trainSeconds ?? null, actual: timings?.train ?? Number.NaN },
    bytes: { predicted: run.predictedMemoryBytes, actual: peakMemoryBytes ?? Number.NaN },
  };
}

const ratio = (predicted: number, actual: number): string => (predicted / actual).toFixed(2);

function row({ model, mixture, steps, planSeconds, seconds, bytes }: Comparison): string[] {
  const inSeconds = (value: number): string => `${rounded(value, 1)} s`;
  const inMiB = (value: number): string => `${Math.round(value / 2 ** 20)} MiB`;
  return [
    `${model}, ${mixture}`,
    String(steps),
    inSeconds(planSeconds),
    ...[inSeconds(seconds.predicted), inSeconds(seconds.actual), ratio(seconds.predicted, seconds.actual)],
    ...[inMiB(bytes.predicted), inMiB(bytes.actual), ratio(bytes.predicted, bytes.actual)],
  ];
}

async function main(): Promise<void> {
  if (files.length === 0)
    throw new HumanError("No mixture file is given.", { remedy: "npm run bench:plan -- FILE..." });
  await setUp({ build: resolve(options.runtime) === join(root, "dist", "runtime.js") });
  const out = mkdtempSync(join(tmpdir(), "pinch-bench-"));
  try {
    const compared: Comparison[] = [];
    for (const file of files) {
      const one = await compare(file, out);
      compared.push(one);
      console.error(`${one.model}: ${row(one).slice(1).join(" | ")}`);
    }
    if (options.json) console.log(JSON.stringify(compared));
    else {
      const head = ["run", "steps", "plan", "time: predicted", "actual", "ratio"];
      console.log(`${machineLine({})}\n`);
      console.log(aligned([[...head, "memory: predicted", "actual", "ratio"], ...compared.map(row)]));
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

start(main);
