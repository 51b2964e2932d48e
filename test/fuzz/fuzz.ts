// Runs an importer over many damaged files and tells how it took them; a file is made from its number alone.
import { Worker } from "node:worker_threads";
import { importers } from "./importers.ts";

export interface WorkerTask {
  readonly importer: string;
  readonly from: number;
  readonly to: number;
  /** The file that is being tried. */
  readonly current: Int32Array;
}

export interface WorkerMessage {
  readonly index: number;
  readonly outcome: "accepted" | "refused" | "fault";
  readonly what: string;
}

export interface FuzzReport {
  accepted: number;
  refused: number;
  /** What went wrong, with the file's number. */
  readonly faults: string[];
}

/** Longest that one file may take: well above the second that is allowed, since tests may share a busy machine. */
const maxMillisecondsPerFile = 10_000;
const heapMegabytes = 1024;

/** Tries files `from` to `to`; resolves with the next one to try, which is not `to` after a file that ended the thread. */
function tryFiles(name: string, from: number, to: number, report: FuzzReport): Promise<number> {
  const current = new Int32Array(new SharedArrayBuffer(4));
  const task: WorkerTask = { importer: name, from, to, current };
  const worker = new Worker(new URL("./fuzzWorker.ts", import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  return new Promise(resolve => {
    let last = Date.now();
    let next = from;
    const fail = (what: string): void => {
      clearInterval(watch);
      report.faults.push(`${name} ${Atomics.load(current, 0)}: ${what}`);
      void worker.terminate().then(() => resolve(Atomics.load(current, 0) + 1));
    };
    const watch = setInterval(() => {
      if (next < to && next > from && Date.now() - last > maxMillisecondsPerFile)
        fail(`more than ${maxMillisecondsPerFile / 1000} s`);
    }, 500);
    worker.on("message", ({ index, outcome, what }: WorkerMessage) => {
      last = Date.now();
      next = index + 1;
      if (outcome === "fault") report.faults.push(`${name} ${index}: ${what}`);
      else report[outcome]++;
    });
    worker.on("error", error => {
      fail(error.message);
    });
    worker.on("exit", () => {
      clearInterval(watch);
      if (next === to) resolve(to);
    });
  });
}

export async function fuzz(name: string, count: number): Promise<FuzzReport> {
  const report: FuzzReport = { accepted: 0, refused: 0, faults: [] };
  for (let from = 0; from < count; ) from = await tryFiles(name, from, count, report);
  return report;
}

export const importerNames: readonly string[] = importers.map(({ name }) => name);
