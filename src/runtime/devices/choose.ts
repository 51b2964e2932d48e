// Resolves `auto`: the fastest device that computes the same as the CPU, and the reason for the choice.

import type { LogLevel } from "../context/context.ts";
import type { Device } from "../ort/session.ts";
import type { DeviceTrial } from "./tryDevice.ts";

export interface Choice {
  readonly device: Device;
  readonly notes: readonly { readonly level: LogLevel; readonly message: string }[];
}

export function gigaflops(rate: number): string {
  const value = rate / 1e9;
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} GFLOP/s`;
}

/**
 * @param cpuRate Floating-point operations per second of the CPU in float32 matrix products.
 * @param probe Tries a device, and checks it if it is faster than the best so far.
 */
export async function chooseFastest(
  candidates: readonly Device[],
  cpuRate: number,
  probe: (device: Device, worthChecking: (rate: number) => boolean) => Promise<DeviceTrial>,
): Promise<Choice> {
  const notes: Choice["notes"][number][] = [];
  let best: { device: Device; rate: number } = { device: "cpu", rate: cpuRate };
  for (const device of candidates) {
    const known = best;
    const found = await probe(device, rate => rate > known.rate);
    if (found.kind === "unusable") {
      notes.push({ level: "info", message: `${device} can't be used: ${found.reason}.` });
    } else if (found.rate <= known.rate) {
      const message = `${device} is not faster: ${gigaflops(found.rate)} against ${gigaflops(known.rate)} of ${known.device}.`;
      notes.push({ level: "info", message });
    } else if (found.check?.passed === true) {
      best = { device, rate: found.rate };
      notes.push({ level: "info", message: `${device} agrees with the CPU: ${found.check.detail}.` });
    } else {
      // Users with a fast device want to know why it is idle.
      const message = `${device} is faster, but its results differ from the CPU's: ${found.check?.detail ?? "it was not checked"}.`;
      notes.push({ level: "warn", message });
    }
  }
  const against = best.device === "cpu" ? "" : ` against ${gigaflops(cpuRate)} of the CPU`;
  const chosen = `Computing on ${best.device}: ${gigaflops(best.rate)}${against} in matrix products.`;
  return { device: best.device, notes: [...notes, { level: "info", message: chosen }] };
}
