// Samples of a file that is read in several pieces.
import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type * as sampleLibrary from "../../../src/workspace/runs/sampleLibrary.ts";
import { importWithVscode, StandInFileSystemError } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

interface StandInUri {
  readonly fsPath: string;
  readonly scheme: string;
  readonly toString: () => string;
}

function uriOf(path: string): StandInUri {
  return { fsPath: path, scheme: "file", toString: () => path };
}

test("no sample is lost where one piece of the file ends and the next begins", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "samples.jsonl");
  const count = 3_000;
  const sampleAt = (i: number) => ({
    language: "sw",
    id: `q${i}`,
    prompt: `Swali la ${i}: ${"habari ".repeat(30)}`,
    response: `Jibu la ${i}, 中文 عربي`,
    outcome: "followed",
    responseLanguage: "sw",
  });
  const lines = Array.from({ length: count }, (_, i) => JSON.stringify(sampleAt(i)));
  writeFileSync(path, `${lines.join("\n")}\n`);
  assert.ok(statSync(path).size > 3 << 18);
  const fs = {
    stat: async ({ fsPath }: StandInUri) => {
      if (!existsSync(fsPath)) throw new StandInFileSystemError("FileNotFound");
      const { mtimeMs, size } = statSync(fsPath);
      return { type: 1, mtime: mtimeMs, size };
    },
  };
  const uri = { joinPath: ({ fsPath }: StandInUri, ...names: string[]) => uriOf(join(fsPath, ...names)) };
  Object.assign(globalThis, { standInWorkspace: { fs }, standInUri: uri });
  const module = await importWithVscode("src/workspace/runs/sampleLibrary.ts", join(folder, "bundle"));
  const { SampleLibrary } = module as typeof sampleLibrary;
  const library = new SampleLibrary();
  const run = uriOf(folder) as never;
  const index = await library.index(run);
  assert.equal(index.unreadable, null);
  assert.equal(index.size, count);
  const rows = Array.from({ length: count }, (_, i) => i);
  const read = await library.read(run, rows);
  assert.deepEqual(
    read.map(sample => sample?.response),
    rows.map(i => sampleAt(i).response),
  );
});
