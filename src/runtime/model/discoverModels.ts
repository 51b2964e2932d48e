// Finds models on this machine: Pinch's own, those in the Hugging Face cache, and folders and GGUF files of a
// workspace.
import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hubCacheFolder } from "../../node/hubFolders.ts";
import type { FoundModel } from "../../protocol/data.ts";
import { isGgufName } from "./gguf/ggufModel.ts";
import { findInHubCache, starterModel } from "./resolveModel.ts";

export type ModelPlace = Pick<FoundModel, "model" | "kind" | "path">;

/**
 * Maximum folder depth below the workspace, and maximum number of entries in total, so that a disk full of
 * data does not take forever.
 */
const deepest = 6;
const entryLimit = 50_000;
const ignored: readonly string[] = ["node_modules", "__pycache__", "site-packages"];
const weightFiles =
  /^(model\.safetensors(\.index\.json)?|pytorch_model\.bin(\.index\.json)?|model-\d+-of-\d+\.safetensors)$/;

export function discoverModels(folders: readonly string[], starter: string): ModelPlace[] {
  const found = new Map<string, ModelPlace>();
  const add = (place: ModelPlace): void => {
    if (!found.has(place.path)) found.set(place.path, place);
  };
  add({ model: starterModel, kind: "builtIn", path: starter });
  for (const place of inHubCache(hubCacheFolder())) add(place);
  for (const folder of folders) for (const place of inFolder(folder)) add(place);
  return [...found.values()];
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // does not exist, or is not readable
  }
}

function inHubCache(cache: string): ModelPlace[] {
  return entriesOf(cache).flatMap(({ name }): ModelPlace[] => {
    const [kind, organisation, ...rest] = name.split("--");
    if (kind !== "models" || organisation === undefined || rest.length === 0) return [];
    const id = `${organisation}/${rest.join("--")}`;
    const snapshot = findInHubCache(id, cache);
    // Includes incomplete downloads of other programs: opening one reports what is missing.
    if (snapshot === null) return [{ model: id, kind: "hub", path: join(cache, name) }];
    if (existsSync(join(snapshot, "config.json"))) return [{ model: id, kind: "hub", path: snapshot }];
    const files = readdirSync(snapshot).filter(isGgufName).sort();
    return files.map(file => ({ model: `${id}/${file}`, kind: "gguf", path: join(snapshot, file) }));
  });
}

function inFolder(root: string): ModelPlace[] {
  const found: ModelPlace[] = [];
  let left = entryLimit;
  const search = (folder: string, depth: number): void => {
    const entries = entriesOf(folder);
    const names = new Set(entries.map(({ name }) => name));
    if (names.has("config.json") && [...names].some(name => weightFiles.test(name)))
      found.push({ model: folder, kind: "folder", path: folder });
    for (const entry of entries) {
      if (left-- <= 0) return;
      const path = join(folder, entry.name);
      const skipped = entry.name.startsWith(".") || ignored.includes(entry.name);
      if (entry.isDirectory() && depth < deepest && !skipped) search(path, depth + 1);
      else if (!entry.isDirectory() && isGgufName(entry.name))
        found.push({ model: path, kind: "gguf", path });
    }
  };
  search(root, 0);
  return found;
}

/** Bytes of a model's weights: of the file, or of all weight files in its folder. */
export function weightBytes(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return found?.size ?? 0;
  const weights = entriesOf(path).filter(({ name }) => /\.(safetensors|gguf|bin)$/i.test(name));
  return weights.reduce(
    (sum, { name }) => sum + (statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
