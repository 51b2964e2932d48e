// @ts-check
// Finds a WebGPU adapter that needs no graphics card: SwiftShader, the Vulkan driver that Chromium brings along.
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ensureBrowser } from "./browser.mjs";

const driver = "vk_swiftshader_icd.json";
const loader = "libvulkan.so.1";

/**
 * What to add to a process's environment before it starts, so that WebGPU finds the driver; null where there is none.
 * @returns {Promise<{ env: Record<string, string>, origin: string } | null>}
 */
export async function softwareAdapter() {
  if (process.platform !== "linux") return null; // the runtime speaks Vulkan on Linux only
  const browser = await ensureBrowser();
  if (browser === null) return null;
  const folders = [dirname(realpathSync(browser.executablePath)), "/usr/lib/chromium", "/opt/google/chrome"];
  const folder = folders.find(place => existsSync(join(place, driver)) && existsSync(join(place, loader)));
  if (folder === undefined) return null;
  // What Chromium was unpacked with on a bare machine comes first: the loader lies in its own folder.
  const libraries = [folder, browser.env.LD_LIBRARY_PATH, process.env.LD_LIBRARY_PATH].filter(Boolean);
  return {
    env: { VK_ICD_FILENAMES: join(folder, driver), LD_LIBRARY_PATH: libraries.join(delimiter) },
    origin: `SwiftShader in ${folder}`,
  };
}
