// A stopped run can be resumed from any one of the files that hold training state.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { isResumable } from "../../../src/runtime/files/runFolder.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const states = ["checkpoint/state.safetensors", "checkpoint/earlier.safetensors", "candidates/tried.json"];

for (const state of states) {
  test(`with ${state} alone`, () => {
    const folder = temporaryFolder();
    assert.equal(isResumable(folder), false);
    mkdirSync(dirname(join(folder, state)));
    writeFileSync(join(folder, state), "");
    assert.equal(isResumable(folder), true);
  });
}
