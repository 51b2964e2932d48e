// Times `pinch run` as users call it from outside, until it has trained some steps, then stops it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject } from "../src/common/json.ts";
import { runChild } from "./child.ts";
import { mixtureName } from "./experiment.ts";
import { median, rounded, sum } from "./numbers.ts";

export interface CommandResult {
  /** Time from the start of the command to the end of its first step: reading, tokenising, loading. */
  readonly secondsToFirstStep: number;
  /** Time from the end of one step to the end of the next. */
  readonly stepSecondsMedian: number;
  readonly lossTokensPerSecond: number;
  readonly tokensPerSecond: number;
  /** Sum of the training process and the command that waits for it; null when it cannot be read. */
  readonly peakMemoryMiB: number | null;
  readonly losses: readonly number[];
}

interface Step {
  readonly time: number; // ms
  readonly tokens: number;
  readonly lossTokens: number;
  readonly loss: number;
}

/**
 * @param cli the bundled command line
 * @param experiment the mixture file
 * @param folder parent of the run folder
 */
export async function measureCommand(
  cli: string,
  experiment: string,
  folder: string,
  { steps, warmup }: { readonly steps: number; readonly warmup: number },
): Promise<CommandResult> {
  const seen: Step[] = [];
  let firstStep = Number.NaN;
  let waiting: number | null = null;
  const args = ["run", experiment, "--mixture", mixtureName, "--device", "cpu", "--json", "--out", folder];
  const started = performance.now();
  const { errors } = await runChild(process.execPath, [cli, ...args], {
    onLine: (line, child) => {
      const event: unknown = JSON.parse(line);
      if (!isObject(event) || event.type !== "step") return;
      if (seen.length === warmup + steps) return; // when asked to stop, it still finishes its current step
      if (seen.length === 0) firstStep = (performance.now() - started) / 1000;
      seen.push(stepOf(event));
      if (seen.length < warmup + steps) return;
      waiting = peakMemoryOf(child.pid);
      child.kill("SIGINT");
    },
  });
  if (seen.length < warmup + steps)
    throw new Error(`pinch run ended after ${seen.length} steps: ${errors.trim()}`);
  const measured = seen.slice(warmup);
  const seconds = measured.map(({ time }, i) => (time - (seen[warmup + i - 1]?.time ?? Number.NaN)) / 1000);
  const trained = trainingMemory(folder);
  return {
    secondsToFirstStep: rounded(firstStep, 2),
    stepSecondsMedian: rounded(median(seconds), 3),
    lossTokensPerSecond: rounded(sum(measured.map(step => step.lossTokens)) / sum(seconds), 2),
    tokensPerSecond: rounded(sum(measured.map(step => step.tokens)) / sum(seconds), 2),
    peakMemoryMiB: trained === null ? null : Math.round((trained + (waiting ?? 0)) / 2 ** 20),
    losses: seen.map(step => rounded(step.loss, 4)),
  };
}

function stepOf(event: JsonObject): Step {
  const { time, tokens, responseTokens, loss } = event;
  return {
    time: Date.parse(String(time)),
    tokens: Number(tokens),
    lossTokens: Number(responseTokens),
    loss: Number(loss),
  };
}

/** Peak resident memory of a process so far, in bytes; null on systems without /proc. */
function peakMemoryOf(pid: number | undefined): number | null {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

/** Peak memory recorded by the run itself when it stopped; null when it could only be killed (Windows). */
function trainingMemory(folder: string): number | null {
  for (const name of readdirSync(folder)) {
    try {
      const record: unknown = JSON.parse(readFileSync(join(folder, name, "run.json"), "utf8"));
      if (isObject(record) && typeof record.peakMemoryBytes === "number") return record.peakMemoryBytes;
    } catch {
      // Not a run folder, or one without a record.
    }
  }
  return null;
}
