// Shows others that this process lives, also while its own thread is busy for minutes.
import { Worker } from "node:worker_threads";

/** Milliseconds between two signs of life. */
const beatMs = 5_000;

/** Megabytes: without limits a thread keeps 900 of the address space, which batch systems limit (ulimit -v). */
const littleSpace = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4, codeRangeSizeMb: 16 };

/** A file that is gone, or somebody else's by now, is no longer touched; nothing here may end the process. */
const beating = `
const { utimesSync, readFileSync } = require("node:fs");
const { workerData } = require("node:worker_threads");
const beat = () => {
  try {
    if (!readFileSync(workerData.path, "utf8").includes(workerData.token)) return clearInterval(timer);
    const now = new Date();
    utimesSync(workerData.path, now, now);
  } catch {}
};
const timer = setInterval(beat, workerData.every);
`;

/**
 * Touches a lock file every few seconds, as long as it holds the token.
 * @returns what ends that
 */
export function startHeartbeat(path: string, token: string, every: number = beatMs): () => void {
  const worker = new Worker(beating, {
    eval: true,
    workerData: { path, token, every },
    execArgv: [],
    resourceLimits: littleSpace,
  });
  worker.on("error", () => undefined); // without signs of life a claim still holds where its process can be seen
  worker.unref();
  return () => void worker.terminate();
}
