// Runtime part of `npm run bench:ui`: time to index the data, and to load the index in the next session.
import { appendFileSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRuntime } from "../src/cli/startRuntime.ts";
import { start } from "./entry.ts";
import { rounded } from "./numbers.ts";

const root = join(import.meta.dirname, "..");

async function main(): Promise<void> {
  const [workspace = "", figures = ""] = process.argv.slice(2);
  const cache = mkdtempSync(join(tmpdir(), "pinch-bench-"));
  const file = join(workspace, "bench-index.yaml");
  copyFileSync(join(workspace, "large.txt"), file);
  const report = (what: string, value: number, unit: string): void =>
    appendFileSync(figures, `${JSON.stringify({ what, value, unit })}\n`);
  try {
    for (const what of ["data indexed for the first time", "the same in the next session"]) {
      const began = performance.now();
      const runtime = startRuntime(join(root, "dist", "runtime.js"), { nodeArguments: [] });
      const request = { file, cache, starter: join(root, "media", "starter") };
      const { train } = await runtime.client.call("pinch/indexData", request);
      report(`${what}, its process started`, rounded((performance.now() - began) / 1000, 2), "s");
      await runtime.end();
      const faults = train.reduce((sum, { faults: each }) => sum + each, 0);
      if (train.length !== 12 || faults > 0) throw new Error(`${train.length} languages, ${faults} faults`);
    }
  } finally {
    rmSync(cache, { recursive: true, force: true });
    rmSync(file);
  }
}

start(main);
