// @ts-check
// Suites of `npm test`, each of which returns how many tests passed, failed and were skipped.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureBrowser } from "./browser.mjs";
import { codeServerSupported } from "./codeServer.mjs";
import { root } from "./paths.mjs";
import { runNode } from "./processes.mjs";
import { filesUnder, setUp } from "./setUp.mjs";
import { bundleTests } from "./testBundles.mjs";
import { writeTestGroups } from "./testGroups.mjs";

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [note] why something was skipped or could not run
 */

/**
 * @typedef {object} Suite
 * @property {string} about
 * @property {boolean} byDefault part of a plain `npm test`
 * @property {() => Promise<Outcome>} run
 */

/** TypeScript projects that see only what exists where their layers run; the project of the root sees everything. */
export const projects = ["pure", "node", "vscode", "webview"];
const layersTest = "test/unit/layers.test.ts";
/** Timeout of a test file. */
const testTimeoutMs = 300_000;
/** Timeout of a test file that drives a window while others do: the longest takes five minutes on two cores. */
const windowTimeoutMs = 900_000;

/** @type {Record<string, Suite>} */
export const suites = {
  lint: {
    about: "types, lint and format, unused code, layers",
    byDefault: true,
    run: lint,
  },
  unit: {
    about: "plain Node",
    byDefault: true,
    run: built(() => groupedTests(filesUnder("test/unit").filter(file => file !== layersTest))),
  },
  process: {
    about: "the command line and the runtime as processes of their own",
    byDefault: true,
    run: built(() => nodeTests(filesUnder("test/process"))),
  },
  fuzz: {
    about: "damaged files of every kind",
    byDefault: true,
    run: () => nodeTests(filesUnder("test/fuzz")),
  },
  faults: {
    about: "signals, full disks, refusals of the system, damaged folders: told, and nothing lost",
    byDefault: true,
    run: built(() => nodeTests(filesUnder("test/faults"))),
  },
  numeric: {
    about: "gradients, model and training against reference values",
    byDefault: true,
    run: built(() => nodeTests(filesUnder("test/numeric"))),
  },
  integration: {
    about: "inside a real extension host",
    byDefault: true,
    run: built(() => withWindow(integration)),
  },
  ui: {
    about: "a real browser drives the packaged extension",
    byDefault: true,
    run: built(() => withWindow(ui)),
  },
  shared: {
    about: "real models and data that lie in a folder beside the repository",
    byDefault: false,
    run: built(shared),
  },
};

/**
 * Wraps a suite that needs dist/ to match the sources.
 * @param {() => Promise<Outcome>} suite
 */
function built(suite) {
  return async () => {
    await setUp({ say: line => console.log(`  ${line}`) });
    return suite();
  };
}

/** @returns {Promise<Outcome>} */
async function lint() {
  const tsc = (/** @type {string} */ name, /** @type {string} */ project) => ({
    name,
    // Remembers what has not changed since the last time.
    args: [
      tool("typescript", "bin", "tsc"),
      "--project",
      project,
      "--noEmit",
      "--incremental",
      "--tsBuildInfoFile",
      join(root, "dist", "types", `${project}.tsbuildinfo`),
    ],
  });
  const checks = [
    tsc("tsc", "tsconfig.json"),
    ...projects.map(project => tsc(`tsc ${project}`, `tsconfig.${project}.json`)),
    { name: "biome", args: [tool("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings", "."] },
    // Floating promises: only a linter that knows the types of Node and VS Code sees them all.
    { name: "oxlint", args: [tool("oxlint", "bin", "oxlint"), "--type-aware", "--deny-warnings", "."] },
    { name: "knip", args: [tool("knip", "bin", "knip.js"), "--no-progress"] },
  ];
  const outcome = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, args } of checks) {
    const { code, output } = await runNode(args, { cwd: root, quiet: true });
    console.log(`  ${code === 0 ? "ok  " : "FAIL"} ${name}`);
    if (code === 0) outcome.passed++;
    else {
      outcome.failed++;
      console.log(output.trimEnd());
    }
  }
  return sum(outcome, await nodeTests([layersTest]));
}

/** @returns {Promise<Outcome>} */
async function integration() {
  return counted(env => runNode([join(root, "scripts", "integration.mjs")], { cwd: root, env }));
}

/** Picture address in a test package; tests answer its requests. */
const picturesAddress = "https://pictures.example/";

/** @returns {Promise<Outcome>} */
async function ui() {
  if (!codeServerSupported)
    return skipped("code-server, whose window these tests drive, has no build for Windows");
  const built = await runNode([join(root, "scripts", "package.mjs"), "--pictures", picturesAddress], {
    cwd: root,
    quiet: true,
  });
  if (built.code !== 0) return failed(`The package could not be built.\n${built.output}`);
  console.log(`  ${built.output.trim().split("\n").at(-1)}`);
  return eachInTurn(filesUnder("test/ui").filter(name => name.endsWith(".test.ts")));
}

/** Windows open at a time: each keeps about one core busy. */
const windows = Math.min(4, availableParallelism());

/**
 * Runs test files in windows of their own, several at a time and the longest first. Browsers and editors depend on
 * timing, so files that fail run once more, alone, and the note reports it.
 * @param {readonly string[]} files
 */
