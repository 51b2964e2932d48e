// @ts-check
// Starts other programs on any platform: Node, npm, and anything on the PATH.
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, extname, join } from "node:path";

const isWindows = process.platform === "win32";

/**
 * Path of the npm that belongs to the running Node, to be run by Node itself: Windows cannot start `npm.cmd`
 * without a shell, which would require quoting.
 * @returns {string | null}
 */
export function npmCli() {
  const fromNpm = process.env.npm_execpath;
  if (fromNpm?.endsWith("npm-cli.js")) return fromNpm;
  const bin = dirname(process.execPath);
  const places = [
    join(bin, "node_modules", "npm", "bin", "npm-cli.js"),
    join(bin, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(bin, "..", "share", "nodejs", "npm", "bin", "npm-cli.js"),
  ];
  const npm = onPath("npm");
  if (npm !== null) places.push(join(dirname(npm), "node_modules", "npm", "bin", "npm-cli.js"));
  return places.find(place => existsSync(place)) ?? null;
}

/**
 * Finds the first file with this name on the PATH, trying the extensions that Windows can start.
 * @param {string} name
 * @returns {string | null}
 */
export function onPath(name) {
  const endings = isWindows && extname(name) === "" ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder !== "" && statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    }
  }
  return null;
}

/**
 * @typedef {object} StartOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] replaces the environment
 * @property {boolean} [quiet] return the output instead of showing it
 */

/**
 * Runs a program until it ends.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {StartOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} code is 128 + n if signal n ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      windowsHide: true,
    });
    // Ctrl+C reaches both processes: let the program end itself and use its exit code.
    const wait = () => {};
    process.on("SIGINT", wait);
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", text => (output += text));
    child.stderr?.setEncoding("utf8").on("data", text => (output += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait);
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), output });
    });
  });
}

/**
 * @param {readonly string[]} args
 * @param {StartOptions} [options]
 */
export async function runNode(args, options = {}) {
  return run(process.execPath, args, options);
}

/**
 * Runs npm quietly; throws an error with its output if it fails.
 * @param {readonly string[]} args
 * @param {StartOptions & { node?: string }} [options] node: another Node to run npm with
 */
export async function runNpm(args, options = {}) {
  const env = { ...(options.env ?? process.env) };
  // Variables set by an outer `npm run` describe the outer project, not the current folder.
  for (const name of Object.keys(env)) {
    if (/^npm_(package|lifecycle|config_local_prefix|config_prefix|command)/.test(name)) delete env[name];
  }
  const cli = npmCli();
  if (cli === null && isWindows) {
    throw new Error("npm was not found beside Node. Reinstall Node from https://nodejs.org with npm.");
  }
  const result =
    cli === null
      ? await run("npm", args, { ...options, env })
      : await run(options.node ?? process.execPath, [cli, ...args], { ...options, env });
  if (result.code !== 0) {
    throw new Error(`npm ${args.join(" ")} ended with exit code ${result.code}.\n${result.output.trim()}`);
  }
  return result.output;
}
