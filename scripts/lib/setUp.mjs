// @ts-check
// Prepares a checkout: installs the locked dependencies and bundles the current sources.
// Uses only Node's own modules, because nothing else may be installed yet.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { runNode, runNpm } from "./processes.mjs";

/** Oldest supported Node; must match `engines` in package.json. */
const oldestNode = [20, 11];

/**
 * Performs the missing steps and reports them; silent when there is nothing to do.
 * @param {{ build?: boolean, say?: (line: string) => void }} [options]
 */
export async function setUp({ build = true, say = line => console.log(line) } = {}) {
  checkNode();
  const reason = dependenciesReason();
  if (reason !== null) {
    say(`Installing dependencies (${reason}) ...`);
    await timed(say, "Dependencies are installed", () =>
      runNpm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        quiet: true,
      }),
    );
  }
  if (build && builtInputs(join(root, "dist")) !== inputsHash()) {
    say("Building dist/ ...");
    await timed(say, "dist/ is built", () => runBuild([]));
  }
}

/**
 * Runs a script and reports errors as a sentence instead of a stack trace, unless `DEBUG` is set.
 * @param {() => Promise<void>} work
 */
export function main(work) {
  work().catch(error => {
    console.error(process.env.DEBUG ? error : error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

/**
 * Runs the build script; throws an error with its output if it fails.
 * @param {readonly string[]} args
 */
export async function runBuild(args) {
  const result = await runNode([join(root, "scripts", "build.mjs"), ...args], { cwd: root, quiet: true });
  if (result.code !== 0) throw new Error(`The build failed.\n${result.output}`);
}

/** @param {(line: string) => void} say @param {string} what @param {() => Promise<unknown>} work */
async function timed(say, what, work) {
  const started = Date.now();
  await work();
  say(`${what} (${((Date.now() - started) / 1000).toFixed(1)} s).`);
}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestNode;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  console.error(
    `This is Node ${process.versions.node}; Pinch needs ${oldestNode.join(".")} or newer: https://nodejs.org`,
  );
  process.exit(1);
}

/**
 * Why `npm ci` is needed; null when node_modules matches package-lock.json.
 * @returns {string | null}
 */
function dependenciesReason() {
  const installed = join(root, "node_modules", ".package-lock.json"); // npm's own record
  if (!existsSync(installed)) return "there is no node_modules yet";
  return staleReason(readPackages(join(root, "package-lock.json")), readPackages(installed));
}

/** @typedef {Record<string, { version?: string, optional?: boolean, link?: boolean }>} Packages */

/**
 * @param {Packages} locked
 * @param {Packages} installed
 * @returns {string | null}
 */
export function staleReason(locked, installed) {
  for (const [path, entry] of Object.entries(locked)) {
    if (path === "" || entry.link) continue;
    const found = installed[path];
    // Packages for other systems are in the lock file but not on this disk.
    if (found === undefined && entry.optional) continue;
    if (found?.version !== entry.version) return "package-lock.json has changed";
  }
  return null;
}

/**
 * @param {string} file
 * @returns {Packages}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}

/** Hash over all inputs of dist/. */
export function inputsHash() {
  const hash = createHash("sha256");
  const files = [...filesUnder("src"), ...filesUnder("webview"), "scripts/build.mjs", "package-lock.json"];
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

/** Name of the file in which a build records the hash of its inputs. */
export const buildRecord = "build.json";

/** @param {string} dist @returns {string | null} */
function builtInputs(dist) {
  try {
    return JSON.parse(readFileSync(join(dist, buildRecord), "utf8")).inputs;
  } catch {
    return null; // no build yet, or an interrupted one: build again
  }
}

/**
 * Files under a folder of the repository, as sorted paths with forward slashes.
 * @param {string} folder
 * @returns {string[]}
 */
export function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() ? [path] : [];
    });
}
