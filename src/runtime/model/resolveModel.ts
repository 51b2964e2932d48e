// Finds the folder or file of the model that a mixture file names.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { type Environment, hubCacheFolder } from "../../node/hubFolders.ts";
import { isGgufName } from "./gguf/ggufModel.ts";

/** Name of the model that is included in Pinch. */
export const starterModel = "pinch/starter";

const hubId = /^\w[\w.-]*\/\w[\w.-]*(?:\/\w[\w.-]*\.gguf)?$/i;

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Reports whether a Hub snapshot contains config.json or the requested GGUF file, which is all that some
 * repositories contain.
 */
function holdsModel(snapshot: string, file: string | null): boolean {
  if (file !== null) return existsSync(join(snapshot, file));
  if (existsSync(join(snapshot, "config.json"))) return true;
  return isFolder(snapshot) && readdirSync(snapshot).some(isGgufName);
}

/**
 * Returns the snapshot that `main` refers to, otherwise the only or the newest one; null if none contains a
 * model.
 */
function findSnapshot(repository: string, file: string | null): string | null {
  const snapshots = join(repository, "snapshots");
  const main = join(repository, "refs", "main");
  if (existsSync(main)) {
    const snapshot = join(snapshots, readFileSync(main, "utf8").trim());
    if (holdsModel(snapshot, file)) return snapshot;
  }
  if (!isFolder(snapshots)) return null;
  const complete = readdirSync(snapshots)
    .map(name => join(snapshots, name))
    .filter(path => holdsModel(path, file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return complete[0] ?? null;
}

/**
 * @param id `org/name`, or `org/name/file.gguf` for a single file of a repository.
 * @returns null if the model is not cached.
 */
export function findInHubCache(id: string, cache: string): string | null {
  const [organisation = "", name = "", file = null] = id.split("/");
  const snapshot = findSnapshot(join(cache, `models--${organisation}--${name}`), file);
  return snapshot === null || file === null ? snapshot : join(snapshot, file);
}

/**
 * Resolves `model` of a mixture file; relative paths are relative to that file. The folder of a repository in
 * the Hub cache stands for its snapshot.
 * @param starter Folder of the built-in model.
 */
export function resolveModelFolder(
  model: string,
  mixtureFile: string,
  starter: string,
  environment: Environment = process.env,
): string {
  if (model === starterModel) {
    if (existsSync(join(starter, "config.json"))) return starter;
    throw new HumanError(`The built-in model is missing from ${starter}.`, {
      remedy: "Install Pinch again.",
    });
  }
  const path = isAbsolute(model) ? model : resolve(dirname(resolve(mixtureFile)), model);
  if (isFolder(path)) return findSnapshot(path, null) ?? path;
  if (isGgufName(path) && existsSync(path)) return path;
  if (!hubId.test(model) || model.startsWith("."))
    throw new HumanError(`Model ${path} does not exist.`, {
      remedy: `Write ${starterModel}, a folder or a .gguf file relative to the mixture file, or a Hub id such as org/name.`,
    });
  const cache = hubCacheFolder(environment);
  const cached = findInHubCache(model, cache);
  if (cached !== null) return cached;
  throw new HumanError(
    `Model ${model} is neither a folder or file (${path}) nor in the Hugging Face cache (${cache}).`,
    {
      remedy: `Download it once with Pinch: Download Model… or \`pinch download ${model}\`, or write the path of its folder.`,
    },
  );
}
