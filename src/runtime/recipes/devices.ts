// Which devices this machine has, how fast each is, and which one a run takes.
import { cpus } from "node:os";
import { listSupportedBackends } from "onnxruntime-node";
import { HumanError } from "../../common/errors.ts";
import type { DeviceChoice, DeviceInfo } from "../../protocol/runtime.ts";
import type { Device } from "../ort/session.ts";
import { measureDevice } from "./deviceProbe.ts";

const names: Readonly<Record<Device, string>> = {
  cpu: "the processor",
  webgpu: "the graphics card through WebGPU (Vulkan, Direct3D 12 or Metal)",
  cuda: "an NVIDIA card through CUDA",
};

/** CUDA's provider is a download of its own that may or may not be there. */
function isBundled(id: Device): boolean {
  return listSupportedBackends().some(backend => backend.name === id && backend.bundled);
}

function nameOf(id: Device): string {
  if (id !== "cpu") return names[id];
  const processors = cpus();
  return `${processors[0]?.model.trim() ?? names.cpu}, ${processors.length} threads`;
}

/** Tries a device: loads a small graph on it and measures. */
async function tryDevice(id: Device): Promise<DeviceInfo> {
  if (!isBundled(id)) {
    return { id, available: false, detail: `${names[id]}: not part of this onnxruntime-node` };
  }
  const measured = await measureDevice(id);
  if ("error" in measured) return { id, available: false, detail: `${names[id]}: ${measured.error}` };
  const rate = `${Math.round(measured.rate / 1e9)} GFLOP/s in float32 matrix products`;
  return { id, available: true, detail: `${nameOf(id)}: ${rate}` };
}

export async function devices(): Promise<{ devices: DeviceInfo[] }> {
  const found: DeviceInfo[] = [];
  // One after another: rates measured at the same time would be too low.
  for (const id of ["cpu", "webgpu", "cuda"] as const) found.push(await tryDevice(id));
  return { devices: found };
}

/**
 * `auto` is the processor for now: the only device whose training is held to reference values.
 * @throws HumanError when the device asked for does not work here.
 */
export async function resolveDevice(choice: DeviceChoice): Promise<Device> {
  if (choice === "auto" || choice === "cpu") return "cpu";
  const { available, detail } = await tryDevice(choice);
  if (available) return choice;
  throw new HumanError(`The device ${choice} can't be used: ${detail}.`, {
    remedy:
      "Choose --device cpu, or pinch.device: cpu in the settings; `pinch devices` lists what works here.",
  });
}
