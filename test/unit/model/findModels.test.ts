// The models on this machine: where they are found, what is told of them, and why one can't be used.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { FoundModel } from "../../../src/protocol/data.ts";
import { findModels } from "../../../src/runtime/recipes/findModels.ts";
import { temporaryFolder, writeTinyModel } from "./tinyModel.ts";

const starter = writeTinyModel();
const context = { signal: new AbortController().signal, progress: () => undefined };
const before = process.env.HF_HUB_CACHE;
let cache = "";

beforeEach(() => {
  cache = temporaryFolder();
  process.env.HF_HUB_CACHE = cache;
});
afterEach(() => {
  if (before === undefined) delete process.env.HF_HUB_CACHE;
  else process.env.HF_HUB_CACHE = before;
});

async function found(...folders: string[]): Promise<readonly FoundModel[]> {
  return (await findModels({ folders, starter }, context)).models;
}

test("the built-in model, with what it is and the memory that it takes", async () => {
  const [model, ...more] = await found();
  assert.deepEqual(more, []);
  assert.equal(model?.model, "pinch/starter");
  assert.equal(model?.kind, "builtIn");
  assert.equal(model?.architecture, "llama");
  assert.equal(model?.problem, null);
  assert.ok((model?.parameters ?? 0) > 1000 && (model?.bytes ?? 0) > 1000);
  // More than the process itself, which every prediction begins with.
  for (const bytes of [model?.memory?.lora, model?.memory?.generation])
    assert.ok((bytes ?? 0) > (model?.bytes ?? 0) + process.memoryUsage.rss() / 2);
});

test("of the cache: by its id; half a download says what is missing", async () => {
  const snapshot = join(cache, "models--org--na--me", "snapshots", "abc");
  cpSync(starter, snapshot, { recursive: true });
  mkdirSync(join(cache, "models--org--half", "snapshots", "abc"), { recursive: true });
  mkdirSync(join(cache, "datasets--org--x"), { recursive: true });
  const models = (await found()).slice(1);
  assert.deepEqual(models.map(({ model, kind }) => [model, kind]).sort(), [
    ["org/half", "hub"],
    ["org/na--me", "hub"],
  ]);
  assert.equal(models.find(({ model }) => model === "org/na--me")?.problem, null);
  const half = models.find(({ model }) => model === "org/half");
  assert.match(half?.problem?.message ?? "", /config\.json/);
  assert.notEqual(half?.problem?.remedy, "");
});

test("of a workspace: folders and GGUF files, but nothing in node_modules or hidden folders", async () => {
  const workspace = temporaryFolder();
  for (const place of ["models/a", "node_modules/b", ".cache/c"])
    cpSync(starter, join(workspace, place), { recursive: true });
  writeFileSync(join(workspace, "x.gguf"), "not one");
  mkdirSync(join(workspace, "src"));
  writeFileSync(join(workspace, "src", "config.json"), "{}");
  const models = (await found(workspace)).slice(1);
  assert.deepEqual(models.map(({ model, kind }) => [model, kind]).sort(), [
    [join(workspace, "models", "a"), "folder"],
    [join(workspace, "x.gguf"), "gguf"],
  ]);
  assert.notEqual(models.find(({ kind }) => kind === "gguf")?.problem ?? null, null);
});

test("a model that can't be used says why", async () => {
  const workspace = temporaryFolder();
  cpSync(starter, join(workspace, "m"), { recursive: true });
  const path = join(workspace, "m", "config.json");
  const config = JSON.parse(readFileSync(path, "utf8")) as object;
  writeFileSync(
    path,
    JSON.stringify({ ...config, model_type: "mamba", architectures: ["MambaForCausalLM"] }),
  );
  const [, model] = await found(workspace);
  assert.match(`${model?.problem?.message}`, /[Mm]amba/);
  assert.equal(model?.memory, null);
});
