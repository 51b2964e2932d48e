// @ts-check
// Installs code-server, a real VS Code for the browser, from the npm registry into an ignored folder.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { testCache } from "./paths.mjs";
import { run, runNpm } from "./processes.mjs";

const codeServerVersion = "4.139.1";
/** code-server requires this major version of Node, so it gets its own. */
const nodeVersion = "24.21.0";
/** Increase this when the steps below change, so that older installations are ignored. */
const layout = 3;

/** @typedef {{ node: string, entry: string, folder: string }} CodeServer */

/** code-server has no build for Windows. */
export const codeServerSupported = process.platform === "linux" || process.platform === "darwin";

/**
 * Installs on first use (about a minute); afterwards only returns the paths.
 * @param {(line: string) => void} [say]
 * @returns {Promise<CodeServer>}
 */
export async function ensureCodeServer(say = line => console.log(line)) {
  if (!codeServerSupported) {
    throw new Error("code-server has no build for Windows. Install VS Code and put `code` on the PATH.");
  }
  const folder = join(testCache, `code-server-${codeServerVersion}-${layout}`);
  const marker = join(folder, ".ready");
  if (existsSync(marker)) return pathsIn(folder);

  say(`Installing code-server ${codeServerVersion} from the npm registry (once, about a minute) ...`);
  const started = Date.now();
  // Built next to its final path and renamed at the end, so that an interrupted installation is never used.
  const building = `${folder}.${process.pid}.tmp`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  try {
    await install(building, say);
    writeFileSync(join(building, ".ready"), "");
    if (!existsSync(marker)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(building, folder);
    }
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  say(`code-server is ready (${Math.round((Date.now() - started) / 1000)} s).`);
  return pathsIn(folder);
}

/** @param {string} folder @returns {CodeServer} */
function pathsIn(folder) {
  const packages = join(folder, "node_modules");
  return {
    folder,
    node: join(packages, nodePackage(), "bin", "node"),
    entry: join(packages, "code-server", "out", "node", "entry.js"),
  };
}

function nodePackage() {
  return `node-${process.platform}-${process.arch}`;
}

/** @param {string} folder @param {(line: string) => void} say */
async function install(folder, say) {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "code-server-cache", private: true }));
  const flags = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const noScripts = [...flags, "--ignore-scripts"];
  // Install Node first. Neither package may become a dependency of this project: a `node` in
  // node_modules/.bin would shadow the real one in every npm script.
  await runNpm(["install", ...noScripts, "--save-exact", `${nodePackage()}@${nodeVersion}`], {
    cwd: folder,
    quiet: true,
  });
  const nodeFolder = join(folder, "node_modules", nodePackage());
  const env = {
    ...process.env,
    PATH: join(nodeFolder, "bin") + delimiter + (process.env.PATH ?? ""),
    npm_config_nodedir: nodeFolder, // includes the headers for compiling native addons
  };
  const options = { env, quiet: true, node: join(nodeFolder, "bin", "node") };
  // Skip its post-install step, which compiles nine addons; the two that matter are built below.
  await runNpm(["install", ...noScripts, "--save-exact", `code-server@${codeServerVersion}`], {
    ...options,
    cwd: folder,
  });
  const vscode = join(folder, "node_modules", "code-server", "lib", "vscode");
  // `npm ci` refuses this folder, because its shrinkwrap file is incomplete.
  await runNpm(["install", ...noScripts, "--omit=dev"], { ...options, cwd: vscode });
  try {
    // Log files and output channels need spdlog; the watchdog ends the extension host with its parent. Inside
    // an npm script, npm passes on the project's own `ignore-scripts`, which would prevent the build.
    await runNpm(["rebuild", "@vscode/spdlog", "@vscode/native-watchdog", "--no-ignore-scripts", ...flags], {
      ...options,
      cwd: vscode,
    });
    const loads = ["-e", 'require("@vscode/spdlog")'];
    const { code, output } = await run(options.node, loads, { cwd: vscode, quiet: true });
    if (code !== 0) throw new Error(output);
  } catch {
    say("There is no C++ compiler: code-server writes its logs with a stand-in in JavaScript.");
    const spdlog = join(vscode, "node_modules", "@vscode", "spdlog", "index.js");
    copyFileSync(fileURLToPath(new URL("spdlogStandIn.cjs", import.meta.url)), spdlog);
  }
}