async function eachInTurn(files) {
  const length = (/** @type {string} */ file) => statSync(join(root, file)).size;
  const waiting = [...files].sort((a, b) => length(b) - length(a));
  /** @type {string[]} */
  const failing = [];
  let total = { passed: 0, failed: 0, skipped: 0 };
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const outcome = await nodeTests([file], { quiet: true, timeoutMs: windowTimeoutMs });
      if (outcome.failed > 0) failing.push(file);
      else total = sum(total, outcome);
    }
  };
  await Promise.all(Array.from({ length: windows }, work));
  for (const file of failing) {
    console.log(`  ${file} failed; once more:`);
    const second = await nodeTests([file]);
    total = sum(total, second.failed > 0 ? second : { ...second, note: `${file} passed on its second run.` });
  }
  return total;
}

/** Folder that the shared suite reads; overridden by `PINCH_SHARED`. */
export const sharedFolder = resolve(process.env.PINCH_SHARED ?? join(root, "..", "shared"));

/** @returns {Promise<Outcome>} */
async function shared() {
  if (!existsSync(sharedFolder))
    return skipped(`there is no ${sharedFolder}; PINCH_SHARED names another folder`);
  return nodeTests(filesUnder("test/shared"), {
    concurrency: 1,
    env: { ...process.env, PINCH_SHARED: sharedFolder },
  });
}

/**
 * Runs a suite that needs a VS Code window, if one is available.
 * @param {() => Promise<Outcome>} suite
 * @returns {Promise<Outcome>}
 */
async function withWindow(suite) {
  if (process.env.VSCODE_REAL === "1" && suite === integration) return suite();
  if (!codeServerSupported) return suite();
  try {
    const browser = await ensureBrowser(line => console.log(`  ${line}`));
    if (browser !== null) return await suite();
  } catch (error) {
    return skipped(`no browser: ${error instanceof Error ? error.message : error}`);
  }
  return skipped("no browser. Install Chrome or Chromium, or name one in CHROME_PATH");
}

/**
 * Runs test files bundled, with one process per group, because starting a process and loading modules takes
 * longer than most tests. Coverage reads the sources as tsx loads them.
 * @param {readonly string[]} files
 */
async function groupedTests(files) {
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "test-"));
  try {
    const groups = writeTestGroups(files, folder);
    const bundled = process.env.NODE_V8_COVERAGE === undefined;
    const tests = bundled ? await bundleTests(groups, folder) : groups;
    return await nodeTests(tests, { concurrency: availableParallelism(), bundled });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs test files with Node's own runner.
 * @param {readonly string[]} files
 * @param {{ concurrency?: number, env?: NodeJS.ProcessEnv, quiet?: boolean, timeoutMs?: number, bundled?: boolean }} [options]
 *   quiet: the output is shown at the end, so that several runs at a time don't mix theirs; bundled: by `bundleTests`
 * @returns {Promise<Outcome>}
 */
async function nodeTests(
  files,
  { concurrency = 2, env = process.env, quiet = false, timeoutMs = testTimeoutMs, bundled = false } = {},
) {
  const tests = files.filter(file => /\.test\.(ts|mjs|cjs)$/.test(file));
  if (tests.length === 0) return failed("There are no test files.");
  return counted(async countsEnv => {
    const result = await runNode(
      [
        ...(bundled ? ["--enable-source-maps"] : ["--import", "tsx"]),
        "--disable-warning=ExperimentalWarning",
        "--test",
        `--test-concurrency=${concurrency}`,
        `--test-timeout=${timeoutMs}`,
        "--test-reporter=./scripts/lib/testReporter.mjs",
        "--test-reporter-destination=stdout",
        ...tests,
      ],
      { cwd: root, env: { ...env, ...countsEnv }, quiet },
    );
    if (quiet) console.log(result.output.trimEnd());
    return result;
  }, env);
}

/**
 * Runs a command that writes its counts into the file named in `PINCH_TEST_COUNTS`.
 * @param {(env: NodeJS.ProcessEnv) => Promise<{ code: number }>} start
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Outcome>}
 */
async function counted(start, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), "pinch-counts-"));
  const file = join(folder, "counts.json");
  try {
    const { code } = await start({ ...env, PINCH_TEST_COUNTS: file });
    if (!existsSync(file)) return failed(`It ended with exit code ${code} before any test was counted.`);
    const { passed, failed: failures, skipped: left } = JSON.parse(readFileSync(file, "utf8"));
    const outcome = { passed, failed: failures, skipped: left };
    if (code !== 0 && failures === 0) {
      return { ...outcome, failed: 1, note: `It ended with exit code ${code} though no test failed.` };
    }
    return outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} note @returns {Outcome} */
function skipped(note) {
  return { passed: 0, failed: 0, skipped: 1, note };
}

/** @param {string} note @returns {Outcome} */
export function failed(note) {
  return { passed: 0, failed: 1, skipped: 0, note };
}

/** @param {Outcome} a @param {Outcome} b @returns {Outcome} */
export function sum(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    note: [a.note, b.note].filter(Boolean).join(" "),
  };
}

/** @param {Outcome} outcome */
export function countsLine({ passed, failed: failures, skipped: left }) {
  return `${passed} passed, ${failures} failed, ${left} skipped`;
}

/** @param {readonly string[]} parts */
function tool(...parts) {
  return join(root, "node_modules", ...parts);
}
