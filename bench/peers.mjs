// @ts-check
// Installs the peers that Pinch is compared with into a virtual environment: npm run bench:peers [-- FOLDER]
// Needs Python 3.11 or newer with its venv module, and about 6 GB on Linux on x64, where PyTorch includes
// its GPU libraries.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../scripts/lib/paths.mjs";
import { onPath, run } from "../scripts/lib/processes.mjs";
import { main } from "../scripts/lib/setUp.mjs";

/** Versions with which the table in the README was measured. */
const packages = [
  "torch==2.15.0",
  "transformers==5.24.0",
  "peft==0.21.2",
  "trl==1.16.0",
  "datasets==5.2.0",
  "accelerate==1.15.0",
  "safetensors==0.8.0",
  "psutil==7.2.2",
  "gguf==0.19.0",
  "sentencepiece==0.2.3",
];

export const defaultFolder = join(root, ".bench", "venv");

/** Path of the interpreter of a virtual environment. @param {string} folder */
export function pythonOf(folder) {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/**
 * Creates the environment if it is missing, and installs its packages in the versions above.
 * @param {string} folder
 * @returns {Promise<string>} path of its Python
 */
export async function installPeers(folder) {
  const python = pythonOf(folder);
  if (!existsSync(python)) {
    const base = onPath("python3") ?? onPath("python");
    if (base === null)
      throw new Error("There is no Python on the PATH: install Python 3.11 or newer, with pip.");
    console.log(`Making a virtual environment in ${folder} ...`);
    await succeed(base, ["-m", "venv", folder]);
  }
  console.log("Installing the peers ...");
  await succeed(python, ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", ...packages]);
  return python;
}

/** @param {string} command @param {readonly string[]} args */
async function succeed(command, args) {
  const { code, output } = await run(command, args, { quiet: true });
  if (code !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed.\n${output.trim()}`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(async () => {
    const python = await installPeers(resolve(process.argv[2] ?? defaultFolder));
    console.log(`The peers are installed: ${python}`);
  });
}
