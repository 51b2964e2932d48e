// Whether the process that a file names is still there: the same one, and not another with its number.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Milliseconds that `ps` gets to answer. */
const psLimit = 2_000;

interface SeenProcess {
  /** When it started, on whatever clock the system has; null: the system doesn't say. */
  readonly started: string | null;
  /** It has ended, and its parent has not asked how. */
  readonly zombie: boolean;
}

/**
 * False when no process has this id any more, or only one that has ended.
 * @param started What `processStart` said of it; a process that started at another time is another one.
 */
export function isProcessAlive(pid: number, started: string | null = null): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and is somebody else's.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const seen = seenProcess(pid);
  if (seen === null) return true; // nothing more can be known of it
  return !seen.zombie && (started === null || seen.started === null || seen.started === started);
}

/** null: the system doesn't tell, and only its number and signs of life tell a process from another. */
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
    return null; // it ended meanwhile, or may not be looked at
  }
}

/** Field 3 is the state, field 22 the start in clock ticks since the machine started; the name may hold anything. */
function fromStat(text: string): SeenProcess {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { zombie: fields[0] === "Z" || fields[0] === "X", started: fields[19] ?? null };
}
