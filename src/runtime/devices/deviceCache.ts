// Remembers which device `auto` took, so that a sweep of runs tries the drivers once.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { cpus, release } from "node:os";
import { join } from "node:path";
import { writeJsonAtomically } from "../../node/atomicWrite.ts";
import { cacheFolder } from "../../node/userFolders.ts";
import { onnxruntimeVersion, pinchVersion } from "../context/versions.ts";
import type { Device } from "../ort/session.ts";

/** Hours that a choice holds: drivers and cards change without a word to us. */
const validHours = 24;

interface StoredChoice {
  readonly device: Device;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** What a choice depends on, as far as it can be known without loading a driver. */
export function machineKey(installed: string | null): string {
  const parts = [
    pinchVersion,
    onnxruntimeVersion,
    process.platform,
    process.arch,
    release(),
    cpus()[0]?.model ?? "",
    process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES ?? "",
    nvidiaDriver(),
    installed ?? "",
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}

function nvidiaDriver(): string {
  try {
    return readFileSync("/proc/driver/nvidia/version", "utf8");
  } catch {
    return ""; // no such card, or not Linux
  }
}

function fileOf(key: string): string {
  return join(cacheFolder(), `device-${key}.json`);
}

/** null: nothing is known, or it is too old. */
export function rememberedDevice(key: string, now = Date.now()): Device | null {
  try {
    const stored: unknown = JSON.parse(readFileSync(fileOf(key), "utf8"));
    if (!isStoredChoice(stored)) return null;
    const age = now - stored.time;
    return age >= 0 && age < validHours * 3_600_000 ? stored.device : null;
  } catch {
    return null; // no file, or not ours: measured anew
  }
}

/** Best effort: a folder that can't be written costs only time. */
export function rememberDevice(key: string, device: Device, now = Date.now()): void {
  try {
    writeJsonAtomically(fileOf(key), { device, time: now } satisfies StoredChoice);
  } catch {
    // The next run measures again.
  }
}

/** The next `auto` measures again. */
export function forgetDevice(key: string): void {
  rmSync(fileOf(key), { force: true });
}

function isStoredChoice(value: unknown): value is StoredChoice {
  if (typeof value !== "object" || value === null || !("device" in value) || !("time" in value)) return false;
  const { device, time } = value;
  return typeof time === "number" && (device === "cpu" || device === "webgpu" || device === "cuda");
}
