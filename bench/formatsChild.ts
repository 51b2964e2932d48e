// Child process of `npm run bench:formats`: indexes the data that a mixture file would name, or reads them as
// a run does.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMixtureFile } from "../src/core/mixtureFile/parse.ts";
import { loadTrainingData } from "../src/runtime/dataFiles/loadData.ts";
import { indexData } from "../src/runtime/recipes/indexData.ts";
import { start } from "./entry.ts";

async function main(): Promise<void> {
  const [folder = "", train = "", how = "index"] = process.argv.slice(2);
  const file = join(folder, "a.mixture.yaml");
  const text = `data: { train: ${train} }\n`;
  const began = performance.now();
  const rows = how === "load" ? await loaded(file, text) : await indexed(file, text);
  const seconds = (performance.now() - began) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ seconds, rows, megabytes })}\n`);
}

async function indexed(file: string, text: string): Promise<number> {
  const cache = mkdtempSync(join(tmpdir(), "pinch-formats-index-"));
  const { signal } = new AbortController();
  const quiet = { log: () => undefined, progress: () => undefined, signal };
  const { train } = await indexData({ file, text, cache, starter: "" }, quiet);
  rmSync(cache, { recursive: true, force: true });
  const [fault] = train.flatMap(({ problem }) => problem ?? []);
  if (fault !== undefined || train.length !== 12)
    throw new Error(fault?.message ?? `${train.length} languages`);
  return train.reduce((sum, each) => sum + each.rows, 0);
}

async function loaded(file: string, text: string): Promise<number> {
  const { data } = parseMixtureFile(text).draft;
  const { languages, diagnostics } = await loadTrainingData(data.train ?? [], file);
  const [fault] = diagnostics;
  if (fault !== undefined || languages.size !== 12)
    throw new Error(fault?.message ?? `${languages.size} languages`);
  return [...languages.values()].reduce((sum, { rows }) => sum + rows.length, 0);
}

start(main);
