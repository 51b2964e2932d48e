// Checks whether a process named in a file is still running: the same one, not another with the same id.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Timeout of `ps` in milliseconds. */
const psLimit = 2_000;

interface SeenProcess {
  /** Start time by the system's clock of any kind; null if the system does not report it. */
  readonly started: string | null;
  /** True if the process has ended but its parent has not collected its status. */
  readonly zombie: boolean;
}

/**
 * Returns false if no process has this id, or only one that has ended.
 * @param started Value of `processStart`. A process that started at another time is a different one.
 */
export function isProcessAlive(pid: number, started: string | null = null): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it exists and belongs to another user.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const seen = seenProcess(pid);
  if (seen === null) return true; // nothing more can be found out
  return !seen.zombie && (started === null || seen.started === null || seen.started === started);
}

/**
 * Start of a process. Null if the system does not report it, so that only its id and its heartbeat identify
 * it.
 */
export function processStart(pid: number): string | null {
  return seenProcess(pid)?.started ?? null;
}

function seenProcess(pid: number): SeenProcess | null {
  try {
    if (process.platform === "linux") return fromStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (process.platform === "win32") return null;
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
      timeout: psLimit,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    const [status = "", ...started] = line.split(/\s+/);
    return line === "" ? null : { zombie: status.startsWith("Z"), started: started.join(" ") };
  } catch {
    return null; // ended in the meantime, or not accessible
  }
}

/** Field 3 is the state, field 22 the start in clock ticks since boot. The name may contain anything. */
function fromStat(text: string): SeenProcess {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { zombie: fields[0] === "Z" || fields[0] === "X", started: fields[19] ?? null };
}
