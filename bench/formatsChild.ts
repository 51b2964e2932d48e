// A part of `npm run bench:formats`: indexes the data that a mixture file would name, in a process of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { indexData } from "../src/runtime/recipes/indexData.ts";
import { start } from "./entry.ts";

async function main(): Promise<void> {
  const [folder = "", train = ""] = process.argv.slice(2);
  const cache = mkdtempSync(join(tmpdir(), "pinch-formats-index-"));
  const quiet = {
    log: () => undefined,
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const request = {
    file: join(folder, "a.mixture.yaml"),
    text: `data: { train: ${train} }\n`,
    cache,
    starter: "",
  };
  const began = performance.now();
  const { train: found } = await indexData(request, quiet);
  const seconds = (performance.now() - began) / 1000;
  rmSync(cache, { recursive: true, force: true });
  const [fault] = found.flatMap(({ problem }) => problem ?? []);
  if (fault !== undefined || found.length !== 12)
    throw new Error(fault?.message ?? `${found.length} languages`);
  const rows = found.reduce((sum, each) => sum + each.rows, 0);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ seconds, rows, megabytes })}\n`);
}

start(main);
