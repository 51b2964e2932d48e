// The counts that `npm test` adds up, checked on runs that pass, fail, skip, crash and can't be loaded.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../../../scripts/lib/paths.mjs";
import { bundleTests } from "../../../scripts/lib/testBundles.mjs";

const folder = mkdtempSync(join(tmpdir(), "pinch-reporter-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function runTests(source: string): { code: number | null; output: string; counts: Record<string, unknown> } {
  const file = join(folder, "some.test.mjs");
  writeFileSync(file, `import { describe, it } from "node:test";\n${source}`);
  return runFile(file);
}

function runFile(file: string): { code: number | null; output: string; counts: Record<string, unknown> } {
  const counts = join(folder, "counts.json");
  // Inside a test runner Node hides the variable that would make this one report to its parent.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const reporter = pathToFileURL(join(root, "scripts", "lib", "testReporter.mjs")).href;
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      "--enable-source-maps",
      "--test",
      `--test-reporter=${reporter}`,
      "--test-reporter-destination=stdout",
      file,
    ],
    { env: { ...env, PINCH_TEST_COUNTS: counts }, encoding: "utf8" },
  );
  const { failures: _failures, ...rest } = JSON.parse(readFileSync(counts, "utf8")) as Record<
    string,
    unknown
  >;
  return { code: status, output: stdout, counts: rest };
}

describe("the test reporter", () => {
  it("counts tests, not the suites around them", () => {
    const { code, counts } = runTests(
      'describe("a", () => { it("b", () => {}); describe("c", () => { it("d", () => {}); }); });',
    );
    assert.deepEqual(counts, { passed: 2, failed: 0, skipped: 0 });
    assert.equal(code, 0);
  });

  it("counts a failure once, and shows its name and its reason", () => {
    const { code, output, counts } = runTests(
      'describe("a", () => { it("b breaks", () => { throw new Error("the reason"); }); it("c", () => {}); });',
    );
    assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
    assert.notEqual(code, 0);
    assert.match(output, /FAIL b breaks/);
    assert.match(output, /the reason/);
  });

  it("counts what is skipped or to do apart", () => {
    const { counts } = runTests(
      'it.skip("a", () => {}); it("b", { skip: "no model" }, () => {}); it("c", () => {});',
    );
    assert.deepEqual(counts, { passed: 1, failed: 0, skipped: 2 });
  });

  it("a file that can't be loaded is a failure", () => {
    const { code, counts } = runTests('import "./nowhere.mjs";');
    assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0 });
    assert.notEqual(code, 0);
  });

  it("a process that ends in the middle is a failure", () => {
    const { code, counts } = runTests('it("a", () => process.exit(3));');
    assert.equal(counts.failed, 1);
    assert.notEqual(code, 0);
  });

  it("a failure in a bundle names its place in the sources, which still know where they are", async () => {
    const source = join(folder, "placed.test.mjs");
    const helper = join(folder, "helper.ts");
    writeFileSync(helper, "interface A { a: 1 }\n\nexport const here: string = import.meta.dirname;\n");
    writeFileSync(
      source,
      `import { it } from "node:test";\nimport { here } from "./helper.ts";\n\nit("a", () => {\n  throw new Error(here);\n});\n`,
    );
    const [bundle = ""] = await bundleTests([source], folder);
    const { output } = runFile(bundle);
    assert.match(output, /placed\.test\.mjs:4\n/);
    assert.match(output, /placed\.test\.mjs:5:/);
    assert.ok(output.includes(`Error: ${folder}`), output);
  });
});
