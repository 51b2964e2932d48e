// Measures the resources that a server's extension host uses, from Linux's accounting.
import { readdirSync, readFileSync } from "node:fs";

/** The kernel accounts in ticks of 10 ms on all common Linux systems. */
const ticksPerSecond = 100;

/** Id of the extension host process whose environment names this folder; NaN when there is none. */
export function hostProcess(home: string): number {
  for (const pid of readdirSync("/proc").filter(name => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.includes("--type=extensionHost")) continue;
      if (readFileSync(`/proc/${pid}/environ`, "utf8").includes(home)) return Number(pid);
    } catch {
      // The process has ended in the meantime.
    }
  }
  return Number.NaN;
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Processor time so far, over all threads, in seconds. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // After the name, which may contain anything, the 12th and 13th fields are user and system time.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Average load over a period, in % of a core. */
export async function processorShare(pid: number, seconds: number): Promise<number> {
  const [began, before] = [performance.now(), processorSeconds(pid)];
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  return (100 * (processorSeconds(pid) - before)) / ((performance.now() - began) / 1000);
}
