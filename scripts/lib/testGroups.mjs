// @ts-check
// Divides test files into groups, each of which runs in one process.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./paths.mjs";

/** Changes or reads what a process has only one of: hooks of the root test, environment, globals, modules, clock. */
const processWide =
  /^(before|beforeEach|afterEach)\(|process\.env\b[^;]* = |delete process\.env|Object\.assign\((process\.env|globalThis)|process\.chdir|mock\.timers|createRequire/m;

/**
 * Puts the test files of one folder into one group, and each that changes its whole process into a group of its own.
 * @param {readonly string[]} files Paths from the root of the repository; those that hold no tests are left out.
 * @returns {string[][]} The largest group first.
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
 * @returns {string[]} Paths of the files written.
 */
export function writeTestGroups(files, folder) {
  return testGroups(files).map((group, index) => {
    const path = join(folder, `${String(index).padStart(3, "0")}.test.mjs`);
    const lines = group.map(file => `import ${JSON.stringify(pathToFileURL(join(root, file)).href)};`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  });
}
