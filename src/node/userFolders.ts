// Folders for data that belong to the user rather than to a project.
import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder for what can be re-created at any time. `PINCH_CACHE` overrides it. */
export function cacheFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.PINCH_CACHE) return env.PINCH_CACHE;
  if (platform === "win32") return join(localAppData(env), "pinch", "Cache");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "pinch");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pinch");
}

/** Folder for what was installed on purpose. `PINCH_DATA` overrides it. */
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
