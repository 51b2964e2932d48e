// Files that claim to be a terabyte, as a copied folder may hold: they are refused by their size, and never read.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { changedFile } from "../../../src/runtime/files/fileHashes.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { temporaryFolder, writeTinyModel } from "../model/tinyModel.ts";

const terabyte = 2 ** 40;

/** A file of zeros that takes no room on the disk. */
function writeEndless(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, "");
  truncateSync(path, terabyte);
}

for (const name of ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"]) {
  test(`${name} of a model is not hashed`, () => {
    const folder = writeTinyModel();
    const model = openModel(folder);
    writeEndless(join(folder, name));
    assert.throws(() => model.sha256(), new RegExp(`${name} has ${terabyte} bytes, too many for such`));
  });
}

for (const name of ["samples.jsonl", "adapter/adapter_config.json", "adapter/adapter_model.safetensors"]) {
  test(`${name} of a run is not hashed, and counts as changed`, () => {
    const folder = temporaryFolder();
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeEndless(join(folder, name));
    const record = { files: { [name]: "0".repeat(64) } } as unknown as RunRecord;
    assert.match(changedFile(folder, record, [name])?.message ?? "", /was changed since the run wrote it/);
  });
}
