// Where huggingface_hub keeps its cache and token, by the same variables, with the same words for the home folder.
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `~`, `$NAME` and `${NAME}` (on Windows `%NAME%` as well) replaced as Python's expanduser and expandvars do: what is
 * not set stays as it is written.
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

/** On Windows HOME is some shell's own, and no program's. */
function homeFolder({ HOME }: Environment): string {
  return process.platform === "win32" ? homedir() : HOME || homedir();
}

/** Absolute. */
function hubHome(environment: Environment): string {
  const { HF_HOME, XDG_CACHE_HOME } = environment;
  return resolve(expandPath(HF_HOME || join(XDG_CACHE_HOME || "~/.cache", "huggingface"), environment));
}

/** The folder that `models--…` and `datasets--…` lie in. */
export function hubCacheFolder(environment: Environment = process.env): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = environment;
  const cache = HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE;
  return cache ? resolve(expandPath(cache, environment)) : join(hubHome(environment), "hub");
}

/** The file that `hf auth login` writes the token to. */
export function hubTokenPath(environment: Environment = process.env): string {
  const { HF_TOKEN_PATH } = environment;
  return HF_TOKEN_PATH
    ? resolve(expandPath(HF_TOKEN_PATH, environment))
    : join(hubHome(environment), "token");
}
