// Shows others that this process is alive, even while its own thread is busy for minutes.
import { Worker } from "node:worker_threads";

/** Milliseconds between heartbeats. */
const beatMs = 5_000;

/**
 * Limits in megabytes: without them, a thread reserves 900 MB of address space, which batch systems limit
 * (ulimit -v).
 */
const littleSpace = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4, codeRangeSizeMb: 16 };

/** Stops touching a file that is gone or belongs to somebody else. No error here may end the process. */
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
 * Touches a lock file every few seconds while it contains the token.
 * @returns Function that stops this
 */
export function startHeartbeat(path: string, token: string, every: number = beatMs): () => void {
  const worker = new Worker(beating, {
    eval: true,
    workerData: { path, token, every },
    execArgv: [],
    resourceLimits: littleSpace,
  });
  worker.on("error", () => undefined); // without a heartbeat, a claim still holds where its process is visible
  worker.unref();
  return () => void worker.terminate();
}
