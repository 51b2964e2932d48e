// The runs of an open workspace: after a change only the folder that changed is looked at, and scores whose responses
// were changed come back once the responses do.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import type { RunOwner, RunRecord } from "../../../src/core/records/runRecord.ts";
import { sealed } from "../../../src/core/records/seal.ts";
import { thisPlace } from "../../../src/node/place.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { readSettledRun } from "../../../src/runtime/files/runFolder.ts";
import type * as runStore from "../../../src/workspace/runs/runStore.ts";
import { importWithVscode, StandInFileSystemError } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

class Uri {
  readonly scheme = "file";
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `file://${this.path}`;
  }
  static joinPath(uri: Uri, ...parts: readonly string[]): Uri {
    return new Uri(join(uri.path, ...parts));
  }
  static file(path: string): Uri {
    return new Uri(path);
  }
}

const nothing = { dispose: () => undefined };
const folder = temporaryFolder();
const runs = join(folder, ".pinch", "runs");
const fixtures = join(root, "test", "fixtures", "versions", "rules-3", "runs");
const names = ["a", "b", "c"];
for (const name of names)
  cpSync(join(fixtures, readdirSync(fixtures)[0] ?? ""), join(runs, name), { recursive: true });

let looked: string[] = [];
const changes = new EventEmitter();
const changed = (uri: Uri): unknown => changes.emit("changed", uri);
const focus = (state: { focused: boolean; active: boolean }): unknown => changes.emit("focus", state);
const on = (event: string) => (handler: (value: unknown) => void) => {
  changes.on(event, handler);
  return nothing;
};
const fs = {
  stat: async ({ path }: Uri) => {
    looked.push(basename(dirname(path)));
    if (!existsSync(path)) throw new StandInFileSystemError("FileNotFound");
    const { mtimeMs, size } = statSync(path);
    return { type: 1, mtime: mtimeMs, size };
  },
  readFile: async ({ path }: Uri) => readFileSync(path),
  readDirectory: async ({ path }: Uri) => readdirSync(path).map(name => [name, 2]),
};
Object.assign(globalThis, {
  standInUri: { joinPath: Uri.joinPath, file: Uri.file },
  standInWindow: { onDidChangeWindowState: on("focus") },
  standInWorkspace: {
    fs,
    workspaceFolders: [{ uri: new Uri(folder), name: "w", index: 0 }],
    createFileSystemWatcher: () => ({
      ...nothing,
      onDidCreate: () => nothing,
      onDidDelete: () => nothing,
      onDidChange: on("changed"),
    }),
    onDidChangeWorkspaceFolders: () => nothing,
    onDidChangeConfiguration: () => nothing,
  },
});

type Store = InstanceType<typeof runStore.RunStore>;
const warnings: string[] = [];

async function opened(): Promise<Store> {
  const module = await importWithVscode("src/workspace/runs/runStore.ts", temporaryFolder());
  const { RunStore } = module as typeof runStore;
  const store = new RunStore({
    warn: (text: string) => void warnings.push(text),
    error: assert.fail,
  } as never);
  await store.all();
  return store;
}

/** Waits until what `found` looks at is so. */
async function until(found: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await found()); waited += 20) {
    assert.ok(waited < 10_000, "nothing changed");
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Waits until nothing is looked at any more: opening reads the runs, then once more with the watcher's start. */
async function settled(): Promise<void> {
  await store.refreshAll();
  for (let seen = -1, quiet = 0; quiet < 4; quiet = seen === looked.length ? quiet + 1 : 0) {
    seen = looked.length;
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}

let store: Store;
before(async () => {
  store = await opened();
});
after(() => store.dispose());
const metricsOf = async (name: string) => (await store.all()).find(run => run.folder === name)?.metrics;

test("a change in one folder is looked for in that one; the focus of the window, in all", async () => {
  assert.deepEqual((await store.all()).map(({ folder }) => folder).sort(), names);
  await settled();
  looked = [];
  const record = join(runs, "b", "run.json");
  const text = readFileSync(record, "utf8");
  writeFileSync(record, text.replace(/"seed": *\d+/, '"seed": 999'));
  changed(new Uri(record));
  await until(() => store.broken().length === 1);
  assert.deepEqual([...new Set(looked)], ["b"]);
  writeFileSync(record, text);
  changed(new Uri(record));
  await until(() => store.broken().length === 0);
  looked = [];
  focus({ focused: true, active: true });
  await until(() => names.every(name => looked.includes(name)));
});

test("scores whose responses were changed are not shown until the responses are what they were", async () => {
  const samples = join(runs, "c", "samples.jsonl");
  const text = readFileSync(samples, "utf8");
  await until(async () => (await metricsOf("c")) != null);
  writeFileSync(samples, `${text}\n`);
  changed(new Uri(samples));
  await until(async () => (await metricsOf("c")) === null);
  assert.match(warnings.join("\n"), /^c: samples\.jsonl was changed since the run wrote it\.$/m);
  writeFileSync(samples, text);
  changed(new Uri(samples));
  await until(async () => (await metricsOf("c")) != null);
});

const owners: Readonly<Record<string, RunOwner>> = {
  "on this machine": { ...thisPlace(), token: "t", processStarted: null },
  "on another machine, which holds its folder no longer": {
    ...thisPlace(),
    host: "elsewhere",
    boot: "another",
    token: "t",
    processStarted: null,
  },
};

for (const [i, [where, owner]] of Object.entries(owners).entries()) {
  const name = names[i] ?? "";
  test(`a run whose process was killed ${where} is shown as the command line shows it`, async () => {
    const record = JSON.parse(readFileSync(join(runs, name, "run.json"), "utf8")) as RunRecord;
    const left: RunRecord = { ...record, status: "running", ended: null, pid: 2 ** 22 + 1, owner, files: {} };
    writeFileSync(join(runs, name, "run.json"), JSON.stringify(sealed({ ...left }, sha256OfText)));
    mkdirSync(join(runs, name, "adapter"), { recursive: true });
    writeFileSync(join(runs, name, "adapter", "adapter_config.json"), "{}"); // not finished: the record names no adapter
    rmSync(join(runs, name, "metrics.json"), { force: true });
    rmSync(join(runs, name, "samples.jsonl"), { force: true });
    changed(new Uri(join(runs, name, "run.json")));
    const shown = async () => (await store.all()).find(run => run.folder === name);
    await until(async () => (await shown())?.record.status === "failed");
    const { record: found, tuned, resumable } = (await shown()) ?? assert.fail();
    const { ended, error } = readSettledRun(join(runs, name));
    assert.deepEqual([found.error, found.ended, tuned, resumable], [error, ended, false, false]);
    assert.match(error?.message ?? "", /ended before the run did/);
  });
}
