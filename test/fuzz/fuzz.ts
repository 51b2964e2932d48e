// Runs an importer over many damaged files and tells how it took them; a file is made from its number alone.
import { fork } from "node:child_process";
import { join } from "node:path";

export interface Attempt {
  readonly index: number;
  readonly outcome: "accepted" | "refused" | "fault";
  /** Of a fault. */
  readonly what: string;
}

export interface FuzzReport {
  accepted: number;
  refused: number;
  /** What went wrong, with the file's number. */
  readonly faults: string[];
  /** Files that took too long once. */
  readonly stoodStill: Set<number>;
}

/**
 * Longest that one file may take, twice: above the second that is meant, since tests may share a machine that
 * stands still for a while.
 */
const maxMillisecondsPerFile = 10_000;
/** Start of a process included. */
const maxMillisecondsToStart = 60_000;
const heapMegabytes = 1024;
/** Processes that may be ended by a file before the rest is given up. */
const maxEnded = 5;

/** Tries files `from` to `to`; resolves with the next one to try, which is not `to` after a file that ended the process. */
function tryFiles(name: string, from: number, to: number, report: FuzzReport): Promise<number> {
  // A file on which a process before this one stood still is tried first.
  const again = report.stoodStill.has(from);
  const child = fork(join(import.meta.dirname, "fuzzWorker.ts"), [name, String(from), String(to)], {
    execArgv: ["--import", "tsx", `--max-old-space-size=${heapMegabytes}`],
  });
  return new Promise(resolve => {
    let next = from;
    let hung = false;
    const kill = (): void => {
      hung = true;
      child.kill("SIGKILL");
    };
    let watch = setTimeout(kill, maxMillisecondsToStart);
    child.on("message", ({ index, outcome, what }: Attempt) => {
      clearTimeout(watch);
      watch = setTimeout(kill, maxMillisecondsPerFile);
      next = index + 1;
      if (outcome === "fault") report.faults.push(`${name} ${index}: ${what}`);
      else report[outcome]++;
    });
    child.on("exit", code => {
      clearTimeout(watch);
      if (hung && !(again && next === from)) {
        report.stoodStill.add(next);
        return resolve(next);
      }
      if (next < to) {
        const what = hung ? `more than ${maxMillisecondsPerFile / 1000} s` : `the process ended with ${code}`;
        report.faults.push(`${name} ${next}: ${what}`);
      }
      resolve(next < to ? next + 1 : to);
    });
  });
}

export async function fuzz(name: string, count: number): Promise<FuzzReport> {
  const report: FuzzReport = { accepted: 0, refused: 0, faults: [], stoodStill: new Set() };
  let from = 0;
  for (let ended = 0; from < count && ended < maxEnded; ended++)
    from = await tryFiles(name, from, count, report);
  return report;
}
