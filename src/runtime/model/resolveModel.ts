// Finds the folder of the model that a mixture file names.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";

/** The name of the model that Pinch brings along. */
export const starterModel = "pinch/starter";

const hubId = /^[\w][\w.-]*\/[\w][\w.-]*$/;

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The Hub cache's folder, found as huggingface_hub finds it. */
export function hubCacheFolder(environment: Environment = process.env): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const cache = HF_HUB_CACHE ?? HUGGINGFACE_HUB_CACHE;
  if (cache) return resolve(cache);
  const home = HF_HOME ? resolve(HF_HOME) : join(XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface");
  return join(home, "hub");
}

/** The snapshot that `main` points to, else the only or newest one; null when the model isn't cached. */
export function findInHubCache(id: string, cache: string): string | null {
  const repository = join(cache, `models--${id.replace("/", "--")}`);
  const snapshots = join(repository, "snapshots");
  const main = join(repository, "refs", "main");
  if (existsSync(main)) {
    const snapshot = join(snapshots, readFileSync(main, "utf8").trim());
    if (existsSync(join(snapshot, "config.json"))) return snapshot;
  }
  if (!isFolder(snapshots)) return null;
  const complete = readdirSync(snapshots)
    .map(name => join(snapshots, name))
    .filter(path => existsSync(join(path, "config.json")))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return complete[0] ?? null;
}

/**
 * `model` as written in the mixture file; relative folders are relative to that file.
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
  if (/\.gguf$/i.test(model))
    throw new HumanError(`model ${model}: GGUF files can't be read by this version of Pinch.`, {
      remedy: "Choose the Hugging Face folder of the same model (config.json, tokenizer.json, .safetensors).",
    });
  const folder = isAbsolute(model) ? model : resolve(dirname(resolve(mixtureFile)), model);
  if (isFolder(folder)) return folder;
  if (!hubId.test(model) || model.startsWith("."))
    throw new HumanError(`Model folder ${folder} does not exist.`, {
      remedy: `Write ${starterModel}, a folder relative to the mixture file, or a Hub id such as org/name.`,
    });
  const cache = hubCacheFolder(environment);
  const cached = findInHubCache(model, cache);
  if (cached !== null) return cached;
  throw new HumanError(
    `Model ${model} is neither a folder (${folder}) nor in the Hugging Face cache (${cache}).`,
    {
      remedy: `Download it once with \`hf download ${model}\`, or write the folder that it lies in.`,
    },
  );
}
