// Loads and activates the extension before any test does, and says how long it took.
import { performance } from "node:perf_hooks";
import { extension } from "../support/host.ts";

export async function mochaGlobalSetup(): Promise<void> {
  const found = extension();
  if (found.isActive) return; // the window has done it already
  const started = performance.now();
  await found.activate();
  // Reported, not tested: a time says as much about the machine as about the extension.
  console.log(`Loading and activating took ${(performance.now() - started).toFixed(0)} ms`);
}
