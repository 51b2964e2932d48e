// Where Pinch keeps what belongs to a person and not to a project.
import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** What can be made again at any time. `PINCH_CACHE` names another folder. */
export function cacheFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.PINCH_CACHE) return env.PINCH_CACHE;
  if (platform === "win32") return join(localAppData(env), "pinch", "Cache");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "pinch");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pinch");
}

/** What was installed on purpose. `PINCH_DATA` names another folder. */
export function dataFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.PINCH_DATA) return env.PINCH_DATA;
  if (platform === "win32") return join(localAppData(env), "pinch", "Data");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "pinch");
  return join(env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "pinch");
}

function localAppData(env: Environment): string {
  return env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
}
