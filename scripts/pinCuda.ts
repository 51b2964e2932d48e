// Records the hashes of the CUDA packages for the locked onnxruntime version in
// src/runtime/devices/cudaPins.json. Run it after every version bump, with access to nuget.org, and review
// `git diff`. Downloads about 500 MB.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onnxruntimeVersion } from "../src/runtime/context/versions.ts";
import { cudaPackage, cudaSystems } from "../src/runtime/devices/cudaRuntime.ts";
import { defaultIndex, fetchPackage, findPackage } from "../src/runtime/devices/nuget.ts";
import { root } from "./lib/paths.mjs";

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), "pinch-pins-"));
try {
  const pins: Record<string, string> = {};
  for (const system of cudaSystems) {
    const wanted = cudaPackage(system);
    if (wanted === null) continue;
    const source = await findPackage(wanted.id, onnxruntimeVersion, null, signal, defaultIndex);
    console.log(`${source.url} (${source.bytes} bytes) ...`);
    await fetchPackage(source, join(folder, system), {
      signal,
      onProgress: () => undefined,
      log: console.log,
    });
    pins[system] = source.sha512;
  }
  const text = `${JSON.stringify({ [onnxruntimeVersion]: pins }, null, 2)}\n`;
  writeFileSync(join(root, "src/runtime/devices/cudaPins.json"), text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
