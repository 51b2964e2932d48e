// Loads and activates the extension before any test does, and keeps how long it took.
import { performance } from "node:perf_hooks";
import { activationTime, extension } from "../support/host.ts";

export async function mochaGlobalSetup(): Promise<void> {
  const found = extension();
  if (found.isActive) return; // the window has done it already
  const started = performance.now();
  await found.activate();
  process.env[activationTime] = (performance.now() - started).toFixed(0);
}
