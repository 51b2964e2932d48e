// @ts-check
// Runs code-server with folders of its own, so that it neither reads nor changes the user's settings.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { ensureCodeServer } from "./codeServer.mjs";
import { run } from "./processes.mjs";

/** Start timeout, generous for a cold disk and a busy machine. */
const startTimeoutMs = 60_000;
/** Time for an orderly shutdown before the process is killed. */
const stopTimeoutMs = 5_000;

/**
 * @typedef {object} CodeServerOptions
 * @property {string} home folder for its settings, extensions, logs and sockets; keep the path short
 *   (a Unix socket's path is limited to about 100 characters)
 * @property {Record<string, unknown>} [settings] the user's settings.json
 * @property {readonly string[]} [vsix] extensions to install first
 * @property {number} [port] 0 or absent for any free port
 * @property {boolean} [testDriver] allows the URL to name an extension under development and a test suite
 * @property {boolean} [workspaceTrust] folders are untrusted until the user confirms; by default, all are
 * trusted
 * @property {NodeJS.ProcessEnv} [env] additions to the environment
 * @property {(line: string) => void} [say]
 */

/**
 * @typedef {object} RunningCodeServer
 * @property {string} authority host and port
 * @property {string} extensions folder of installed extensions
 * @property {() => string} log
 * @property {Promise<void>} ended
 * @property {() => Promise<void>} stop
 */

/**
 * Starts code-server and waits until it responds.
 * @param {CodeServerOptions} options
 * @returns {Promise<RunningCodeServer>}
 */
export async function startCodeServer(options) {
  const { node, entry } = await ensureCodeServer(options.say);
  const { home } = options;
  const userData = join(home, "data");
  const extensions = join(home, "ext");
  mkdirSync(join(userData, "User"), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  writeFileSync(join(userData, "User", "settings.json"), JSON.stringify(options.settings ?? {}, null, 2));
  writeFileSync(join(home, "config.yaml"), "auth: none\ncert: false\n");

  const env = ownEnvironment(home, options.env ?? {});
  const shared = [entry, "--config", join(home, "config.yaml"), "--user-data-dir", userData];
  shared.push("--extensions-dir", extensions);
  for (const file of options.vsix ?? []) {
    const result = await run(node, [...shared, "--install-extension", file], { env, quiet: true });
    if (result.code !== 0) throw new Error(`Installing ${file} failed.\n${result.output}`);
  }

  const port = options.port || (await freePort());
  const authority = `127.0.0.1:${port}`;
  const args = [...shared, "--auth", "none", "--bind-addr", authority];
  args.push("--disable-telemetry", "--disable-update-check");
  if (options.workspaceTrust !== true) args.push("--disable-workspace-trust");
  args.push("--disable-getting-started-override", "--disable-proxy", "--ignore-last-opened");
  // Without this option, a production build ignores the `payload` of the URL.
  if (options.testDriver) args.push("--vscode-option", "enable-smoke-test-driver");
  // In a separate process group, so that everything it starts can be ended with it.
  const child = spawn(node, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let log = "";
  child.stdout.setEncoding("utf8").on("data", text => (log += text));
  child.stderr.setEncoding("utf8").on("data", text => (log += text));
  /** @type {Promise<void>} */
  const ended = new Promise(resolve => {
    child.on("error", error => {
      log += error.message;
      resolve();
    });
    child.on("exit", () => resolve());
  });
  const group = child.pid === undefined ? null : -child.pid;
  const signal = (/** @type {NodeJS.Signals} */ name) => {
    try {
      if (group !== null) process.kill(group, name);
    } catch {
      // The process has already ended.
    }
  };
  const server = {
    authority,
    extensions,
    log: () => log,
    ended,
    async stop() {
      signal("SIGTERM");
      await Promise.race([ended, sleep(stopTimeoutMs)]);
      signal("SIGKILL");
    },
  };

  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(`http://${authority}/healthz`))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await server.stop();
      throw new Error(`code-server did not start.\n${log}`);
    }
    await sleep(100);
  }
  return server;
}

/** @param {string} home @param {NodeJS.ProcessEnv} extra */
function ownEnvironment(home, extra) {
  const env = { ...process.env };
  // A terminal inside VS Code sets variables that would make the new server talk to the old window.
  for (const name of Object.keys(env)) if (/^(VSCODE_|ELECTRON_)/.test(name)) delete env[name];
  return {
    ...env,
    HOME: home,
    TMPDIR: home,
    XDG_RUNTIME_DIR: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "share"),
    XDG_CACHE_HOME: join(home, "cache"),
    ...extra,
  };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** @param {string} url @returns {Promise<boolean>} */
function answers(url) {
  return new Promise(resolve => {
    http
      .get(url, response => {
        response.resume();
        resolve(response.statusCode === 200);
      })
      .on("error", () => resolve(false));
  });
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise(resolve => setTimeout(resolve, ms));
}
