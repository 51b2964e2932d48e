// @ts-check
// Divides test files into groups, each of which runs in one process.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./paths.mjs";

/** Matches tests with process-wide effects: hooks of the root test, environment, globals, modules, clock. */
const processWide =
  /^(before|beforeEach|afterEach)\(|process\.env\b[^;]* = |delete process\.env|Object\.assign\((process\.env|globalThis)|process\.chdir|mock\.timers|createRequire/m;

/**
 * Groups the test files of each folder; every file that changes process-wide state gets its own group.
 * @param {readonly string[]} files paths from the root of the repository; files without tests are left out
 * @returns {string[][]} the largest group first
 */
export function testGroups(files) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const file of files.filter(name => name.endsWith(".test.ts"))) {
    const key = processWide.test(readFileSync(join(root, file), "utf8")) ? file : dirname(file);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/**
 * Writes a test file for each group that imports its members.
 * @param {readonly string[]} files
 * @param {string} folder
 * @returns {string[]} paths of the files written
 */
export function writeTestGroups(files, folder) {
  const from = (/** @type {string} */ file) => relative(folder, join(root, file)).replaceAll("\\", "/");
  return testGroups(files).map((group, index) => {
    const path = join(folder, `${String(index).padStart(3, "0")}.test.mjs`);
    writeFileSync(path, group.map(file => `import ${JSON.stringify(from(file))};\n`).join(""));
    return path;
  });
}
