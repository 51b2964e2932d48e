// What the first command in a clone rests on: noticing what is stale, and finding programs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, describe, it } from "node:test";
import { findBrowser } from "../../../scripts/lib/browser.mjs";
import { npmCli, onPath, run } from "../../../scripts/lib/processes.mjs";
import { inputsHash, staleReason } from "../../../scripts/lib/setUp.mjs";

const folder = mkdtempSync(join(tmpdir(), "pinch-scripts-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("dependencies", () => {
  const locked = {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b-win32": { version: "2.0.0", optional: true },
  };

  it("as locked are left alone, also without the packages of other systems", () => {
    assert.equal(staleReason(locked, { "node_modules/a": { version: "1.0.0" } }), null);
  });

  it("of another version, and missing ones, are noticed", () => {
    assert.notEqual(staleReason(locked, { "node_modules/a": { version: "1.0.1" } }), null);
    assert.notEqual(staleReason(locked, {}), null);
  });
});

describe("the build's inputs", () => {
  it("have a hash that stays the same while they do", () => {
    assert.equal(inputsHash(), inputsHash());
    assert.match(inputsHash(), /^[0-9a-f]{64}$/);
  });
});

describe("finding programs", () => {
  const withPath = <T>(path: string, work: () => T): T => {
    const before = process.env.PATH;
    process.env.PATH = path;
    try {
      return work();
    } finally {
      process.env.PATH = before;
    }
  };

  it("takes the first folder of the PATH that has one", () => {
    const name = process.platform === "win32" ? "tool.cmd" : "tool";
    writeFileSync(join(folder, name), "");
    assert.equal(
      withPath(["", join(folder, "nowhere"), folder].join(delimiter), () => onPath("tool")),
      join(folder, name),
    );
    assert.equal(
      withPath(folder, () => onPath("another")),
      null,
    );
  });

  it("finds npm beside Node", () => {
    assert.match(npmCli() ?? "", /npm-cli\.js$/);
  });

  it("a CHROME_PATH that leads nowhere is an error that says so", () => {
    const before = process.env.CHROME_PATH;
    process.env.CHROME_PATH = join(folder, "no-chrome");
    try {
      assert.throws(() => findBrowser(), /CHROME_PATH names .*no-chrome/);
    } finally {
      if (before === undefined) delete process.env.CHROME_PATH;
      else process.env.CHROME_PATH = before;
    }
  });

  it("a program's output and exit code come back", async () => {
    const script = "process.stdout.write('out'); process.stderr.write('err'); process.exit(3)";
    const { code, output } = await run(process.execPath, ["-e", script], { quiet: true });
    assert.equal(code, 3);
    assert.match(output, /out/);
    assert.match(output, /err/);
  });
});
