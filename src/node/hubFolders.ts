// Folders of huggingface_hub's cache and token, determined by the same variables with the same expansion of
// paths.
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Expands `~`, `$NAME` and `${NAME}` (on Windows also `%NAME%`) like Python's expanduser and expandvars:
 * unset variables remain as written.
 */
export function expandPath(path: string, environment: Environment = process.env): string {
  const value = (written: string, name: string): string => environment[name] ?? written;
  const expanded = path
    .replace(/^~(?=$|[/\\])/, () => homeFolder(environment))
    .replace(/\$(?:(\w+)|\{([^}]*)\})/g, (written, bare?: string, braced?: string) =>
      value(written, bare ?? braced ?? ""),
    );
  return process.platform === "win32"
    ? expanded.replace(/%([^%]+)%/g, (written, name: string) => value(written, name))
    : expanded;
}

/** On Windows, HOME belongs to some shell and is ignored by programs. */
function homeFolder({ HOME }: Environment): string {
  return process.platform === "win32" ? homedir() : HOME || homedir();
}

/** Absolute path of Hugging Face's home folder. */
function hubHome(environment: Environment): string {
  const { HF_HOME, XDG_CACHE_HOME } = environment;
  return resolve(expandPath(HF_HOME || join(XDG_CACHE_HOME || "~/.cache", "huggingface"), environment));
}

/** Folder that contains `models--…` and `datasets--…`. */
export function hubCacheFolder(environment: Environment = process.env): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = environment;
  const cache = HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE;
  return cache ? resolve(expandPath(cache, environment)) : join(hubHome(environment), "hub");
}

/** File to which `hf auth login` writes the token. */
export function hubTokenPath(environment: Environment = process.env): string {
  const { HF_TOKEN_PATH } = environment;
  return HF_TOKEN_PATH
    ? resolve(expandPath(HF_TOKEN_PATH, environment))
    : join(hubHome(environment), "token");
}
