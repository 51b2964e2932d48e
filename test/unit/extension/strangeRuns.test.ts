// The Runs view over folders of which one is a stranger's: that one is shown as unreadable, and the others stand.
import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, normalize } from "node:path";
import { describe, it } from "node:test";
import type * as storedRun from "../../../src/workspace/runs/storedRun.ts";
import { importWithVscode, StandInFileSystemError } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { madeUp } from "../records/madeUpRecords.ts";

const uri = (path: string) => ({ scheme: "file", path, fsPath: path, toString: () => `file://${path}` });
/** As VS Code tells of a link: what it leads to, and that it is one. */
const typeOf = (path: string): number => {
  const link = lstatSync(path).isSymbolicLink() ? 64 : 0;
  const found = statSync(path);
  return link | (found.isDirectory() ? 2 : found.isFile() ? 1 : 0);
};
const orMissing = async <T>(work: () => T): Promise<T> => {
  try {
    return work();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOENT"
      ? new StandInFileSystemError("FileNotFound")
      : error;
  }
};
const standInWorkspace = {
  fs: {
    stat: ({ path }: { path: string }) =>
      orMissing(() => {
        const { size, mtimeMs } = lstatSync(path);
        return { type: typeOf(path), size, mtime: mtimeMs };
      }),
    readFile: ({ path }: { path: string }) => orMissing(() => readFileSync(path)),
    readDirectory: ({ path }: { path: string }) =>
      orMissing(() => readdirSync(path).map(name => [name, typeOf(join(path, name))])),
  },
};
const standInUri = {
  file: uri,
  joinPath: (base: { path: string }, ...parts: string[]) => uri(normalize([base.path, ...parts].join("/"))),
};
Object.assign(globalThis, { standInWorkspace, standInUri });

describe("a run folder of a stranger", { skip: process.platform === "win32" }, async () => {
  const { RunReader } = (await importWithVscode(
    "src/workspace/runs/storedRun.ts",
    temporaryFolder(),
  )) as typeof storedRun;
  const reader = new RunReader(
    { warn: () => undefined } as never,
    () => false,
    () => undefined,
  );
  const text = JSON.stringify(madeUp("pinch").record);
  const outside = join(temporaryFolder(), "run.json");
  writeFileSync(outside, text);

  function folder(change: (path: string) => void): string {
    const path = temporaryFolder();
    writeFileSync(join(path, "metrics.json"), JSON.stringify(madeUp("pinch").metrics));
    change(join(path, "run.json"));
    return path;
  }
  const read = async (path: string) => reader.read(uri(path) as never, "run");

  it("is read where it is whole", async () => {
    const run = await read(folder(path => writeFileSync(path, text)));
    assert.ok(run !== null && "record" in run && run.record.mixture === "pinch");
  });

  const ways: Readonly<Record<string, (path: string) => void>> = {
    "a link to a file": path => symlinkSync(outside, path),
    "a link to a device": path => symlinkSync("/dev/zero", path),
    "a link to itself": path => symlinkSync(path, path),
    "a folder": path => void mkdirSync(path),
  };
  for (const [what, change] of Object.entries(ways))
    it(`is unreadable, not a failure of the view, with ${what} for a run.json`, async () => {
      const run = await read(folder(change));
      assert.ok(run !== null && "fault" in run && run.fault !== "");
    });

  it("has no scores where metrics.json is a link", async () => {
    const path = folder(record => writeFileSync(record, text));
    const other = folder(record => writeFileSync(record, text));
    rmSync(join(other, "metrics.json"));
    symlinkSync(join(path, "metrics.json"), join(other, "metrics.json"));
    const run = await read(other);
    assert.ok(run !== null && "record" in run && run.metrics === null);
    assert.match(run.metricsFault ?? "", /is a link/);
  });
});
