// Tries a device in a process of its own: a GPU driver that crashes takes only the probe with it.
import { fork } from "node:child_process";
import { messageOf } from "../../common/errors.ts";
import type { Device } from "../ort/session.ts";
import { gemmRate } from "./gemmProbe.ts";

export type Probe = { readonly rate: number } | { readonly error: string };

/** First argument of a runtime process that only probes. */
export const probeArgument = "--probe-device";

/** Milliseconds after which a driver counts as hanging. */
const patience = 20_000;

function isProbe(message: unknown): message is Probe {
  return typeof message === "object" && message !== null && ("rate" in message || "error" in message);
}

/** The process's own work: measures, tells its parent, ends. */
export async function answerProbe(device: string): Promise<void> {
  let answer: Probe;
  try {
    if (device !== "cpu" && device !== "webgpu" && device !== "cuda") throw new Error(`no device ${device}`);
    answer = { rate: await gemmRate(device) };
  } catch (error) {
    answer = { error: shortened(messageOf(error)) };
  }
  process.send?.(answer, undefined, {}, () => process.exit(0));
}

/** The driver's own words, without the place in onnxruntime's source. */
function shortened(text: string): string {
  const line = (text.split(/\r?\n/, 1)[0] ?? "").trim();
  return /Failed to .*$/.exec(line)?.[0] ?? line;
}

function probeInChild(device: Device): Promise<Probe> {
  const entry = process.argv[1];
  if (entry === undefined) return Promise.resolve({ error: "this process can't start another" });
  return new Promise(resolve => {
    const child = fork(entry, [probeArgument, device], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const finish = (probe: Probe): void => {
      clearTimeout(timer);
      resolve(probe);
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      finish({ error: `the driver did not answer within ${patience / 1000} seconds` });
    }, patience);
    child.on("message", message => {
      if (isProbe(message)) finish(message);
    });
    child.on("error", error => finish({ error: messageOf(error) }));
    child.on("exit", (code, signal) =>
      finish({ error: `the driver crashed (${signal ?? `exit code ${code}`})` }),
    );
  });
}

/** The CPU needs no precaution. */
export async function measureDevice(device: Device): Promise<Probe> {
  if (device !== "cpu") return probeInChild(device);
  try {
    return { rate: await gemmRate("cpu") };
  } catch (error) {
    return { error: messageOf(error) };
  }
}
