// Lists the devices of this machine, with their speed and accuracy and the one that a run uses.
import "../ort/withoutTelemetry.ts";
import { cpus } from "node:os";
import { listSupportedBackends } from "onnxruntime-node";
import { HumanError } from "../../common/errors.ts";
import type { DeviceChoice, DeviceInfo } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { chooseFastest, gigaflops } from "../devices/choose.ts";
import { installedCuda } from "../devices/cudaRecord.ts";
import { forgetDevice, machineKey, rememberDevice, rememberedDevice } from "../devices/deviceCache.ts";
import { gemmRate } from "../devices/gemmRate.ts";
import { canTryDevices, type DeviceTrial, tryDevice } from "../devices/tryDevice.ts";
import type { Device } from "../ort/session.ts";

const names: Readonly<Record<Device, string>> = {
  cpu: "the processor",
  webgpu: "the graphics card through WebGPU (Vulkan, Direct3D 12 or Metal)",
  cuda: "an NVIDIA card through CUDA",
};

type Log = RecipeContext["log"];

/** Reason why a device can't even be tried; null if it can. */
function missing(id: Device): string | null {
  if (id === "cuda")
    return installedCuda() === null
      ? "its provider library is not installed: pinch devices --install cuda"
      : null;
  const bundled = listSupportedBackends().some(backend => backend.name === id && backend.bundled);
  return bundled ? null : "not part of this onnxruntime-node";
}

async function tryIfPresent(id: Device, worthChecking: (rate: number) => boolean): Promise<DeviceTrial> {
  const reason = missing(id);
  return reason === null ? tryDevice(id, worthChecking) : { kind: "unusable", reason };
}

/** Description of a device for `pinch devices`. */
function infoOf(id: Device, found: DeviceTrial): DeviceInfo {
  if (found.kind === "unusable")
    return { id, available: false, rate: null, check: null, detail: `${names[id]}: ${found.reason}` };
  const { rate, check } = found;
  const checked =
    check === null
      ? ""
      : `; ${check.passed ? "agrees with the CPU" : "fails the self-check"}: ${check.detail}`;
  const name = id === "cpu" ? cpuName() : names[id];
  return {
    id,
    available: check?.passed !== false,
    rate,
    check,
    detail: `${name}: ${gigaflops(rate)} in float32 matrix products${checked}`,
  };
}

function cpuName(): string {
  const processors = cpus();
  return `${processors[0]?.model.trim() ?? names.cpu}, ${processors.length} threads`;
}

/** Measures and checks all devices, whether or not it is worth it. */
export async function devices({ progress }: RecipeContext): Promise<{ devices: DeviceInfo[] }> {
  forgetDevice(machineKey(installedCuda()));
  // One at a time: rates measured concurrently would be too low.
  const found: DeviceInfo[] = [infoOf("cpu", { kind: "measured", rate: await gemmRate("cpu"), check: null })];
  for (const [i, id] of (["webgpu", "cuda"] as const).entries()) {
    progress({ phase: "load", done: i + 1, total: 3, secondsLeft: null, message: `Trying ${id}` });
    found.push(infoOf(id, await tryIfPresent(id, () => true)));
  }
  return { devices: found };
}

/** Result of `auto` in this process, which must be the same for all of its runs. */
let decided: Device | null = null;

/**
 * Returns the device of a run. `auto` is the fastest that agrees with the CPU in a training step; `log`
 * receives the reason.
 * @throws HumanError if the requested device does not work here.
 */
export async function resolveDevice(choice: DeviceChoice, log: Log = () => undefined): Promise<Device> {
  if (choice === "cpu") return "cpu";
  if (choice === "auto") {
    decided ??= await fastestDevice(log);
    return decided;
  }
  const found = await tryIfPresent(choice, () => false);
  if (found.kind === "measured") return choice;
  throw new HumanError(`The device ${choice} can't be used: ${names[choice]}: ${found.reason}.`, {
    remedy:
      "Choose --device cpu, or pinch.device: cpu in the settings; `pinch devices` lists what works here.",
  });
}

async function fastestDevice(log: Log): Promise<Device> {
  const key = machineKey(installedCuda());
  const remembered = rememberedDevice(key);
  if (remembered !== null) {
    log("info", `Computing on ${remembered}, as last measured; pinch devices measures again.`);
    return remembered;
  }
  const candidates = canTryDevices() ? (["cuda", "webgpu"] as const).filter(id => missing(id) === null) : [];
  if (candidates.length === 0) {
    log("info", "Computing on the CPU: no other device can be tried.");
    return "cpu";
  }
  const cpuRate = await gemmRate("cpu");
  const { device, notes } = await chooseFastest(candidates, cpuRate, tryIfPresent);
  for (const { level, message } of notes) log(level, message);
  rememberDevice(key, device);
  return device;
}
