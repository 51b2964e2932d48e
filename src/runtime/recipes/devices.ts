// Tries the devices of this machine and says how fast each is.
import { cpus } from "node:os";
import type { DeviceInfo } from "../../protocol/runtime.ts";
import { listDevices } from "../ort/devices.ts";
import { measureDevice } from "./deviceProbe.ts";

async function tried(listed: DeviceInfo): Promise<DeviceInfo> {
  if (!listed.available) return listed;
  const measured = await measureDevice(listed.id);
  if ("error" in measured)
    return { ...listed, available: false, detail: `${listed.detail}: ${measured.error}` };
  const rate = `${Math.round(measured.rate / 1e9)} GFLOP/s in float32 matrix products`;
  const processors = cpus();
  const name =
    listed.id === "cpu"
      ? `${processors[0]?.model.trim() ?? "processor"}, ${processors.length} threads`
      : listed.detail;
  return { ...listed, detail: `${name}: ${rate}` };
}

export async function devices(): Promise<{ devices: DeviceInfo[] }> {
  const found: DeviceInfo[] = [];
  // One after another: rates measured at the same time would be too low.
  for (const listed of listDevices()) found.push(await tried(listed));
  return { devices: found };
}
