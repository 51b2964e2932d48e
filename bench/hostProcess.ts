// What the extension host of a server takes of the machine, as Linux counts it.
import { readdirSync, readFileSync } from "node:fs";

/** Of the kernel's accounting: ticks of 10 ms on every Linux there is. */
const ticksPerSecond = 100;

/** Process of the extension host whose environment names this folder; NaN: there is none. */
export function hostProcess(home: string): number {
  for (const pid of readdirSync("/proc").filter(name => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.includes("--type=extensionHost")) continue;
      if (readFileSync(`/proc/${pid}/environ`, "utf8").includes(home)) return Number(pid);
    } catch {
      // A process that has ended meanwhile.
    }
  }
  return Number.NaN;
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Processor time so far, all threads, in seconds. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the name, which may hold anything: the 12th and 13th field are user and system time.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Part of a core, in %, over a time. */
export async function processorShare(pid: number, seconds: number): Promise<number> {
  const [began, before] = [performance.now(), processorSeconds(pid)];
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  return (100 * (processorSeconds(pid) - before)) / ((performance.now() - began) / 1000);
}
