// Remembers the device that `auto` chose, so that a sweep probes the drivers only once.

import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { cpus, release } from "node:os";
import { join } from "node:path";
import { isObject } from "../../common/json.ts";
import { writeJsonAtomically } from "../../node/atomicWrite.ts";
import { cacheFolder } from "../../node/userFolders.ts";
import { onnxruntimeVersion, pinchVersion } from "../context/versions.ts";
import type { Device } from "../ort/session.ts";

/** Hours for which a choice is valid, since drivers and cards change without notice. */
const validHours = 24;

interface StoredChoice {
  readonly device: Device;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Everything that a choice depends on, as far as it is known without loading a driver. */
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

/** Returns the remembered device; null if there is none or it is too old. */
export function rememberedDevice(key: string, now = Date.now()): Device | null {
  try {
    const stored: unknown = JSON.parse(readFileSync(fileOf(key), "utf8"));
    if (!isStoredChoice(stored)) return null;
    const age = now - stored.time;
    return age >= 0 && age < validHours * 3_600_000 ? stored.device : null;
  } catch {
    return null; // missing, or not a file of ours: measure again
  }
}

/** Best effort: if the folder is not writable, it only costs time. */
export function rememberDevice(key: string, device: Device, now = Date.now()): void {
  try {
    writeJsonAtomically(fileOf(key), { device, time: now } satisfies StoredChoice);
  } catch {
    // The next run measures again.
  }
}

/** Makes the next `auto` measure again. */
export function forgetDevice(key: string): void {
  rmSync(fileOf(key), { force: true });
}

function isStoredChoice(value: unknown): value is StoredChoice {
  if (!isObject(value)) return false;
  const { device, time } = value;
  return typeof time === "number" && (device === "cpu" || device === "webgpu" || device === "cuda");
}
