// @ts-check
// Finds a WebGPU adapter that needs no graphics card: SwiftShader, the Vulkan driver included in Chromium.
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ensureBrowser } from "./browser.mjs";

const driver = "vk_swiftshader_icd.json";
const loader = "libvulkan.so.1";

/**
 * Variables to add to a process's environment so that WebGPU finds the driver; null when there is none.
 * @returns {Promise<{ env: Record<string, string>, origin: string } | null>}
 */
export async function softwareAdapter() {
  if (process.platform !== "linux") return null; // the runtime uses Vulkan on Linux only
  const browser = await ensureBrowser();
  if (browser === null) return null;
  const folders = [dirname(realpathSync(browser.executablePath)), "/usr/lib/chromium", "/opt/google/chrome"];
  const folder = folders.find(place => existsSync(join(place, driver)) && existsSync(join(place, loader)));
  if (folder === undefined) return null;
  // The libraries unpacked with Chromium on a bare machine come first: the loader is in a folder of its own.
  const libraries = [folder, browser.env.LD_LIBRARY_PATH, process.env.LD_LIBRARY_PATH].filter(Boolean);
  return {
    env: { VK_ICD_FILENAMES: join(folder, driver), LD_LIBRARY_PATH: libraries.join(delimiter) },
    origin: `SwiftShader in ${folder}`,
  };
}
