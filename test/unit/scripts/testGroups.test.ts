// Which test files share a process, and which get one of their own.
import assert from "node:assert/strict";
import { it } from "node:test";
import { testGroups } from "../../../scripts/lib/testGroups.mjs";

it("test files of a folder share a process; those that change the whole process get their own", () => {
  const groups = testGroups([
    "test/unit/scripts/setUp.test.ts", // changes PATH
    "test/unit/cli/progress.test.ts",
    "test/unit/cli/runsFolder.test.ts", // changes the working folder
    "test/unit/cli/experiments.test.ts",
    "test/unit/records/versions.test.ts", // sets globals that its bundle reads
    "test/unit/model/tinyModel.ts", // holds no tests
  ]);
  assert.deepEqual(groups, [
    ["test/unit/cli/progress.test.ts", "test/unit/cli/experiments.test.ts"],
    ["test/unit/scripts/setUp.test.ts"],
    ["test/unit/cli/runsFolder.test.ts"],
    ["test/unit/records/versions.test.ts"],
  ]);
});
