// The usual folder of runs is the working folder's own: a link that came with a repository leads no run elsewhere.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runsFolder } from "../../../src/cli/runsFolder.ts";
import { leadsTo } from "../../../src/node/insideFolder.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

describe("the usual folder of runs", { skip: process.platform === "win32" }, () => {
  const before = process.cwd();
  const outside = temporaryFolder();
  let here = "";
  beforeEach(() => {
    here = leadsTo(temporaryFolder());
    process.chdir(here);
  });
  afterEach(() => process.chdir(before));

  it("lies in the working folder, there or not", () => {
    assert.equal(runsFolder(null), join(here, ".pinch", "runs"));
    mkdirSync(join(here, ".pinch", "runs"), { recursive: true });
    assert.equal(runsFolder(undefined), join(here, ".pinch", "runs"));
  });

  it("is refused as a link to elsewhere, at either name; who names that folder may use it", () => {
    symlinkSync(outside, join(here, ".pinch"));
    assert.throws(() => runsFolder(null), /\.pinch\/runs leads out of/);
    assert.equal(runsFolder(".pinch/runs"), join(here, ".pinch", "runs"));
    rmSync(join(here, ".pinch"));
    mkdirSync(join(here, ".pinch"));
    symlinkSync(outside, join(here, ".pinch", "runs"));
    assert.throws(() => runsFolder(null), /leads out of/);
    assert.deepEqual(readdirSync(outside), []);
  });
});
