// Responses that were changed since their run wrote them are found, once for each change.
import assert from "node:assert/strict";
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sha256OfText } from "../../../src/node/sha256.ts";
import type * as sampleCheck from "../../../src/workspace/runs/sampleCheck.ts";
import { importWithVscode, StandInFileSystemError } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

test("samples are held against the hash in their run's record; older runs have none", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "samples.jsonl");
  const fs = {
    stat: async ({ fsPath }: { fsPath: string }) => {
      if (!existsSync(fsPath)) throw new StandInFileSystemError("FileNotFound");
      const { mtimeMs, size } = statSync(fsPath);
      return { type: 1, mtime: mtimeMs, size };
    },
  };
  Object.assign(globalThis, { standInWorkspace: { fs } });
  const module = await importWithVscode("src/workspace/runs/sampleCheck.ts", join(folder, "bundle"));
  const { SampleCheck } = module as typeof sampleCheck;
  const check = new SampleCheck();
  const text = '{"id":"1"}\n{"id":"2"}\n';
  writeFileSync(path, text);
  const uri = { fsPath: path, scheme: "file", toString: () => path } as never;
  const faultOf = (files?: Readonly<Record<string, string>>) =>
    check.faultOf({ record: { files } } as never, uri);
  const files = { "samples.jsonl": sha256OfText(text) };
  assert.equal(await faultOf(files), null);
  writeFileSync(path, text.slice(0, 11));
  assert.match((await faultOf(files)) ?? "", /samples\.jsonl was changed since the run wrote it$/);
  assert.equal(await faultOf(), null);
  writeFileSync(path, text);
  assert.equal(await faultOf(files), null, "it was restored");
  rmSync(path);
  assert.match((await faultOf(files)) ?? "", /samples\.jsonl is missing/);
});
