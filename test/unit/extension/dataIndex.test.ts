// The index of data asks a process once for what hangs it, and any number of times for what failed otherwise.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Unresponsive } from "../../../src/protocol/patience.ts";
import type { DataIndex } from "../../../src/workspace/data/dataIndex.ts";
import { importWithVscode } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const nothing = { dispose: () => undefined };
const watcher = {
  ...nothing,
  onDidChange: () => nothing,
  onDidCreate: () => nothing,
  onDidDelete: () => nothing,
};
Object.assign(globalThis, {
  standInWorkspace: {
    textDocuments: [],
    createFileSystemWatcher: () => watcher,
    onDidGrantWorkspaceTrust: () => nothing,
    openTextDocument: async () => ({ getText: () => "data:\n  train: a.jsonl\n" }),
  },
});

test("what hung a process is not asked again until something changes", async () => {
  const { parts } = (await importWithVscode("test/support/dataIndexParts.ts", temporaryFolder())) as {
    parts: { DataIndex: new (parts: object) => DataIndex; Unresponsive: typeof Unresponsive };
  };
  let failure: Error = new parts.Unresponsive("It said nothing.", { kind: "run", remedy: "Wait." });
  let asked = 0;
  const runtime = {
    starter: "starter",
    call: () => {
      asked++;
      return Promise.reject(failure);
    },
    end: async () => undefined,
    kill: () => undefined,
  };
  const log = { warn: () => undefined, debug: () => undefined };
  const index = new parts.DataIndex({
    launch: () => runtime,
    folder: { fsPath: "folder" },
    watched: "**/*.jsonl",
    log,
  });
  const file = { fsPath: "/a.mixture.yaml", toString: () => "file:///a.mixture.yaml" } as never;
  for (let times = 0; times < 3; times++) await assert.rejects(index.of(file), /said nothing/);
  assert.equal(asked, 1);
  index.refresh();
  await assert.rejects(index.of(file), /said nothing/);
  assert.equal(asked, 2);
  failure = new Error("another");
  index.refresh();
  for (let times = 0; times < 3; times++) await assert.rejects(index.of(file), /another/);
  assert.equal(asked, 5);
  index.dispose();
});
